import { bool, int, type } from '../attrs.ts';
import { at, type Translate, typed } from './types.ts';

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
    return g.op('BatchMatMulV2', [a, b], { ...typed(a), adj_x: bool(transposeA), adj_y: bool(transposeB) }, output);
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
    return g.op('UnsortedSegmentSum', [x, ids, g.scalar(numSegments, 'int32')], types, output);
  },
  OneHot(g, { inputs, attrs, output }) {
    const { depth, onValue, offValue } = attrs as Readonly<Record<'depth' | 'onValue' | 'offValue', number>>;
    const types = { T: type(output.dtype), TI: type('int32'), axis: int(-1) };
    const scalars = [g.scalar(depth, 'int32'), g.scalar(onValue, output.dtype), g.scalar(offValue, output.dtype)];
    return g.op('OneHot', [at(inputs, 0), ...scalars], types, output);
  },
};
