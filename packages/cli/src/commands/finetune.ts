import { readFile, rm } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import type { ImportedModel } from '@descent/backend-onnx';
import { decodeSafetensors, type Layer, type Parameters, partParameters, summarize } from '@descent/core';
import { type Command, InvalidArgumentError } from 'commander';
import { UsageError } from '../errors.ts';
import { type Io, print, shownPath } from '../io.ts';
import { examples, integer, oneOf, positive } from '../options.ts';
import type { FinetuneData } from '../run/finetune-data.ts';
import type { Head } from '../run/finetune-head.ts';
import { type Normalization, namesPattern } from '../run/finetune-pictures.ts';
import { fileOf } from '../run/model-file.ts';
import { keptText } from '../ui/kept.ts';
import { fileSize } from '../ui/table.ts';

interface FinetuneOptions {
  readonly data: string;
  readonly epochs: number;
  readonly lr?: number;
  readonly batch: number;
  readonly validation: number;
  readonly freeze?: string;
  readonly head?: string;
  readonly normalize?: Normalization;
  readonly size?: readonly [number, number];
  readonly batchNorm?: 'batch' | 'running';
  readonly tokenizer?: string;
  readonly text?: string;
  readonly label?: string;
  readonly length?: number;
  readonly pool?: 'first' | 'mean';
  readonly backend?: string;
  readonly seed: number;
  readonly out?: string;
  readonly overwrite?: boolean;
  readonly quiet?: boolean;
}

/** The copy of the file in the folder of the run. */
const BASE = 'base.onnx';
const TUNED = 'finetuned.onnx';

export function addFinetune(program: Command, io: Io): void {
  program
    .command('finetune')
    .summary('teach an ONNX file other classes of pictures or texts')
    .description(
      'Trains the network of an ONNX file on pictures or texts of other classes, with a new last layer, and writes a run as descent train does. In it finetuned.onnx takes what the file took, under the same names; model.onnx is for descent predict, which gives it bytes of pixels, or the tokens of texts.',
    )
    .argument(
      '<model>',
      'a .onnx file that takes pictures, or the tokens of texts (input_ids, attention_mask); or the folder of a run, whose model.onnx it is then',
    )
    .requiredOption(
      '--data <path>',
      'a folder with one folder of pictures or of .txt files a class; of texts also a CSV, TSV, JSON lines or Parquet file',
    )
    .option('--epochs <n>', 'passes over the data', integer(1), 10)
    .option(
      '--lr <rate>',
      'learning rate of AdamW (default: 0.001; of texts 0.00005, unless the body is frozen)',
      positive,
    )
    .option('--batch <size>', 'pictures or texts of a step', integer(1), 32)
    .option('--validation <share>', 'share of the data that is held back', share, 0.2)
    .option(
      '--freeze <what>',
      "'body' for all but the new layer, or a regular expression of names of weights (default: nothing)",
    )
    .option('--head <path>', 'the layer to replace, by its path (default: the last one with weights)')
    .option(
      '--normalize <way>',
      "how pixels become numbers, where the file does not say it: 'imagenet', 'unit' (0 to 1), 'signed' (-1 to 1) or 'none' (0 to 255)",
      oneOf('imagenet', 'unit', 'signed', 'none'),
    )
    .option('--size <WxH>', 'size of the pictures, where the file leaves it open', pictureSize)
    .option(
      '--batch-norm <mode>',
      "statistics of batch normalizations in training: of each 'batch', or the 'running' ones (default: running with --freeze body, else batch)",
      oneOf('batch', 'running'),
    )
    .option('--tokenizer <file>', 'of texts: the tokenizer.json of the network (default: the one beside the file)')
    .option('--text <column>', 'of a table of texts: the column of texts (default: text)')
    .option('--label <column>', 'of a table of texts: the column of classes (default: label)')
    .option(
      '--length <n>',
      'of texts: tokens of an input; longer ones are cut at their end (default: 128, or what the network takes)',
      integer(1),
    )
    .option(
      '--pool <way>',
      "of a file that ends without a head: whether the new layer takes the 'first' token or the 'mean' over a text (default: first)",
      oneOf('first', 'mean'),
    )
    .option('--backend <name>', 'what trains; descent backends lists them (default: auto)')
    .option('--seed <n>', 'of all random numbers', integer(0), 0)
    .option('--out <folder>', 'folder of the run (default: a new one in runs)')
    .option('--overwrite', 'replace the run that is in the folder')
    .option('-q, --quiet', 'print nothing but the folder of the run')
    .addHelpText(
      'after',
      examples(
        'descent finetune resnet18.onnx --data photos',
        'descent finetune resnet18.onnx --data photos --freeze body --epochs 5 --lr 0.01',
        'descent finetune runs/lenet --data letters --epochs 5',
        'descent finetune mobilenet.onnx --data photos --head classifier.3 --size 224x224 --out runs/birds',
        'descent finetune bert/model.onnx --data reviews.csv --text review --label stars --length 64',
      ),
    )
    .action((model: string, options: FinetuneOptions) => finetune(model, options, io));
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value < 1) return value;
  throw new InvalidArgumentError('Expected a number above 0 and below 1, such as 0.2.');
}

function pictureSize(text: string): readonly [number, number] {
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(text) ?? [];
  if (Number(width) > 0 && Number(height) > 0) return [Number(width), Number(height)];
  throw new InvalidArgumentError('Expected a width and a height, such as 224x224.');
}

async function finetune(model: string, options: FinetuneOptions, io: Io): Promise<void> {
  const { readNetwork } = await import('../onnx.ts');
  const { dataFor } = await import('../run/finetune-data.ts');
  const { headFor } = await import('../run/finetune-head.ts');
  const { createRunFolder, expectNoRun, freeFolder } = await import('../run/folder.ts');
  const { loadSource } = await import('../config/load.ts');
  const { watchFolder } = await import('../run/announce.ts');
  const { runConfig } = await import('../run/run-config.ts');
  const { copied, removed } = await import('../run/finetune-files.ts');
  const path = await fileOf(model, io);
  const network = await readNetwork(path);
  const given = await dataFor(network, path, options, io.cwd);
  const { assumed, classes } = given;
  const head = await headFor(network, classes.length, options);
  const config = configOf(network, head, given, options);
  const stem = basename(resolve(io.cwd, model), extname(path));
  const folder = resolve(io.cwd, options.out ?? (await freeFolder(resolve(io.cwd, 'runs'), `${stem}-finetuned`)));
  const overwrite = options.overwrite === true;
  if (!overwrite) await expectNoRun(folder);
  const copies = await copied(path, folder, BASE);
  const file = join(folder, 'config.json');
  const source = `${JSON.stringify(config, null, 2)}\n`;
  const quiet = options.quiet === true;
  let begun = false;
  try {
    const loaded = await loadSource(source, file, io.cwd);
    summarize(loaded.model, loaded.data.sample);
    if (assumed !== null && !quiet) print(io.err, `note: ${assumed} (--normalize changes that)`);
    if (!quiet) print(io.out, `${head.path}: ${head.change}: ${classes.join(', ')}`);
    const kept = keptText(network.kept);
    if (kept !== '' && !quiet) print(io.out, `kept as the file has them: ${kept}`);
    const openFolder = async () => {
      const opened = await createRunFolder(folder, { source, file, overwrite }, watchFolder(io));
      begun = true;
      await rm(join(folder, TUNED), { force: true });
      return opened;
    };
    await runConfig({ config: loaded, openFolder, cwd: io.cwd, quiet }, io);
  } finally {
    // Nothing is left of a run that did not begin.
    if (!begun) await removed(folder, copies);
  }
  await writeBack(network, head, { folder, labels: classes, prefix: String(config.model.length - 1), quiet }, io);
}

interface Config {
  readonly model: readonly unknown[];
}

/** The config that `descent train` would be given. */
function configOf(
  network: ImportedModel,
  head: Head,
  { data, layers, lr: usual }: FinetuneData,
  options: FinetuneOptions,
): Config {
  const { epochs, batch, validation, seed, freeze, backend = 'auto' } = options;
  const { batchNorm = freeze === 'body' ? 'running' : 'batch', lr = freeze === 'body' ? 0.001 : usual } = options;
  const imported = { importOnnx: BASE, ...head.config, batchNorm };
  const frozen = frozenNames(network.model, head.path, freeze);
  const groups =
    frozen.length === 0 ? {} : { groups: [{ match: namesPattern(`${layers.length}.`, frozen), frozen: true }] };
  return {
    model: [...layers, imported],
    data,
    loss: 'crossEntropy',
    optimizer: ['adamW', { lr, ...groups }],
    metrics: ['accuracy'],
    batchSize: batch,
    ...{ epochs, validation, seed, backend },
  } as Config;
}

function frozenNames({ parameters }: Layer, head: string, freeze: string | undefined): readonly string[] {
  if (freeze === undefined) return [];
  const others = parameters.map(({ name }) => name).filter((name) => !name.startsWith(`${head}.`));
  if (freeze === 'body') return others;
  const pattern = patternOf(freeze);
  const found = others.filter((name) => name.search(pattern) !== -1);
  if (found.length > 0) return found;
  throw new UsageError('there are no weights to freeze', {
    received: `--freeze ${freeze}`,
    expected: `'body', or a pattern for some of ${others.slice(0, 20).join(', ')}`,
  });
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (cause) {
    throw new UsageError('--freeze is no regular expression', { received: text, fix: "such as '^layer[12]'", cause });
  }
}

interface WriteBack {
  readonly folder: string;
  readonly labels: readonly string[];
  /** The place of the network behind the layers that prepare pixels. */
  readonly prefix: string;
  readonly quiet: boolean;
}

/** The network without what prepares pixels, as a file like the one that it came from. */
async function writeBack(
  network: ImportedModel,
  head: Head,
  { folder, labels, prefix, quiet }: WriteBack,
  io: Io,
): Promise<void> {
  const { writeLike } = await import('../onnx.ts');
  const path = join(folder, TUNED);
  const { tensors } = decodeSafetensors(await readFile(join(folder, 'model.safetensors')), path);
  const { size, maxAbsDifference } = await writeLike(network, head.model, {
    parameters: partParameters(tensors as Parameters, prefix),
    labels: [...labels],
    softmax: head.softmax,
    ...(head.output !== undefined && { output: head.output }),
    opset: Math.min(Math.max(network.opset, 17), 26),
    path,
  });
  if (quiet) return;
  const inputs = network.inputs.map(({ name }) => name).join(', ');
  print(
    io.out,
    `${shownPath(path, io.cwd)}: ${fileSize(size)}, as ${inputs} → ${head.output ?? network.outputs[0]?.name}; differs from the network by ${maxAbsDifference.toExponential(1)} at most`,
  );
}
