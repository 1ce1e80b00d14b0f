import { type Node, node, rankOf } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';
import { normalizeAxes, normalizeAxis } from '../../ir/shape.ts';

export interface FlipAttrs {
  readonly axes: readonly number[];
}

export const flipOp: PrimitiveOp<'flip', FlipAttrs> = {
  kind: 'primitive',
  name: 'flip',
  infer([x], { axes }) {
    for (const a of axes) normalizeAxis('flip', a, (x as TensorType).shape.length);
    return x as TensorType;
  },
  simplify: ({ inputs: [x], attrs }) => ((attrs as FlipAttrs).axes.length === 0 ? (x as Node) : null),
  grad: ({ attrs, dy }) => [flip(dy, attrs.axes)],
};

/** Reverses the order of the elements along `axes`. */
export function flip(x: Node, axes: readonly number[] | number): Node {
  return node(flipOp, [x], { axes: normalizeAxes('flip', axes, rankOf('flip', x)) });
}
