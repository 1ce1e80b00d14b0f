import type { DType, NDArray } from '@descent/core/backend';
import type { Ort } from '../runtime/runtime.ts';

/** Wraps an array as an ONNX Runtime tensor, without copying unless the runtime cannot read the array's memory. */
export function toTensor(ort: typeof Ort, array: NDArray): Ort.Tensor {
  const { dtype, shape, data } = array.dtype === 'float64' ? asFloat32(array) : array;
  const readable = data.buffer instanceof ArrayBuffer ? data : data.slice();
  return new ort.Tensor(dtype as DType, readable, shape as number[]);
}

/** A tensor with its own memory. */
export function copyToTensor(ort: typeof Ort, array: NDArray): Ort.Tensor {
  return toTensor(ort, array.dtype === 'float64' ? array : { ...array, data: array.data.slice() });
}

/** The tensor's values, sharing its memory. */
export function toArray({ type, dims, data }: Ort.Tensor): NDArray {
  return { dtype: type as DType, shape: dims, data: data as NDArray['data'] };
}

function asFloat32({ shape, data }: NDArray): NDArray<'float32'> {
  return { dtype: 'float32', shape, data: Float32Array.from(data) };
}
