import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { ImportedModel } from '@descent/backend-onnx';
import { forwardGraph, type Layer } from '@descent/core';
import type { TextsData } from '../config/define-config.ts';
import { localFiles } from '../config/local-files.ts';
import { textsData } from '../config/texts-data.ts';
import { reason, UsageError } from '../errors.ts';

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
  const data: TextsData = {
    texts: path,
    ...(!isFolder && { text, target: label }),
    tokenizer: { file: await tokenizerOf(model, options.tokenizer, cwd) },
    maxLength: lengthFor(network, names, options.length),
    truncate: 'end',
    padding: names.includes(TYPES as string) ? 'segments' : 'attention',
  };
  // The classes alone: the run makes the tokens, once.
  const { train } = await (
    await textsData({ ...data, tokenizer: 'characters', padding: 'lengths' }, localFiles(cwd))
  ).load();
  return { data, classes: train.classes };
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
