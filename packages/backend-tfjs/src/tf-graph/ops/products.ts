import { numel, type Shape } from '@descent/core/backend';
import { bool, int, type } from '../attrs.ts';
import type { Tensor, Writer } from '../writer.ts';
import { at, result, type Translate, typed } from './types.ts';

/** Matrix products, and what picks rows or adds them up. */
export const productOps: Readonly<Record<string, Translate>> = {
  BatchMatMul(g, { inputs, attrs, output }) {
    const [a, b] = [at(inputs, 0), at(inputs, 1)];
    const { transposeA, transposeB } = attrs as { readonly transposeA: boolean; readonly transposeB: boolean };
    if (a.shape.length === 2 && b.shape.length === 2) {
      return g.op(
        'MatMul',
        [a, b],
        { ...typed(a), transpose_a: bool(transposeA), transpose_b: bool(transposeB) },
        output,
      );
    }
    // Batches are spread out first: oneDNN (TensorFlow 2.21) writes beyond its memory when one of them is broadcast.
    const batch = output.shape.slice(0, -2);
    const operands = [a, b].map((x) => stacked(g, x, batch));
    const [m, n] = output.shape.slice(-2) as [number, number];
    const flags = { ...typed(a), adj_x: bool(transposeA), adj_y: bool(transposeB) };
    return g.reshape(g.op('BatchMatMulV2', operands, flags, result(a, [numel(batch), m, n])), output.shape);
  },
  GatherV2(g, { inputs, attrs, output }) {
    const [x, indices] = [at(inputs, 0), at(inputs, 1)];
    const { axis } = attrs as { readonly axis: number };
    const types = { Tparams: type(x.dtype), Tindices: type('int32'), Taxis: type('int32'), batch_dims: int(0) };
    return g.op('GatherV2', [x, indices, g.scalar(axis, 'int32')], types, { dtype: x.dtype, shape: output.shape });
  },
  UnsortedSegmentSum(g, { inputs, attrs, output }) {
    const [x, ids] = [at(inputs, 0), at(inputs, 1)];
    const { numSegments } = attrs as { readonly numSegments: number };
    const types = { ...typed(x), Tindices: type('int32'), Tnumsegments: type('int32') };
    // TensorFlow leaves rows with a negative index out; it refuses one that is too large.
    const bool = { dtype: 'bool', shape: ids.shape } as const;
    const negative = g.op('Less', [ids, g.scalar(0, 'int32')], typed(ids), bool);
    const checked = g.op('SelectV2', [negative, g.scalar(numSegments, 'int32'), ids], typed(ids), ids);
    return g.op('UnsortedSegmentSum', [x, checked, g.scalar(numSegments, 'int32')], types, output);
  },
  OneHot(g, { inputs, attrs, output }) {
    const { depth, onValue, offValue } = attrs as Readonly<Record<'depth' | 'onValue' | 'offValue', number>>;
    const types = { T: type(output.dtype), TI: type('int32'), axis: int(-1) };
    const scalars = [g.scalar(depth, 'int32'), g.scalar(onValue, output.dtype), g.scalar(offValue, output.dtype)];
    return g.op('OneHot', [at(inputs, 0), ...scalars], types, output);
  },
};

/** `[…, rows, columns]` as `[numel(batch), rows, columns]`. */
function stacked(g: Writer, x: Tensor, batch: Shape): Tensor {
  const matrix = x.shape.slice(-2);
  const own = numel(x.shape.slice(0, -2));
  const count = numel(batch);
  const seen = g.reshape(x, [own, ...matrix]);
  if (own === count) return seen;
  const shape = [count, ...matrix];
  return g.op('BroadcastTo', [seen, g.ints(shape)], { ...typed(x), Tidx: type('int32') }, result(x, shape));
}
