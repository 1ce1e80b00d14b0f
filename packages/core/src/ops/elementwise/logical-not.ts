import { expectDType } from '../../ir/dtype.ts';
import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';
import { NO_ATTRS, type NoAttrs } from './_types.ts';

export const logicalNotOp: PrimitiveOp<'logicalNot', NoAttrs> = {
  kind: 'primitive',
  name: 'logicalNot',
  elementwise: true,
  infer(inputs) {
    const [x] = inputs as readonly [TensorType];
    expectDType('logicalNot', 'a tensor', x.dtype, ['bool']);
    return x;
  },
  grad: 'zero',
};

/** `not x` of booleans. */
export function logicalNot(x: Node): Node {
  return node(logicalNotOp, [x], NO_ATTRS);
}
