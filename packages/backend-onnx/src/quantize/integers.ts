/** The grid of numbers that an integer type stands for: `(q − zeroPoint) · scale` for `q` from `least` to `most`. */
export interface Grid {
  readonly scale: number;
  readonly zeroPoint: number;
}

export interface IntegerRange {
  readonly least: number;
  readonly most: number;
}

export const UINT8: IntegerRange = { least: 0, most: 255 };
/** Without −128, so that a number and its negative are as near to the grid. */
export const INT8: IntegerRange = { least: -127, most: 127 };
/** One bit less, for processors that add two products of bytes in 16 bits, which overflow else. */
export const INT7: IntegerRange = { least: -64, most: 64 };

const TINY = 1.1754943508222875e-38;

/** To the nearest integer, ties to even, as ONNX rounds. */
export function round(x: number): number {
  const r = Math.round(x);
  return Math.abs(x % 1) === 0.5 && r % 2 !== 0 ? r - 1 : r;
}

/** A grid of all of `range` for numbers from `min` to `max`, which has 0 among its points. A range of nothing but 0 has scale 1. */
export function gridFor(min: number, max: number, { least, most }: IntegerRange): Grid {
  const [low, high] = [Math.min(0, min), Math.max(0, max)];
  const scale = (high - low) / (most - least);
  if (!(scale >= TINY)) return { scale: 1, zeroPoint: least < 0 ? 0 : least };
  return { scale: Math.fround(scale), zeroPoint: Math.min(most, Math.max(least, round(least - low / scale))) };
}

/** The scale for numbers up to `largest` in size with 0 as the zero point; 1 where all are 0. */
export function symmetricScale(largest: number, { most }: IntegerRange): number {
  const scale = largest / most;
  return scale >= TINY ? Math.fround(scale) : 1;
}

export function toInteger(x: number, { scale, zeroPoint }: Grid, { least, most }: IntegerRange): number {
  return Math.min(most, Math.max(least, round(x / scale) + zeroPoint));
}

/** How a tensor of `dims` lies in memory, seen along one of its axes: element `i` belongs to index `floor(i / inner) % size`. */
export interface AxisView {
  readonly size: number;
  readonly inner: number;
}

export function axisView(dims: readonly number[], axis: number | null): AxisView {
  if (axis === null) return { size: 1, inner: Number.MAX_SAFE_INTEGER };
  return { size: dims[axis] as number, inner: dims.slice(axis + 1).reduce((a, b) => a * b, 1) };
}

/** The largest sizes of numbers, one for each index of the axis. */
export function largestSizes(values: ArrayLike<number>, { size, inner }: AxisView): Float64Array {
  const largest = new Float64Array(size);
  for (let i = 0; i < values.length; i++) {
    const at = Math.floor(i / inner) % size;
    const value = Math.abs(values[i] as number);
    if (value > (largest[at] as number)) largest[at] = value;
  }
  return largest;
}

/** `values` as integers of one byte, each with the scale of its index of the axis and zero point 0. */
export function toInt8(
  values: ArrayLike<number>,
  scales: ArrayLike<number>,
  { size, inner }: AxisView,
  range: IntegerRange,
): Int8Array {
  return Int8Array.from({ length: values.length }, (_, i) => {
    const scale = scales[Math.floor(i / inner) % size] as number;
    return toInteger(values[i] as number, { scale, zeroPoint: 0 }, range);
  });
}
