import { ValueError } from '../../errors.ts';
import { expectDType } from '../../ir/dtype.ts';
import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';

export interface OneHotAttrs {
  readonly depth: number;
}

export const oneHotOp: PrimitiveOp<'oneHot', OneHotAttrs> = {
  kind: 'primitive',
  name: 'oneHot',
  infer([indices], { depth }) {
    const { dtype, shape } = indices as TensorType;
    expectDType('oneHot', 'indices', dtype, ['int32']);
    if (!Number.isInteger(depth) || depth < 1)
      throw new ValueError('oneHot needs a depth of at least 1', { received: `${depth}` });
    return { dtype: 'float32', shape: [...shape, depth] };
  },
  grad: 'zero',
};

/** `[…] → […, depth]`: float 1 at the index, 0 elsewhere; all zeros for an index outside 0…depth−1. */
export function oneHot(indices: Node, depth: number): Node {
  return node(oneHotOp, [indices], { depth });
}
