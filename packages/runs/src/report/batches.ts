import { type HostDType, type NDArray, NumericError, ShapeError, ValueError } from '@descent/core';

/** A network as a function, such as the `predict` of core's `createPredictor`: `[batch, …] → [batch, …]`. */
export type Predict = (x: NDArray) => Promise<NDArray>;

/** Rows `from … to` of an array, without a copy. */
export function rows<D extends HostDType>({ dtype, shape, data }: NDArray<D>, from: number, to: number): NDArray<D> {
  const size = shape.slice(1).reduce((a, b) => a * b, 1);
  return {
    dtype,
    shape: [to - from, ...shape.slice(1)],
    data: data.subarray(from * size, to * size) as NDArray<D>['data'],
  };
}

/** Predictions for all of `x`, batch by batch, in order, `[n, width]` of one of `widths`. Throws unless they are finite and of that shape. */
export async function* predictions(
  predict: Predict,
  x: NDArray,
  { batchSize, widths }: { readonly batchSize: number; readonly widths: readonly number[] },
): AsyncGenerator<{ readonly start: number; readonly output: NDArray }, void> {
  const count = x.shape[0] ?? 0;
  for (let start = 0; start < count; start += batchSize) {
    const end = Math.min(start + batchSize, count);
    const output = await predict(rows(x, start, end));
    const width = output.data.length / (end - start);
    if (!widths.includes(width) || output.shape[0] !== end - start) {
      throw new ShapeError('the predictions do not fit the data', {
        received: `[${output.shape.join(', ')}]`,
        expected: `[${end - start}, ${widths[0]}]`,
        fix: 'use the network that was trained on this data set',
      });
    }
    const bad = output.data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) {
      throw new NumericError('a prediction is not a finite number', {
        received: `${output.data[bad]} for sample ${start + Math.floor(bad / width)}`,
        fix: 'look at the training loss: these weights are not usable',
      });
    }
    yield { start, output };
  }
}

/** Throws unless `x` and `y` have as many rows, at least one. */
export function expectPairs(x: NDArray, y: NDArray): void {
  if (x.shape.length > 0 && x.shape[0] === y.shape[0] && x.shape[0] !== 0) return;
  throw new ShapeError('samples and targets do not belong together', {
    received: `x [${x.shape.join(', ')}], y [${y.shape.join(', ')}]`,
    expected: 'the same number of rows, at least one',
  });
}

/** Throws when `options` has a name that is not in `known`. */
export function expectOptionNames(what: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new ValueError(`${what} has no option '${unknown}'`, { expected: known.join(', ') });
}

/** Throws unless `value` is an integer of at least `least`. */
export function expectInteger(path: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new ValueError('an option is not a whole number in its range', {
    path,
    received: String(value),
    expected: `an integer of at least ${least}`,
  });
}
