import type { DataOf, HostDType, NDArray, NDArrays } from '@descent/core';
import { mapTree } from '@descent/core/backend';
import { ARRAYS } from '../arrays.ts';
import type { DatasetOf } from '../dataset.ts';

/** The dataset in memory that all threads see, so that workers need no copies; a copy itself, unless it is there already. */
export function sharedDataset({ name, length, classes, x, y, licence, source, citation }: DatasetOf): DatasetOf {
  return { name, length, classes, x: sharedAll(x), y: sharedAll(y), licence, source, citation };
}

function sharedAll(arrays: NDArrays): NDArrays {
  return mapTree(arrays, (array) => shared(array)) as NDArrays;
}

function shared<D extends HostDType>(array: NDArray<D>): NDArray<D> {
  const { dtype, shape, data } = array;
  if (data.buffer instanceof SharedArrayBuffer) return { dtype, shape, data };
  const buffer = new SharedArrayBuffer(data.byteLength);
  // The overloads of a union of constructors cannot be told apart, so all go by the name of one of them.
  const copy = new (ARRAYS[dtype] as Uint8ArrayConstructor)(buffer);
  copy.set(data);
  return { dtype, shape, data: copy as NDArray['data'] as DataOf<D> };
}
