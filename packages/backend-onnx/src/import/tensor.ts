import { BackendError } from '@descent/core';
import { MAX_TENSOR } from '../inference/tensor-size.ts';
import { tensorValues } from '../inference/tensor-values.ts';
import { elementName } from '../model/element-names.ts';
import type { SparseTensorProto, TensorProto } from '../proto/onnx-pb.ts';
import { dtypeOf, type ElementType, type Known, known } from './known.ts';

/** A sparse tensor is written out; a few bytes could ask for all memory. */
const MOST_DENSE = 2 ** 26;

/** The numbers of `tensor`. Throws a `BackendError` that names `place` for texts, wrong counts and types that networks do not compute with. */
export function knownTensor(tensor: TensorProto, place: string, path: string): Known {
  const type = elementName(tensor.dataType);
  if (dtypeOf(type) === undefined) {
    throw new BackendError('a tensor of the model has an element type that cannot be imported', {
      path,
      received: `${place} of type ${type}`,
      expected: 'float32, float16, bfloat16, float64, integers of 8 to 64 bits, or bool',
      fix: 'export the model without it; texts belong in front of and behind a network',
    });
  }
  const data = tensorValues(tensor, path, place);
  if (data !== null) return known(type as ElementType, tensor.dims.map(Number), data);
  throw new BackendError('a tensor of the model has an impossible shape', {
    path,
    received: `${place} of shape [${tensor.dims.join(', ')}]`,
    expected: `sizes from 0 on, and at most ${MAX_TENSOR} bytes in all`,
  });
}

/** The same of a sparse tensor, which lists some elements of many. */
export function knownSparse(sparse: SparseTensorProto, place: string, path: string): Known {
  const refuse = (received: string, expected: string): never => {
    throw new BackendError('a sparse tensor of the model is damaged', { path, received, expected });
  };
  if (sparse.values === undefined || sparse.indices === undefined)
    return refuse(`${place} without values or indices`, 'both');
  const values = knownTensor(sparse.values, `values of ${place}`, path);
  const indices = knownTensor(sparse.indices, `indices of ${place}`, path);
  const shape = sparse.dims.map(Number);
  const count = shape.reduce((n, d) => n * d, 1);
  if (shape.some((d) => !(d >= 0)) || !(count <= MOST_DENSE))
    return refuse(`${place} of shape [${shape.join(', ')}]`, `at most ${MOST_DENSE} elements`);
  const rank = indices.shape.length === 2 ? shape.length : 1;
  if (indices.data.length !== values.data.length * rank)
    return refuse(`${indices.data.length} indices for ${values.data.length} values in ${place}`, 'as many of each');
  const data = new Float64Array(count);
  for (let i = 0; i < values.data.length; i++) {
    let at = 0;
    // One number for the position in the whole tensor, or one for each axis.
    for (const [k, size] of (rank === 1 ? [count] : shape).entries()) {
      const index = indices.data[i * rank + k] as number;
      if (!(Number.isInteger(index) && index >= 0 && index < size))
        return refuse(`index ${index} in ${place}`, `0 to ${size - 1}`);
      at = at * size + index;
    }
    data[at] = values.data[i] as number;
  }
  return known(values.elementType, shape, data);
}
