import { numel } from '@descent/core/backend';
import type { Value } from '../kernel-list/builder.ts';
import { rowMajor } from '../kernel-list/layout.ts';
import { converted, inRows, named, reshaped, transposed } from '../kernel-list/values.ts';
import type { Family, Operands } from './_types.ts';

type Names = 'gather' | 'iota' | 'oneHot' | 'scatterAdd';

export const indexingLowerings: Family<Names> = {
  gather(operands, { attrs: { axis }, output: { shape } }, b) {
    const [x, indices] = operands as Operands;
    const inputs = { x: inRows(b, x), indices: inRows(b, indices) };
    return b.emit('GatherV2', inputs, { axis, batchDims: 0 }, { dtype: x.dtype, shape });
  },

  scatterAdd(operands, { attrs: { axis, size }, output: { shape } }, b) {
    const [indices, updates] = operands as Operands;
    const rank = indices.shape.length;
    const count = numel(indices.shape);
    const [outer, inner] = [updates.shape.slice(0, axis), updates.shape.slice(axis + rank)];
    const columns = numel(outer) * numel(inner);
    const axes = rowMajor(updates.shape.length);
    // The indexed axes first: then each index adds a row.
    const first = transposed(updates, [
      ...axes.slice(axis, axis + rank),
      ...axes.slice(0, axis),
      ...axes.slice(axis + rank),
    ]);
    const x = reshaped(b, first, [count, columns]);
    const result = { dtype: 'float32', shape: [size, columns] } as const;
    const sums =
      b.traits.scatter === 'ScatterNd'
        ? b.emit(
            'ScatterNd',
            { indices: reshaped(b, indices, [count, 1]), updates: x },
            { shape: [size, columns] },
            result,
          )
        : b.emit('UnsortedSegmentSum', { x, segmentIds: reshaped(b, indices, [count]) }, { numSegments: size }, result);
    const order = rowMajor(shape.length);
    return named({ ...sums, shape: [size, ...outer, ...inner] }, shape, [axis, ...order.filter((a) => a !== axis)]);
  },

  oneHot([indices], { attrs: { depth }, output: { shape } }, b) {
    // In int32, since the kernel of wasm writes integers whatever it is asked for.
    const attrs = { depth, onValue: 1, offValue: 0, dtype: 'int32' };
    const ones = b.emit('OneHot', { indices: inRows(b, indices as Value) }, attrs, { dtype: 'int32', shape });
    return converted(b, ones, 'float32');
  },

  iota(_, { attrs: { size, dtype } }, b) {
    const values = Array.from({ length: size }, (_, i) => i);
    return b.constant({
      dtype,
      shape: [size],
      data: dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values),
    });
  },
};
