import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { QuantizationReport, QuantizationScheme, QuantizeOptions } from '@descent/backend-onnx';
import { type NDArray, type NDArrays, ValueError } from '@descent/core';
import { isLeaf } from '@descent/core/backend';
import { subset } from '@descent/datasets';
import type { Command } from 'commander';
import type { LoadedData, LoadedSet } from '../config/data.ts';
import { elsewhere, UsageError } from '../errors.ts';
import { type Io, print, shownPath, warn } from '../io.ts';
import { quantizeOnnx } from '../onnx.ts';
import { atLeastZero, examples, integer, oneOf, outOption, positive } from '../options.ts';
import { quantizationText } from '../ui/quantization-text.ts';

interface QuantizeCommandOptions {
  readonly to: QuantizationScheme;
  readonly data?: string;
  readonly out?: string;
  readonly method?: 'min-max' | 'entropy' | 'percentile';
  readonly percentile?: number;
  readonly perTensor?: boolean;
  readonly reduceRange?: boolean;
  readonly block?: number;
  readonly samples?: number;
  readonly maxLoss?: number;
  readonly exclude?: readonly string[];
  readonly json?: boolean;
}

/** Training samples that calibrate, where nothing is said. */
const CALIBRATING = 256;
/** Samples that are held out; more would only take time. */
const MOST_EVALUATED = 2000;

export function addQuantize(program: Command, io: Io): void {
  outOption(program.command('quantize'), 'file', 'where to write (default: beside the model, such as model.int8.onnx)')
    .summary('write an ONNX file with fewer bits a number')
    .description(
      'Writes a smaller ONNX file of a model, and compares both on data that were held out: accuracy, time, and the error of each layer. A file that loses more than is allowed is not written. A run brings its data; for other files, --data names a config whose data are used.',
    )
    .argument('<model>', 'a .onnx file, or the folder of a run')
    .requiredOption(
      '--to <scheme>',
      "'float16' (half the size), 'int8-weights' (a quarter), 'int8' (a quarter, and in integers where the runtime can), 'int4' (an eighth of matrices, for ONNX Runtime alone)",
      oneOf('float16', 'int8-weights', 'int8', 'int4'),
    )
    .option(
      '--data <config>',
      'a config of descent train, for its data: training samples calibrate, test samples compare',
    )
    .option(
      '--method <how>',
      "for int8, how ranges are found: 'min-max' (default), 'entropy' or 'percentile'",
      oneOf('min-max', 'entropy', 'percentile'),
    )
    .option('--percentile <p>', 'per cent of the numbers inside a range of percentile (default: 99.999)', positive)
    .option('--per-tensor', 'for int8: one scale for a whole weight, not for each output channel')
    .option('--reduce-range', 'for int8: weights of 7 bits, for x86 processors without VNNI')
    .option('--block <size>', 'for int4: numbers that share a scale (default: 32)', integer(16))
    .option('--samples <n>', 'for int8: how many training samples calibrate (default: 256)', integer(1))
    .option('--max-loss <share>', 'how much accuracy may be lost: 0.01 (default) is one point', atLeastZero)
    .option('--exclude <names...>', 'nodes that stay as they are')
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      examples(
        'descent quantize runs/lenet --to int8',
        'descent quantize runs/lenet --to int8 --method percentile --max-loss 0.005',
        'descent quantize model.onnx --to float16 --data photos.config.ts',
        'descent quantize model.onnx --to int8 --data photos.config.ts --out small.onnx',
      ),
    )
    .action((model: string, options: QuantizeCommandOptions) => quantize(model, options, io));
}

async function quantize(model: string, options: QuantizeCommandOptions, io: Io): Promise<void> {
  if (options.samples !== undefined && options.to !== 'int8') {
    throw new UsageError('--samples is for int8: no other scheme is calibrated', {
      received: `--samples ${options.samples} with --to ${options.to}`,
      fix: 'leave --samples out',
    });
  }
  const samples = options.samples ?? CALIBRATING;
  const path = resolve(io.cwd, model);
  const isRun = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isRun && options.data !== undefined) {
    throw new UsageError('--data is for files; a run has data of its own', { fix: 'leave --data out' });
  }
  if (!isRun && options.data === undefined) {
    throw new UsageError('there are no data to compare the files on', {
      received: `${model} without --data`,
      expected: 'a config whose data are those of the model',
      fix: `descent quantize ${model} --to ${options.to} --data <config>`,
    });
  }
  const { file, data, ignoreIndex } = isRun ? await ofRun(path, io) : await ofConfig(path, options.data as string, io);
  const output = resolve(io.cwd, options.out ?? defaultOutput(file, options.to));
  const held = data.test ?? data.validation;
  if (held === null) {
    warn(['the data have no test part: the files are compared on training samples that did not calibrate'], io);
  }
  const { report } = await quantizeOnnx(file, {
    ...libraryOptions(options),
    ...(options.to === 'int8' && { calibration: first(data.train, samples).x as NDArray }),
    evaluation: {
      ...evaluationOf(held ?? rest(data.train, options.to === 'int8' ? samples : 0)),
      ...(ignoreIndex !== undefined && { ignoreIndex }),
    },
    path: output,
  }).catch((error: unknown) => {
    throw elsewhere(ofCommandLine(error), 'write it elsewhere: --out <file>');
  });
  print(
    io.out,
    options.json === true
      ? JSON.stringify(report satisfies QuantizationReport, null, 2)
      : quantizationText(report, io.out),
  );
  print(options.json === true ? io.err : io.out, shownPath(output, io.cwd));
}

function libraryOptions(options: QuantizeCommandOptions): Omit<QuantizeOptions, 'evaluation'> {
  const { to, method, percentile, perTensor, reduceRange, block, maxLoss, exclude } = options;
  return {
    to,
    ...(method !== undefined && { method }),
    ...(percentile !== undefined && { percentile }),
    ...(perTensor !== undefined && { perChannel: false }),
    ...(reduceRange !== undefined && { reduceRange }),
    ...(block !== undefined && { blockSize: block }),
    ...(maxLoss !== undefined && { maxLoss }),
    ...(exclude !== undefined && { exclude }),
  };
}

/** What the options of the library are called on the command line. */
const FLAGS: Readonly<Record<string, string>> = {
  method: '--method',
  percentile: '--percentile',
  perChannel: '--per-tensor',
  reduceRange: '--reduce-range',
  blockSize: '--block',
};

/** What the library says of one of its options, as a mistake of the command line. */
function ofCommandLine(error: unknown): unknown {
  if (!(error instanceof ValueError)) return error;
  const name = error.details.path ?? '';
  const flag = FLAGS[name];
  if (flag === undefined) return error;
  const said = (text: string): string => text.replace(/^quantizeOnnx(?:: | was given an )/, '').replaceAll(name, flag);
  const { received, fix, ...details } = error.details;
  return new UsageError(said(error.summary), {
    ...details,
    path: undefined,
    ...(received !== undefined && { received: said(received) }),
    ...(fix !== undefined && { fix: said(fix) }),
  });
}

/** `model.int8.onnx` for `model.onnx`. */
function defaultOutput(file: string, to: QuantizationScheme): string {
  return join(dirname(file), `${basename(file, extname(file))}.${to}.onnx`);
}

interface Compared {
  readonly file: string;
  readonly data: LoadedData;
  /** The target of places that the loss leaves out. */
  readonly ignoreIndex: number | undefined;
}

async function ofRun(path: string, io: Io): Promise<Compared> {
  const { readRun } = await import('../run/folder.ts');
  const { loadSource } = await import('../config/load.ts');
  const { loadData } = await import('../datasets/load-data.ts');
  const { record, source, onnxPath, warnings } = await readRun(path);
  warn(warnings, io);
  const { data, validation, loss } = await loadSource(source, record.config.original, record.config.cwd);
  const loaded = await loadData({ data, validation, seed: record.settings.seed }, true, io);
  return { file: onnxPath, data: loaded, ignoreIndex: loss.ignoreIndex };
}

async function ofConfig(file: string, config: string, io: Io): Promise<Compared> {
  const { loadConfig } = await import('../config/load.ts');
  const { loadData } = await import('../datasets/load-data.ts');
  const loaded = await loadConfig(config, io.cwd);
  return { file, data: await loadData(loaded, true, io), ignoreIndex: loaded.loss.ignoreIndex };
}

function evaluationOf(set: LoadedSet): { readonly inputs: NDArray; readonly targets?: NDArray } {
  const { x, y } = first(set, MOST_EVALUATED) as { readonly x: NDArrays; readonly y: NDArrays };
  // Several targets belong to several outputs, of which the first is compared with what it was.
  return { inputs: x as NDArray, ...(isLeaf(y) && { targets: y as NDArray }) };
}

function first(set: LoadedSet, count: number): LoadedSet {
  return rows(set, 0, Math.min(count, set.length));
}

/** What is behind the first `count`; all where that is nothing. */
function rest(set: LoadedSet, count: number): LoadedSet {
  return rows(set, count < set.length ? count : 0, set.length);
}

function rows(set: LoadedSet, start: number, end: number): LoadedSet {
  return subset(
    set,
    Uint32Array.from({ length: end - start }, (_, i) => start + i),
  ) as LoadedSet;
}
