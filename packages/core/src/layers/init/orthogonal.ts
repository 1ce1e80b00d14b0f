import type { Shape } from '../../ir/shape.ts';
import { expectNumber, expectOptions } from '../../options.ts';
import { type Key, normal } from '../../random/index.ts';
import { asMatrix } from './_matrix.ts';
import type { Initializer } from './initializers.ts';

/**
 * Saxe et al. 2013: a random matrix whose rows, or columns where these are fewer, are orthogonal and of length `gain` (default 1). Axes behind the
 * first count as one: `[out, in, h, w]` is `[out, in·h·w]`.
 * @throws ValueError for a parameter of less than two axes.
 */
export function orthogonal(options: { gain?: number } = {}): Initializer {
  expectOptions('orthogonal', options, ['gain']);
  const { gain = 1 } = options;
  expectNumber('orthogonal.gain', gain);
  return (key, shape) => draw(key, shape, gain);
}

function draw(key: Key, shape: Shape, gain: number): Float32Array {
  const [rows, columns] = asMatrix('orthogonal', shape);
  const out = new Float32Array(rows * columns);
  normal(key, out);
  // The fewer of rows and columns are what becomes orthogonal.
  const count = Math.min(rows, columns);
  const length = Math.max(rows, columns);
  const place = (i: number, j: number): number => (rows <= columns ? i * columns + j : j * columns + i);
  const vectors = Array.from({ length: count }, (_, i) =>
    Float64Array.from({ length }, (_, j) => out[place(i, j)] as number),
  );
  for (const [i, q] of orthonormal(vectors).entries())
    for (let j = 0; j < length; j++) out[place(i, j)] = gain * (q[j] as number);
  return out;
}

/**
 * The vectors of Q in `A = QR`, where the vectors of A are at most as many as their length and the diagonal of R is positive: then Q is uniform
 * among the orthogonal matrices if A is Gaussian (Mezzadri 2007). By reflections (Householder 1958), which lose no digits.
 */
function orthonormal(vectors: readonly Float64Array[]): readonly Float64Array[] {
  const mirrors = vectors.map((v, j) => {
    const tail = v.slice(j);
    const first = tail[0] as number;
    const size = Math.sqrt(dot(tail, tail, 0));
    const sign = first > 0 ? -1 : 1;
    tail[0] = first - sign * size;
    scale(tail, 1 / (Math.sqrt(dot(tail, tail, 0)) || 1));
    for (const other of vectors.slice(j + 1)) reflect(other, tail, j);
    return { tail, sign };
  });
  const q = mirrors.map(({ sign }, i) => {
    const unit = new Float64Array(vectors[i]?.length ?? 0);
    unit[i] = sign;
    return unit;
  });
  for (let j = mirrors.length - 1; j >= 0; j--)
    for (const unit of q.slice(j)) reflect(unit, mirrors[j]?.tail as Float64Array, j);
  return q;
}

/** Mirrors `x`, from its element `start` on, at the plane across `normal`. */
function reflect(x: Float64Array, normal: Float64Array, start: number): void {
  const twice = 2 * dot(normal, x, start);
  for (let i = 0; i < normal.length; i++) x[start + i] = (x[start + i] as number) - twice * (normal[i] as number);
}

function dot(a: Float64Array, b: Float64Array, start: number): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[start + i] as number);
  return sum;
}

function scale(x: Float64Array, factor: number): void {
  for (let i = 0; i < x.length; i++) x[i] = (x[i] as number) * factor;
}
