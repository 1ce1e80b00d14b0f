import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { ImportedModel } from '@descent/backend-onnx';
import { forwardGraph, type Layer, type NDArray, ndarray } from '@descent/core';
import type { Tokenizer } from '@descent/datasets';
import type { TextsData } from '../config/define-config.ts';
import { localFiles } from '../config/local-files.ts';
import { CHARACTER_KINDS } from '../config/text-set.ts';
import { textTokens } from '../config/text-tokens.ts';
import { textsData } from '../config/texts-data.ts';
import { reason, UsageError } from '../errors.ts';
import { loadOnnx } from '../onnx.ts';

export interface TextOptions {
  /** A file of texts, or a folder with one folder of texts a class. */
  readonly data: string;
  readonly tokenizer?: string;
  readonly text?: string;
  readonly label?: string;
  readonly length?: number;
}

/** How texts are read for a network of tokens. */
export interface Texts {
  readonly data: TextsData;
  readonly classes: readonly string[];
}

/** What files of transformers take, by the names that their exporters give. */
const [TOKENS, MASK, TYPES] = ['input_ids', 'attention_mask', 'token_type_ids'];

/** Whether these inputs are the tokens of a text. */
export function takesTexts(inputs: readonly { readonly name: string }[]): boolean {
  return inputs.some(({ name }) => name === TOKENS);
}

/**
 * The texts for a network. The tokenizer is the `tokenizer.json` beside `model` unless another is named.
 * @throws UsageError for inputs that nothing is known of, a missing tokenizer, and what is wrong with the texts.
 */
export async function textsFor(
  { inputs, model: network }: Pick<ImportedModel, 'inputs' | 'model'>,
  model: string,
  options: TextOptions,
  cwd: string,
): Promise<Texts> {
  const names = inputs.map(({ name }) => name);
  const odd = names.find((name) => name !== TOKENS && name !== MASK && name !== TYPES);
  if (odd !== undefined || !names.includes(MASK as string)) {
    throw new UsageError('descent finetune does not know what to feed this network of tokens', {
      path: model,
      received: `inputs ${names.join(', ')}`,
      expected: `${TOKENS}, ${MASK} and perhaps ${TYPES}`,
      fix: 'train it in code: importOnnx gives its network',
    });
  }
  const path = resolve(cwd, options.data);
  const isFolder = (await stat(path).catch(() => null))?.isDirectory() === true;
  const { text = 'text', label = 'label' } = options;
  if (!isFolder) expectTwoColumns(text, label);
  const files = localFiles(cwd);
  const file = await tokenizerOf(model, options.tokenizer, cwd);
  const { tokenizer } = await textTokens({ file }, '', CHARACTER_KINDS, files);
  const maxLength = lengthFor(network, names, options.length);
  expectRoom(tokenizer, maxLength, file);
  const data: TextsData = {
    texts: path,
    ...(!isFolder && { text, target: label }),
    tokenizer: { file },
    maxLength,
    truncate: 'end',
    padding: names.includes(TYPES as string) ? 'segments' : 'attention',
  };
  // The classes alone: the run makes the tokens, once.
  const { train } = await (await textsData({ ...data, tokenizer: 'characters', padding: 'lengths' }, files)).load();
  await expectKnownTokens({ model, names, tokenizer, data, file }, cwd);
  return { data, classes: train.classes };
}

function expectTwoColumns(text: string, label: string): void {
  if (text !== label) return;
  throw new UsageError('the texts and their classes are one column', {
    received: `--text ${text} --label ${label}`,
    expected: 'a column of texts and another of classes',
    fix: text === 'text' ? '--label with the column of classes' : '--text with the column of texts',
  });
}

/** Throws where an input has no room for anything of a text beside the tokens that every text has. */
function expectRoom(tokenizer: Tokenizer, length: number, file: string): void {
  const always = tokenizer.encode('').length;
  if (length > always) return;
  throw new UsageError('nothing of a text would be left', {
    received: `inputs of ${length} tokens, and ${always} that ${file} adds to every text`,
    expected: `at least ${always + 1}; most texts need more`,
    fix: '--length with a larger number',
  });
}

interface TokenSource {
  /** The file of the network. */
  readonly model: string;
  readonly names: readonly string[];
  readonly tokenizer: Tokenizer;
  readonly data: TextsData;
  /** That of the tokenizer. */
  readonly file: string;
}

/**
 * Throws where a text has a token that the network has no row for, as with the tokenizer of another network: training would find it at the batch with that text. The
 * network is asked with the last token; where it does not take that, with the largest one that occurs.
 */
async function expectKnownTokens({ model, names, tokenizer, data, file }: TokenSource, cwd: string): Promise<void> {
  const network = await loadOnnx(model);
  const isTaken = async (token: number): Promise<boolean> => {
    const row = (value: number): NDArray =>
      ndarray('int32', [1, data.maxLength as number], new Int32Array(data.maxLength as number).fill(value));
    const feeds = names.map((name) => [name, row(name === TOKENS ? token : name === MASK ? 1 : 0)] as const);
    return await network.run(Object.fromEntries(feeds)).then(
      () => true,
      () => false,
    );
  };
  try {
    // A network that takes not even the first token is refused elsewhere.
    if ((await isTaken(tokenizer.size - 1)) || !(await isTaken(0))) return;
    const { train } = await (await textsData(data, localFiles(cwd))).load();
    const tokens = (train.x as Readonly<Record<string, NDArray>>)[TOKENS as string] as NDArray;
    const largest = Array.from<number>(tokens.data).reduce((most, token) => Math.max(most, token), 0);
    if (await isTaken(largest)) return;
    throw new UsageError('the network has no row for a token of the texts', {
      path: model,
      received: `token ${largest} (${JSON.stringify(tokenizer.decode([largest]))}) of ${file}, which has ${tokenizer.size} tokens`,
      expected: 'the tokenizer.json that belongs to the network',
      fix: '--tokenizer with that file',
    });
  } finally {
    network.dispose();
  }
}

/** Tokens of an input where nothing is said: the first that the network takes. */
const LENGTHS = [128, 64, 32, 16];

/** Networks have positions for so many tokens and no more. */
function lengthFor(network: Layer, names: readonly string[], given: number | undefined): number {
  const failure = (length: number): unknown => {
    const sample = Object.fromEntries(names.map((name) => [name, { shape: [length], dtype: 'int32' as const }]));
    try {
      forwardGraph(network, sample, { batch: 1 });
      return null;
    } catch (error) {
      return error;
    }
  };
  const wanted = given ?? (LENGTHS[0] as number);
  const cause = failure(wanted);
  if (cause === null) return wanted;
  const fitting = LENGTHS.filter((length) => length < wanted).find((length) => failure(length) === null);
  if (given === undefined && fitting !== undefined) return fitting;
  throw new UsageError(`the network does not take ${wanted} tokens`, {
    received: reason(cause),
    expected: 'a length that it has positions for',
    fix: `--length ${fitting ?? 'with the length that it was exported for'}`,
    cause,
  });
}

async function tokenizerOf(model: string, given: string | undefined, cwd: string): Promise<string> {
  if (given !== undefined) return resolve(cwd, given);
  const beside = join(dirname(model), 'tokenizer.json');
  if ((await stat(beside).catch(() => null))?.isFile() === true) return beside;
  throw new UsageError('the network takes tokens, and what makes tokens of texts is not said', {
    received: `no --tokenizer, and no ${beside}`,
    expected: 'the tokenizer.json that belongs to the network',
    fix: '--tokenizer path/to/tokenizer.json',
  });
}
