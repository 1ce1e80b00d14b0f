import { DTypeError } from '../../errors.ts';
import { expectDType, isFloat } from '../../ir/dtype.ts';
import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';
import { broadcastShapes } from '../../ir/shape.ts';
import { scalar } from '../leaf/constant.ts';
import { sumTo } from '../reduce/sum-to.ts';
import { NO_ATTRS, type NoAttrs, type Operand, operands } from './_types.ts';

export const whereOp: PrimitiveOp<'where', NoAttrs> = {
  kind: 'primitive',
  name: 'where',
  elementwise: true,
  infer(inputs) {
    const [condition, a, b] = inputs as readonly [TensorType, TensorType, TensorType];
    expectDType('where', 'a condition', condition.dtype, ['bool']);
    if (a.dtype !== b.dtype) {
      throw new DTypeError('where needs both choices of one type', {
        received: `${a.dtype} and ${b.dtype}`,
        fix: `convert one of them with cast(x, '${isFloat(a.dtype) ? a.dtype : b.dtype}')`,
      });
    }
    return {
      dtype: a.dtype,
      shape: broadcastShapes('where', condition.shape, broadcastShapes('where', a.shape, b.shape)),
    };
  },
  grad({ inputs, dy }) {
    const [condition, a, b] = inputs as readonly [Node, Node, Node];
    const zero = scalar(0, dy.type.dtype);
    return [null, sumTo(where(condition, dy, zero), a.type.shape), sumTo(where(condition, zero, dy), b.type.shape)];
  },
};

/** `a` where `condition` holds, else `b`; broadcasting. A number becomes a constant of the other choice's type. */
export function where(condition: Node, a: Operand, b: Operand): Node {
  return node(whereOp, [condition, ...operands('where', a, b)], NO_ATTRS);
}
