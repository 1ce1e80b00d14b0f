import type { NDArray } from '@descent/core';
import type { ArrayDataset, TargetType } from '../dataset.ts';

/** The dataset in memory that all threads see, so that workers need no copies; a copy itself, unless it is there already. */
export function sharedDataset<Y extends TargetType>(dataset: ArrayDataset<Y>): ArrayDataset<Y> {
  const { name, length, classes, x, y, licence, source, citation } = dataset;
  return { name, length, classes, x: shared(x), y: shared(y), licence, source, citation };
}

function shared<D extends 'uint8' | 'float32' | 'int32'>(array: NDArray<D>): NDArray<D> {
  const { dtype, shape, data } = array;
  if (data.buffer instanceof SharedArrayBuffer) return { dtype, shape, data };
  const buffer = new SharedArrayBuffer(data.byteLength);
  const copy =
    dtype === 'uint8' ? new Uint8Array(buffer) : dtype === 'int32' ? new Int32Array(buffer) : new Float32Array(buffer);
  copy.set(data);
  return { dtype, shape, data: copy as NDArray<D>['data'] };
}
