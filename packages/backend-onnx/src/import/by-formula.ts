import type { Known } from './known.ts';

/** Rounding of float32, for tables that were computed in it. */
const CLOSE = 1e-3;
/** Fewer numbers can lie like this by chance. */
const FEWEST = 4;

/**
 * What a formula of its index gives, such as positions, frequencies, and sines and cosines of them: numbers that no training would leave like this.
 * Numbers that are all the same are not meant, since weights begin like this.
 */
export function isByFormula({ shape, data }: Known): boolean {
  const sizes = shape.filter((size) => size !== 1);
  const [rows = 0, columns = 1] = sizes;
  if (sizes.length === 0 || sizes.length > 2 || rows < FEWEST || data.length !== rows * columns) return false;
  if (sizes.length === 1) return isSeries(data);
  let varying = 0;
  for (let column = 0; column < columns; column++) {
    const values = Float64Array.from({ length: rows }, (_, row) => data[row * columns + column] as number);
    if (isConstant(values)) continue;
    if (rows <= FEWEST || !isWave(values)) return false;
    varying++;
  }
  // Frequencies that are next to nothing do not move in a table that is short.
  return varying * 2 >= columns;
}

/** Numbers whose differences, or whose ratios, are all the same. */
function isSeries(values: ArrayLike<number>): boolean {
  const [first, second] = [values[0] as number, values[1] as number];
  if (first === second || !Number.isFinite(first) || !Number.isFinite(second)) return false;
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i] as number));
  const isLike = (at: (i: number) => number, scale: (i: number) => number): boolean =>
    Array.prototype.every.call(values, (v: number, i) => Math.abs(v - at(i)) <= CLOSE * 1e-2 * scale(i));
  const step = second - first;
  if (
    isLike(
      (i) => first + i * step,
      () => largest,
    )
  )
    return true;
  const ratio = second / first;
  return (
    first !== 0 &&
    isLike(
      (i) => first * ratio ** i,
      (i) => Math.abs(values[i] as number),
    )
  );
}

function isConstant(values: Float64Array): boolean {
  return values.every((v) => v === values[0]);
}

/** `a · sin(b·i + c)`, or a straight line: each number and its two neighbours are in one proportion, `x(i−1) + x(i+1) = 2 cos(b) · x(i)`. */
function isWave(values: Float64Array): boolean {
  const inner = values.subarray(1, -1);
  const sums = inner.map((_, i) => (values[i] as number) + (values[i + 2] as number));
  const square = inner.reduce((sum, v) => sum + v * v, 0);
  const factor = inner.reduce((sum, v, i) => sum + v * (sums[i] as number), 0) / square;
  const largest = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  return (
    Math.abs(factor) <= 2 + CLOSE &&
    sums.every((sum, i) => Math.abs(sum - factor * (inner[i] as number)) <= CLOSE * largest)
  );
}
