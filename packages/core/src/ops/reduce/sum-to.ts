import { expectNodes, type Node } from '../../ir/node.ts';
import { expectShape, type Shape, sameShape } from '../../ir/shape.ts';
import { reshape } from '../shape/reshape.ts';
import { sum } from './sum.ts';

/** Sums a broadcast gradient back to the `shape` of the operand that was broadcast. */
export function sumTo(x: Node, shape: Shape): Node {
  expectNodes('sumTo', [x]);
  expectShape('sumTo', shape);
  const from = x.type.shape;
  if (sameShape(from, shape)) return x;
  const lead = from.length - shape.length;
  const axes = from.flatMap((d, i) => (i < lead || (shape[i - lead] === 1 && d !== 1) ? [i] : []));
  return reshape(sum(x, { axes }), shape);
}
