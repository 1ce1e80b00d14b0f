import { numel } from '../../ir/shape.ts';
import { type RefArray, type RefKernels, rounded } from '../_reference.ts';
import { expectIndices } from './_indices.ts';
import type * as family from './index.ts';

export const indexingReference: RefKernels<typeof family> = {
  gather([x, indices], { attrs: { axis }, output }, context) {
    const { data, shape } = x as RefArray;
    const at = rowsOf('gather', indices as RefArray, shape, axis);
    const out = context.zeros(output);
    const length = numel(shape.slice(axis + 1));
    for (let i = 0; i < at.length; i++) {
      const start = at[i] as number;
      out.data.set(data.subarray(start, start + length), i * length);
    }
    return out;
  },

  scatterAdd([indices, updates], { attrs: { axis }, output }, context) {
    const { data } = updates as RefArray;
    const at = rowsOf('scatterAdd', indices as RefArray, output.shape, axis);
    const sums = new Float64Array(numel(output.shape));
    const length = numel(output.shape.slice(axis + 1));
    for (let i = 0; i < at.length; i++) {
      const start = at[i] as number;
      for (let j = 0; j < length; j++) sums[start + j] = (sums[start + j] as number) + (data[i * length + j] as number);
    }
    return rounded(sums, output, context);
  },

  oneHot([indices], { attrs: { depth }, output }, context) {
    const out = context.zeros(output);
    for (const [i, index] of (indices as RefArray).data.entries()) {
      if (index >= 0 && index < depth) out.data[i * depth + index] = 1;
    }
    return out;
  },

  iota(_, { output }, context) {
    const out = context.zeros(output);
    for (let i = 0; i < out.data.length; i++) out.data[i] = i;
    return out;
  },
};

/** Where each row named by `indices` begins in a tensor of `shape`, for each entry of the axes before `axis`. */
function rowsOf(op: string, { data }: RefArray, shape: readonly number[], axis: number): Float64Array {
  const size = shape[axis] as number;
  expectIndices(op, data, size);
  const length = numel(shape.slice(axis + 1));
  const outer = numel(shape.slice(0, axis));
  const at = new Float64Array(outer * data.length);
  for (let i = 0; i < at.length; i++) {
    at[i] = (Math.floor(i / data.length) * size + (data[i % data.length] as number)) * length;
  }
  return at;
}
