import type { NDArray } from '@descent/core/backend';
import type { Ort } from '../runtime/runtime.ts';
import { freeHostTensor } from './free.ts';
import { copyToTensor, toArray } from './tensors.ts';

/** Where the tensors of a state lie, and how they get there, back and away. */
export interface Memory {
  /** A tensor of its own with the values of `array`. */
  put(array: NDArray): Ort.Tensor | Promise<Ort.Tensor>;
  /** A copy of the values. */
  get(tensor: Ort.Tensor): NDArray | Promise<NDArray>;
  /**
   * Copies of the values of tensors of one type and shape, one behind the other along a new first axis: many in one reading. Left out where
   * reading costs nothing.
   */
  stack?(tensors: readonly Ort.Tensor[]): Promise<NDArray>;
  /** Gives the memory of a tensor back that nobody else has. */
  free(tensor: Ort.Tensor): void;
}

/** Arrays of JavaScript, which the processor computes with as they are. */
export function hostMemory(ort: typeof Ort): Memory {
  return {
    put: (array) => copyToTensor(ort, array),
    get(tensor) {
      const { data, ...type } = toArray(tensor);
      return { ...type, data: data.slice() } as NDArray;
    },
    free: freeHostTensor,
  };
}
