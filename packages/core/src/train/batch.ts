import type { Arrays } from '../backend/contract.ts';
import { ValueError } from '../errors.ts';
import { hostArrays } from '../ir/host-array.ts';
import type { NDArray } from '../ir/ndarray.ts';
import type { TensorType } from '../ir/op.ts';
import { formatShape } from '../ir/shape.ts';
import { leafName, leavesOf, mapTree, type NDArrays, type Tree } from '../ir/tree.ts';
import type { BatchSpec } from './step.ts';

/** Samples and their targets, one array each or several by name; the first axis of all is the batch. */
export interface Batch<X extends NDArrays = NDArray, Y extends NDArrays = NDArray> {
  readonly x: X;
  readonly y: Y;
}

/** A batch of whatever arrays. */
export type AnyBatch = Batch<NDArrays, NDArrays>;

type FedBatch = BatchSpec & { readonly kind: 'fed' };

/** The element types and shapes of a batch. */
export interface BatchTypes {
  readonly x: Tree<TensorType>;
  readonly y: Tree<TensorType>;
}

/**
 * Samples and targets as arrays, with their types.
 * @throws ValueError, DTypeError or ShapeError when one of them is none; ValueError unless they are equally many.
 */
export function batchOf(x: unknown, y: unknown): AnyBatch & { readonly types: FedBatch } {
  if (y === undefined && typeof x === 'object' && x !== null && 'x' in x && 'y' in x) {
    throw new ValueError('samples and targets are given apart', {
      received: 'one object with x and y',
      expected: 'two arrays: step(x, y)',
      fix: 'for (const { x, y } of batches) await trainer.step(x, y)',
    });
  }
  const batch = { x: hostArrays('x', x), y: hostArrays('y', y) };
  return { ...batch, types: fedBatch(batch.x, batch.y) };
}

/** The types of a batch. Throws unless all its arrays have the same number of samples. */
export function fedBatch(x: NDArrays, y: NDArrays): FedBatch {
  const arrays = [...namedArrays('x', x), ...namedArrays('y', y)];
  const samples = arrays[0]?.[1].shape[0] ?? 0;
  if (samples !== 0 && arrays.every(([, { shape }]) => shape[0] === samples))
    return { kind: 'fed', x: mapTree(x, typeOf) as Tree<TensorType>, y: mapTree(y, typeOf) as Tree<TensorType> };
  throw new ValueError('samples and targets do not belong together', {
    received: arrays.map(([name, { shape }]) => `${name} ${formatShape(shape)}`).join(', '),
    expected: 'the same number of samples, at least one, on the first axis of all',
  });
}

/** The arrays of `tree` by the names that they are fed under: `x`, or `x/left` and `x/right`. */
function namedArrays(of: string, tree: NDArrays): readonly (readonly [string, NDArray])[] {
  return leavesOf(tree).map(([name, array]) => [leafName(of, name), array] as const);
}

/** All arrays of a batch by the names that they are fed under. */
export function feedsOf({ x, y }: AnyBatch): Arrays {
  return Object.fromEntries([...namedArrays('x', x), ...namedArrays('y', y)]);
}

/** Number of samples of a batch. */
export function samplesOf({ x }: AnyBatch): number {
  return leavesOf(x)[0]?.[1].shape[0] ?? 0;
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
