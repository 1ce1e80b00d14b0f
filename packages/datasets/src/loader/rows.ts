import { DTypeError, type NDArray, ShapeError } from '@descent/core';
import { ARRAYS, type TargetType } from '../dataset.ts';
import type { Sample } from '../lazy/lazy-dataset.ts';
import type { ItemType } from '../transforms/kernel.ts';

/** The buffers of a batch, filled item by item in any order. */
export interface Rows {
  put(position: number, sample: Sample): void;
  /** The batch without the rows at `missing` (in order). */
  finish(missing: readonly number[]): { readonly x: NDArray<'uint8' | 'float32'>; readonly y: NDArray<TargetType> };
}

export function rowsOf({ dtype, shape }: ItemType, target: TargetType, count: number): Rows {
  const size = shape.reduce((a, b) => a * b, 1);
  const x = new ARRAYS[dtype](count * size);
  const y = new ARRAYS[target](count);
  return {
    put(position, sample) {
      x.set(sample.x.data, position * size);
      y[position] = sample.y;
    },
    finish(missing) {
      const kept = count - missing.length;
      // Rows move up over the gaps; slices have buffers of their own, which can go to another thread.
      for (const [i, gap] of missing.entries()) {
        const end = missing[i + 1] ?? count;
        x.copyWithin((gap - i) * size, (gap + 1) * size, end * size);
        y.copyWithin(gap - i, gap + 1, end);
      }
      return {
        x: { dtype, shape: [kept, ...shape], data: kept === count ? x : x.slice(0, kept * size) },
        y: { dtype: target, shape: [kept], data: kept === count ? y : y.slice(0, kept) } as NDArray<TargetType>,
      };
    },
  };
}

/** Throws unless `x` is an array of this type: a batch is one array, so all its items must be alike. */
export function expectItem(what: string, x: NDArray<'uint8' | 'float32'>, { dtype, shape }: ItemType): void {
  if (x?.dtype !== dtype) {
    throw new DTypeError(`${what} has another element type`, { received: String(x?.dtype), expected: dtype });
  }
  const size = shape.reduce((a, b) => a * b, 1);
  if (String(x.shape) === String(shape) && x.data.length === size) return;
  throw new ShapeError(`${what} has another shape`, {
    received: `[${x.shape.join(', ')}] with ${x.data.length} elements`,
    expected: `[${shape.join(', ')}] with ${size} elements`,
    fix: 'the items of a batch become one array, so all must be of the size that the dataset tells',
  });
}
