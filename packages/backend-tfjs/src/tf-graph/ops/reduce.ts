import { type } from '../attrs.ts';
import type { Tensor, Writer } from '../writer.ts';
import { at, plain, type Translate, typed } from './types.ts';

const reduction =
  (op: string): Translate =>
  (g, { inputs, attrs, output }) => {
    const { axis, reductionIndices } = attrs as { readonly axis?: number[]; readonly reductionIndices?: number[] };
    return reduce(g, op, at(inputs, 0), axis ?? reductionIndices ?? [], output);
  };

function reduce(
  g: Writer,
  op: string,
  x: Tensor,
  axes: readonly number[],
  output: { readonly shape: readonly number[] },
): Tensor {
  return g.op(
    op,
    [x, g.ints(axes)],
    { ...typed(x), Tidx: type('int32') },
    {
      dtype: x.dtype,
      shape: output.shape,
    },
  );
}

export const reduceOps: Readonly<Record<string, Translate>> = {
  Sum: reduction('Sum'),
  Mean: reduction('Mean'),
  Max: reduction('Max'),
  Min: reduction('Min'),
  Softmax: plain('Softmax'),
  ArgMax(g, { inputs, attrs, output }) {
    const x = at(inputs, 0);
    const { axis } = attrs as { readonly axis: number };
    const types = { ...typed(x), Tidx: type('int32'), output_type: type('int32') };
    return g.op('ArgMax', [x, g.scalar(axis, 'int32')], types, output);
  },
};
