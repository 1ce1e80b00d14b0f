import { type HostDType, type NDArray, type NDArrays, NumericError, ShapeError, ValueError } from '@descent/core';
import { leavesOf, mapTree } from '@descent/core/backend';

/** A network as a function, such as the `predict` of core's `createPredictor`: `[batch, …] → [batch, …]`, of one array or of several by name. */
export type Predict<X extends NDArrays = NDArray> = (x: X) => Promise<NDArray>;

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
export async function* predictions<X extends NDArrays>(
  predict: Predict<X>,
  x: X,
  { batchSize, widths }: { readonly batchSize: number; readonly widths: readonly number[] },
): AsyncGenerator<{ readonly start: number; readonly output: NDArray }, void> {
  const count = countOf(x);
  for (let start = 0; start < count; start += batchSize) {
    const end = Math.min(start + batchSize, count);
    const output = await predict(mapTree<NDArray, NDArray>(x, (one) => rows(one, start, end)) as X);
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
      const sample = start + Math.floor(bad / width);
      const isOdd = leavesOf<NDArray>(x).some(([, array]) =>
        rows(array, sample, sample + 1).data.some((v) => !Number.isFinite(Number(v))),
      );
      throw new NumericError('a prediction is not a finite number', {
        received: `${output.data[bad]} for sample ${sample}`,
        fix: isOdd
          ? 'look at the data: this sample itself is not made of finite numbers'
          : 'look at the training loss: these weights are not usable',
      });
    }
    yield { start, output };
  }
}

/** Samples of one array, or of the first of several. */
function countOf(x: NDArrays): number {
  return leavesOf<NDArray>(x)[0]?.[1].shape[0] ?? 0;
}

/** Throws unless `of` can begin with these options, of which `known` are the names, and pairs of samples and targets. */
export function expectEvaluation(
  of: string,
  options: { readonly batchSize?: number },
  known: readonly string[],
  { x, y }: { readonly x: NDArrays; readonly y: NDArray },
): void {
  expectOptionNames(of, options, known);
  if (options.batchSize !== undefined) expectInteger('batchSize', options.batchSize, 1);
  expectPairs(x, y);
}

/** Throws unless each array of `x` has as many rows as `y`, at least one. */
function expectPairs(x: NDArrays, y: NDArray): void {
  const arrays = leavesOf<NDArray>(x);
  const fits = arrays.every(([, { shape }]) => shape.length > 0 && shape[0] === y.shape[0]);
  if (fits && countOf(x) !== 0) return;
  const shapes = arrays.map(([name, { shape }]) => `${name === '' ? 'x' : `x.${name}`} [${shape.join(', ')}]`);
  throw new ShapeError('samples and targets do not belong together', {
    received: `${shapes.join(', ')}, y [${y.shape.join(', ')}]`,
    expected: 'the same number of rows, at least one',
  });
}

/** Throws when `options` has a name that is not in `known`. */
function expectOptionNames(what: string, options: object, known: readonly string[]): void {
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
