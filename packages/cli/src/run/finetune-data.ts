import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ImportedModel } from '@descent/backend-onnx';
import { DescentError } from '@descent/core';
import { listImageFolder } from '@descent/datasets';
import { UsageError } from '../errors.ts';
import { type PictureOptions, picturesFor } from './finetune-pictures.ts';
import { type TextOptions, takesTexts, textsFor } from './finetune-texts.ts';

export type DataOptions = PictureOptions & TextOptions;

/** What a network is taught. */
export interface FinetuneData {
  /** The `data` of a config. */
  readonly data: object;
  /** The layers in front of the network. */
  readonly layers: readonly (readonly unknown[])[];
  /** What was assumed, for people; `null` where nothing was. */
  readonly assumed: string | null;
  readonly classes: readonly string[];
  /** The learning rate where all is trained. */
  readonly lr: number;
}

const OF_PICTURES = ['normalize', 'size'] as const;
const OF_TEXTS = ['tokenizer', 'text', 'label', 'length'] as const;

/**
 * The pictures or texts for the network of the file at `model`.
 * @throws UsageError for an option of the other kind, and what `picturesFor` and `textsFor` throw.
 */
export async function dataFor(
  network: ImportedModel,
  model: string,
  options: DataOptions,
  cwd: string,
): Promise<FinetuneData> {
  const areTexts = takesTexts(network.inputs);
  await expectThere(options.data, areTexts, cwd);
  if (areTexts) {
    expectNone(options, OF_PICTURES, 'pictures', 'tokens of texts');
    const { data, classes } = await textsFor(network, model, options, cwd);
    expectSeveral(classes, 'texts', options.data);
    return { data, layers: [], assumed: null, classes, lr: 5e-5 };
  }
  expectNone(options, OF_TEXTS, 'texts', 'pictures');
  if (network.inputs.length !== 1) {
    throw new UsageError('the network takes no pictures', {
      received: `${network.inputs.length} inputs: ${network.inputs.map(({ name }) => name).join(', ')}`,
      expected: 'one input of pictures, or the tokens of texts: input_ids and attention_mask',
      fix: 'train it in code, or by a config: { "importOnnx": "net.onnx" }',
    });
  }
  const { data, layers, assumed } = picturesFor(network, options);
  const images = resolve(cwd, options.data);
  const { classes } = await listImageFolder(images);
  expectSeveral(classes, 'pictures', options.data);
  return { data: { images, ...data }, layers, assumed, classes, lr: 0.001 };
}

/** Throws where there are no data, or a file in place of a folder of pictures. */
async function expectThere(data: string, areTexts: boolean, cwd: string): Promise<void> {
  const found = await stat(resolve(cwd, data)).catch(() => null);
  if (found !== null && (areTexts || found.isDirectory())) return;
  const expected = areTexts
    ? 'a .csv, .tsv, .jsonl or .parquet file of texts, or a folder with one folder of .txt files a class'
    : 'a folder with one folder of pictures a class, such as photos/cat and photos/dog';
  if (found === null)
    throw new DescentError('there is no such file or folder', { path: '--data', received: data, expected });
  throw new UsageError('pictures are in a folder', { path: '--data', received: `the file ${data}`, expected });
}

/** Throws for data of one class: a network would learn to say it always. */
function expectSeveral(classes: readonly string[], kind: string, data: string): void {
  if (classes.length > 1) return;
  throw new UsageError(`all ${kind} are of one class`, {
    path: '--data',
    received: `${classes.join(', ')} in ${data}`,
    expected: 'two classes or more',
    fix: kind === 'texts' ? 'see that --label names the column of classes' : 'one folder of pictures for each class',
  });
}

function expectNone<K extends keyof DataOptions>(
  options: DataOptions,
  names: readonly K[],
  kind: string,
  taken: string,
): void {
  const given = names.find((name) => options[name] !== undefined);
  if (given === undefined) return;
  throw new UsageError(`--${given} is for networks that take ${kind}`, {
    received: `--${given} ${String(options[given])}, and a network that takes ${taken}`,
    fix: `leave --${given} out`,
  });
}
