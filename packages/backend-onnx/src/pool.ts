import { allocate, type DType, numel, type TensorType } from '@descent/core/backend';
import type { Ort } from './runtime/runtime.ts';

/** Memory of tensors that nobody has any more, for others of the same size. */
export interface Pool {
  /** A tensor for each type, in memory that was given back or is new: its numbers are to be overwritten. */
  take(types: ReadonlyMap<string, TensorType>): Readonly<Record<string, Ort.Tensor>>;
  /** Gives back a tensor that nobody else has. What would not be taken is freed. */
  give(tensor: Ort.Tensor): void;
  /** Frees all that it has, and what is given back from now on. */
  close(): void;
}

export function createPool(ort: typeof Ort, free: (tensor: Ort.Tensor) => void): Pool {
  const spare = new Map<string, Ort.Tensor[]>();
  /** How many were taken last time. */
  const wanted = new Map<string, number>();
  const sparesOf = (key: string): Ort.Tensor[] => {
    const known = spare.get(key) ?? [];
    spare.set(key, known);
    return known;
  };
  return {
    take(types) {
      wanted.clear();
      const taken: Record<string, Ort.Tensor> = {};
      for (const [name, { dtype, shape }] of types) {
        const key = keyOf(dtype, numel(shape));
        wanted.set(key, (wanted.get(key) ?? 0) + 1);
        const data = sparesOf(key).pop()?.data ?? allocate(dtype, numel(shape));
        taken[name] = new ort.Tensor(dtype as DType, data as Float32Array, shape);
      }
      return taken;
    },
    give(tensor) {
      const key = keyOf(tensor.type, tensor.size);
      const list = sparesOf(key);
      if (list.length < (wanted.get(key) ?? 0)) list.push(tensor);
      else free(tensor);
    },
    close() {
      wanted.clear();
      for (const list of spare.values()) for (const tensor of list.splice(0)) free(tensor);
    },
  };
}

function keyOf(dtype: string, size: number): string {
  return `${dtype}/${size}`;
}
