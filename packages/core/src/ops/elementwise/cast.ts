import { DTYPES, type DType, expectDType, isFloat } from '../../ir/dtype.ts';
import { expectNodes, type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';

export interface CastAttrs {
  readonly to: DType;
}

export const castOp: PrimitiveOp<'cast', CastAttrs> = {
  kind: 'primitive',
  name: 'cast',
  elementwise: true,
  infer: ([x], { to }) => ({ dtype: to, shape: (x as TensorType).shape }),
  simplify: ({ inputs: [x], type }) => ((x as Node).type.dtype === type.dtype ? (x as Node) : null),
  grad({ inputs: [x], dy, attrs }) {
    const from = (x as Node).type.dtype;
    return [isFloat(from) && isFloat(attrs.to) ? cast(dy, from) : null];
  },
};

/**
 * Converts the element type. Floats that become int32 truncate towards zero; NaN becomes 0, and what int32 cannot hold its nearer end. uint8
 * wraps around: it is the int32 modulo 256. Anything but 0, NaN included, becomes `true`.
 */
export function cast(x: Node, to: DType): Node {
  expectNodes('cast', [x]);
  expectDType('cast', 'a result', to, DTYPES);
  return x.type.dtype === to ? x : node(castOp, [x], { to });
}
