import { allocate, type DType, type NDArray, numel, type TensorType } from '@descent/core/backend';
import type { Binding } from './binding.ts';
import { type Residence, wordsOf } from './translate.ts';

/** Puts an array where TensorFlow can read it. The tensor shares the memory of `array`, or of a copy of it. */
export function upload(binding: Binding, array: NDArray, residence: Residence, copy: boolean): number {
  const { shape } = array;
  const dtype = array.dtype === 'float64' ? 'float32' : array.dtype;
  if (residence === 'device') {
    const words = wordsOf({ dtype, shape });
    return binding.createTensor([words], binding.TF_INT32, asWords(array, words));
  }
  const data = array.dtype === 'float64' ? Float32Array.from(array.data) : copy ? array.data.slice() : array.data;
  return binding.createTensor(shape, typeNumber(binding, dtype), data as Float32Array);
}

/** The bytes of an array as int32, always a copy. */
function asWords({ dtype, data }: NDArray, words: number): Int32Array {
  const out = new Int32Array(words);
  if (dtype === 'float64') new Float32Array(out.buffer).set(data);
  else new Uint8Array(out.buffer).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return out;
}

/** The elements of a tensor that was fetched. */
export function download(binding: Binding, id: number, { dtype, shape }: TensorType): NDArray {
  const values = binding.tensorDataSync(id);
  if (dtype !== 'uint8') return { dtype, shape, data: values } as NDArray;
  const data = allocate(dtype, numel(shape));
  data.set(values);
  return { dtype, shape, data };
}

/** As `download`, for tensors of a state, which may be uint8. */
export function downloadKept(binding: Binding, id: number, type: TensorType): NDArray {
  if (type.dtype !== 'uint8') return download(binding, id, type);
  const attr = (name: string, value: number): { name: string; type: number; value: number } => ({
    name,
    type: binding.TF_ATTR_TYPE,
    value,
  });
  const attrs = [attr('SrcT', binding.TF_UINT8), attr('DstT', binding.TF_INT32)];
  const [wide] = binding.executeOp('Cast', attrs, [id], 1);
  const fetched = wide?.id as number;
  try {
    return download(binding, fetched, type);
  } finally {
    binding.deleteTensor(fetched);
  }
}

function typeNumber(binding: Binding, dtype: DType): number {
  switch (dtype) {
    case 'float32':
      return binding.TF_FLOAT;
    case 'int32':
      return binding.TF_INT32;
    case 'uint8':
      return binding.TF_UINT8;
    case 'bool':
      return binding.TF_BOOL;
  }
}
