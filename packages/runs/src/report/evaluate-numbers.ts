import type { NDArray, NDArrays } from '@descent/core';
import { expectEvaluation, expectInteger, type Predict, predictions } from './batches.ts';
import type { NumberEvaluation } from './evaluation.ts';

export interface EvaluateNumbersOptions {
  /** Which data these are, for the report. Default `'test'`. */
  readonly set?: string;
  /** Samples a call of `predict`. Default 500. */
  readonly batchSize?: number;
  /** At most how many pairs to keep for a picture, evenly taken. Default 1000. */
  readonly points?: number;
  /** What the numbers are, for the report, such as the name of a column. Default: nothing is said. */
  readonly target?: string | undefined;
  /** What they are measured in, for the report, such as `'€'`. Default: nothing is said. */
  readonly unit?: string | undefined;
}

const OPTIONS = ['set', 'batchSize', 'points', 'target', 'unit'];

/**
 * Errors of a network that predicts numbers, `[batch, …]` like the targets `y` `[n, …]`, over all of them.
 * @throws ShapeError or NumericError when predictions and data do not fit, or a prediction is not finite.
 */
export async function evaluateNumbers<X extends NDArrays = NDArray>(
  predict: Predict<X>,
  { x, y }: { readonly x: X; readonly y: NDArray },
  options: EvaluateNumbersOptions = {},
): Promise<NumberEvaluation> {
  const { set = 'test', batchSize = 500, points: most = 1000, target, unit } = options;
  expectEvaluation('evaluateNumbers', options, OPTIONS, { x, y });
  expectInteger('points', most, 0);
  const samples = y.shape[0] as number;
  const width = y.data.length / samples;
  const predicted = new Float64Array(y.data.length);
  for await (const { start, output } of predictions(predict, x, { batchSize, widths: [width] })) {
    predicted.set(output.data, start * width);
  }
  const expected = Float64Array.from(y.data);
  const mean = sumOf(expected, (v) => v) / expected.length;
  const squares = sumOf(expected, (v, i) => (v - (predicted[i] as number)) ** 2);
  const deviations = sumOf(expected, (v) => (v - mean) ** 2);
  const stride = Math.max(1, Math.ceil(expected.length / Math.max(1, most)));
  return {
    kind: 'numbers',
    set,
    samples,
    ...(target !== undefined && { target }),
    ...(unit !== undefined && { unit }),
    meanAbsoluteError: sumOf(expected, (v, i) => Math.abs(v - (predicted[i] as number))) / expected.length,
    rootMeanSquaredError: Math.sqrt(squares / expected.length),
    r2: deviations === 0 ? 0 : 1 - squares / deviations,
    deviation: Math.sqrt(deviations / expected.length),
    points: Array.from({ length: most === 0 ? 0 : Math.ceil(expected.length / stride) }, (_, k) => ({
      expected: expected[k * stride] as number,
      predicted: predicted[k * stride] as number,
    })),
  };
}

function sumOf(values: Float64Array, of: (value: number, index: number) => number): number {
  return values.reduce((sum, value, i) => sum + of(value, i), 0);
}
