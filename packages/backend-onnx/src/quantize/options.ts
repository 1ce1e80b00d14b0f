import { describeValue, didYouMean, expectOptions, ValueError } from '@descent/core';
import type { GivenFiles } from '../inspect/source.ts';
import type { CalibrationMethod } from './ranges.ts';
import type { Samples } from './samples.ts';
import type { Evaluation } from './score.ts';

/**
 * `'float16'`: weights as float16, cast when the file is opened. `'int8-weights'`: weights as int8, turned into float32 in front of each node. `'int8'`: weights and
 * what goes between layers as int8, by ranges found from samples. `'int4'`: matrices with 4 bits a number, for ONNX Runtime alone.
 */
export type QuantizationScheme = 'float16' | 'int8-weights' | 'int8' | 'int4';

export interface QuantizeOptions {
  readonly to: QuantizationScheme;
  /** Real samples, prepared as for training, that the ranges of `'int8'` are found from; a hundred are usually enough. Others need none. */
  readonly calibration?: Samples;
  /** How ranges are found: of all that occurred (default `'min-max'`), without rare extremes (`'percentile'`), or by least loss of information (`'entropy'`). */
  readonly method?: CalibrationMethod;
  /** Per cent of the numbers that the range of `'percentile'` holds. Default 99.999. */
  readonly percentile?: number;
  /** Whether each output channel of an int8 weight has a scale of its own. Default true. */
  readonly perChannel?: boolean;
  /** Whether int8 weights use 7 bits, for x86 processors without VNNI, whose sums of two products overflow else. Default false. */
  readonly reduceRange?: boolean;
  /** Numbers that share a scale in `'int4'`: 16, 32, 64, 128 or 256. Default 32. */
  readonly blockSize?: number;
  /** Names of nodes, or of what they compute, that stay as they are. */
  readonly exclude?: readonly string[];
  /** Samples held out from training and calibration that both files are compared on. `false`: nothing is compared, and nothing refused. */
  readonly evaluation: Evaluation | false;
  /** How much of the score may be lost, as a difference: 0.01 (default) is one point of accuracy. */
  readonly maxLoss?: number;
  /** Whether the time of both files is measured. Default true. */
  readonly speed?: boolean;
  /** Where to write the file; it appears there only when it is whole and lost no more than allowed. Default: nowhere, the bytes are returned. */
  readonly path?: string;
  /** Contents of files that hold weights, by the name that the model gives them, for a model given as bytes. */
  readonly externalData?: GivenFiles;
}

export type CheckedOptions = Required<Omit<QuantizeOptions, 'calibration' | 'path' | 'externalData'>> &
  Pick<QuantizeOptions, 'calibration' | 'path' | 'externalData'>;

const SCHEMES: readonly QuantizationScheme[] = ['float16', 'int8-weights', 'int8', 'int4'];
const METHODS: readonly CalibrationMethod[] = ['min-max', 'entropy', 'percentile'];
const BLOCKS: readonly number[] = [16, 32, 64, 128, 256];

/** The options with their defaults. Throws a `ValueError` for those that do not fit the scheme, too: an option without effect is a mistake. */
export function checkedOptions(options: QuantizeOptions): CheckedOptions {
  expectOptions('quantizeOnnx', options, [
    ...['to', 'calibration', 'method', 'percentile', 'perChannel', 'reduceRange', 'blockSize', 'exclude'],
    ...['evaluation', 'maxLoss', 'speed', 'path', 'externalData'],
  ]);
  const { to, calibration, evaluation, method = 'min-max', percentile = 99.999, blockSize = 32 } = options;
  const { perChannel = true, reduceRange = false, exclude = [], maxLoss = 0.01, speed = true } = options;
  expectWord('to', to, SCHEMES);
  expectWord('method', method, METHODS);
  const isInt8 = to === 'int8' || to === 'int8-weights';
  expectNoEffect(options, to, to === 'int8', ['calibration', 'method', 'percentile']);
  expectNoEffect(options, to, isInt8, ['perChannel', 'reduceRange']);
  expectNoEffect(options, to, to === 'int4', ['blockSize']);
  expectNoEffect(options, `method '${method}'`, method === 'percentile', ['percentile']);
  if (evaluation === false) expectNoEffect(options, 'evaluation false', false, ['maxLoss']);
  if (to === 'int8' && calibration === undefined) {
    throw wrong('calibration', undefined, 'samples, [n, …sample], such as a hundred of the training set', {
      fix: "give calibration: samples, or quantise weights alone: to: 'int8-weights'",
    });
  }
  if (!(Number.isFinite(percentile) && percentile > 50 && percentile <= 100)) {
    throw wrong('percentile', percentile, 'a number above 50 and up to 100, such as 99.99');
  }
  if (!BLOCKS.includes(blockSize)) throw wrong('blockSize', blockSize, BLOCKS.join(', '));
  if (!(Number.isFinite(maxLoss) && maxLoss >= 0)) {
    throw wrong('maxLoss', maxLoss, 'a number of at least 0, such as 0.01 for one point');
  }
  for (const [name, flag] of Object.entries({ perChannel, reduceRange, speed })) {
    if (typeof flag !== 'boolean') throw wrong(name, flag, 'true or false');
  }
  if (!Array.isArray(exclude) || exclude.some((name) => typeof name !== 'string')) {
    throw wrong('exclude', exclude, "names of nodes: ['layer1.conv']");
  }
  if (evaluation !== false) expectEvaluation(evaluation);
  const { path, externalData } = options;
  return {
    ...{ to, method, percentile, blockSize, perChannel, reduceRange, exclude, evaluation, maxLoss, speed },
    ...{ calibration, path, externalData },
  } as CheckedOptions;
}

function expectEvaluation(evaluation: unknown): void {
  if (typeof evaluation === 'object' && evaluation !== null && 'inputs' in evaluation) {
    expectOptions('quantizeOnnx.evaluation', evaluation, ['inputs', 'targets', 'ignoreIndex']);
    const { ignoreIndex } = evaluation as Evaluation;
    if (ignoreIndex === undefined || Number.isSafeInteger(ignoreIndex)) return;
    throw wrong('evaluation.ignoreIndex', ignoreIndex, 'a whole number, such as -100');
  }
  throw wrong('evaluation', evaluation, '{ inputs, targets } of samples that are no part of training', {
    fix: 'give them, or evaluation: false to compare nothing',
  });
}

function expectNoEffect(
  options: QuantizeOptions,
  to: string,
  hasEffect: boolean,
  names: readonly (keyof QuantizeOptions)[],
): void {
  const odd = hasEffect ? undefined : names.find((name) => options[name] !== undefined);
  if (odd === undefined) return;
  throw new ValueError(`quantizeOnnx: ${odd} has no effect here`, {
    path: odd,
    received: `${odd} with ${to}`,
    expected: 'only options that change something',
    fix: `leave ${odd} out`,
  });
}

function expectWord(name: string, value: unknown, words: readonly string[]): void {
  if (words.includes(value as string)) return;
  const guess = typeof value === 'string' ? didYouMean(value, words) : '';
  throw wrong(name, value, `${words.map((word) => `'${word}'`).join(', ')}${guess}`);
}

function wrong(name: string, value: unknown, expected: string, { fix }: { readonly fix?: string } = {}): ValueError {
  return new ValueError(`quantizeOnnx was given an invalid ${name}`, {
    path: name,
    received: describeValue(value),
    expected,
    fix,
  });
}
