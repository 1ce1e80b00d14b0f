import { type Node, node } from '../../ir/node.ts';
import type { CompositeOp } from '../../ir/op.ts';
import { NO_ATTRS, type NoAttrs, unaryFloat } from '../elementwise/_types.ts';

export const detachOp: CompositeOp<'detach', NoAttrs> = {
  kind: 'composite',
  name: 'detach',
  infer: (inputs) => unaryFloat('detach', inputs),
  decompose: ([x]) => x as Node,
  grad: () => [null],
};

/** The same numbers, through which no gradient flows, as PyTorch's `detach`. */
export function detach(x: Node): Node {
  return node(detachOp, [x], NO_ATTRS);
}
