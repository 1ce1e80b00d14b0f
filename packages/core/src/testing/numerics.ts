import { hostArray } from '../ir/host-array.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { formatShape, sameShape } from '../ir/shape.ts';
import { expectKind } from '../options.ts';

/** A function of host arrays, such as one run of a compiled graph. */
export type ScalarFunction = (inputs: readonly NDArray[]) => Promise<number>;

/**
 * The gradient of `f` with respect to the elements of `inputs[index]` by central differences, in float64:
 * `(f(x + eps) − f(x − eps)) / 2·eps`, whose error is of order eps².
 */
export async function numericalGradient(
  f: ScalarFunction,
  inputs: readonly NDArray[],
  index: number,
  eps: number = 1e-5,
): Promise<NDArray<'float64'>> {
  expectKind('f', f, 'function', 'async ([x]) => …');
  expectKind('inputs', inputs, 'list', '[tensor([1, 2])]');
  const x = hostArray(`inputs[${index}]`, inputs[index]);
  const out = new Float64Array(x.data.length);
  const at = (i: number, value: number): Promise<number> => {
    const data = Float64Array.from(x.data);
    data[i] = value;
    return f(inputs.with(index, { dtype: 'float64', shape: x.shape, data }));
  };
  for (let i = 0; i < out.length; i++) {
    const value = x.data[i] as number;
    out[i] = ((await at(i, value + eps)) - (await at(i, value - eps))) / (2 * eps);
  }
  return { dtype: 'float64', shape: x.shape, data: out };
}

/** `Σ aᵢ·bᵢ` in float64. */
export function dot(a: NDArray, b: NDArray): number {
  hostArray('a', a);
  hostArray('b', b);
  let total = 0;
  for (let i = 0; i < a.data.length; i++) total += (a.data[i] as number) * (b.data[i] as number);
  return total;
}

/**
 * The largest `|actual − expected| / max(1, |expected|)`; equal infinities and two NaN count as equal, and anything else that is not finite,
 * or another shape, as infinitely far apart.
 */
export function largestDifference(actual: NDArray, expected: NDArray): number {
  hostArray('actual', actual);
  hostArray('expected', expected);
  if (!sameShape(actual.shape, expected.shape)) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < expected.data.length; i++) {
    const [a, e] = [actual.data[i] as number, expected.data[i] as number];
    if (Object.is(a, e) || a === e) continue;
    const difference = Math.abs(a - e) / Math.max(1, Math.abs(e));
    worst = Math.max(worst, Number.isFinite(difference) ? difference : Number.POSITIVE_INFINITY);
  }
  return worst;
}

/** `float32[2, 2]: 1, 2, 3, 4`, at most 12 elements, for messages of failed comparisons. */
export function formatArray(array: NDArray): string {
  const { dtype, shape, data } = hostArray('the array', array);
  const shown = Array.from(data.subarray(0, 12), (v) => Number(v.toPrecision(7))).join(', ');
  return `${dtype}${formatShape(shape)}: ${shown}${data.length > 12 ? ', …' : ''}`;
}
