import { ValueError } from '../errors.ts';
import { hostArray } from '../ir/host-array.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { TensorType } from '../ir/op.ts';
import { formatShape } from '../ir/shape.ts';
import type { BatchSpec } from './step.ts';

/** Samples and their targets; the first axis of both is the batch. */
export interface Batch {
  readonly x: NDArray;
  readonly y: NDArray;
}

/** The element types and shapes of a batch. */
export interface BatchTypes {
  readonly x: TensorType;
  readonly y: TensorType;
}

/**
 * Samples and targets as arrays.
 * @throws ValueError, DTypeError or ShapeError when one of them is none; ValueError unless they are equally many.
 */
export function batchOf(x: unknown, y: unknown): Batch {
  if (y === undefined && typeof x === 'object' && x !== null && 'x' in x && 'y' in x) {
    throw new ValueError('samples and targets are given apart', {
      received: 'one object with x and y',
      expected: 'two arrays: step(x, y)',
      fix: 'for (const { x, y } of batches) await trainer.step(x, y)',
    });
  }
  const batch = { x: hostArray('x', x), y: hostArray('y', y) };
  fedBatch(batch.x, batch.y);
  return batch;
}

/** The types of a batch. Throws unless samples and targets are equally many. */
export function fedBatch(x: NDArray, y: NDArray): BatchSpec & { readonly kind: 'fed' } {
  if (x.shape.length > 0 && y.shape.length > 0 && x.shape[0] === y.shape[0] && x.shape[0] !== 0)
    return { kind: 'fed', x: typeOf(x), y: typeOf(y) };
  throw new ValueError('samples and targets do not belong together', {
    received: `x ${formatShape(x.shape)}, y ${formatShape(y.shape)}`,
    expected: 'the same number of samples, at least one, on the first axis of both',
  });
}

export function typeOf({ dtype, shape }: NDArray): TensorType {
  return { dtype: dtype === 'float64' ? 'float32' : dtype, shape };
}

/** Rows in full batches first, then the rest as one smaller batch. */
export function chunks(rows: number, batchSize: number): readonly { start: number; steps: number; size: number }[] {
  const steps = Math.floor(rows / batchSize);
  const rest = rows - steps * batchSize;
  return [
    { start: 0, steps, size: batchSize },
    { start: steps * batchSize, steps: 1, size: rest },
  ].filter((c) => c.steps > 0 && c.size > 0);
}
