import { ValueError } from '../../errors.ts';
import { expectNodes, type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { NO_ATTRS, type NoAttrs } from '../elementwise/_types.ts';

export const barrierOp: PrimitiveOp<'barrier', NoAttrs> = {
  kind: 'primitive',
  name: 'barrier',
  infer([x]) {
    if (x !== undefined) return x;
    throw new ValueError('barrier is given nothing', {
      received: 'no tensors',
      expected: 'a tensor, and what comes first',
    });
  },
  grad: ({ inputs, dy }) => inputs.map((_, i) => (i === 0 ? dy : null)),
};

/**
 * The numbers of `x`, which nothing reads before all of `after` are computed, as XLA's `optimization_barrier` has it. What is computed of it is not taken for
 * what is computed of `x`: so something can be computed twice on purpose, and late.
 */
export function barrier(x: Node, after: readonly Node[]): Node {
  expectNodes('barrier', [x]);
  expectNodes('barrier', after);
  return node(barrierOp, [x, ...after], NO_ATTRS);
}
