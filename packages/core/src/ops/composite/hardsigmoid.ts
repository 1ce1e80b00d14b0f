import { type Node, node } from '../../ir/node.ts';
import { add } from '../elementwise/add.ts';
import { div } from '../elementwise/div.ts';
import { hardtanhOp } from './hardtanh.ts';
import { knownAs } from './known-as.ts';

/** `x/6 + 1/2`, but at least 0 and at most 1: straight lines in place of a sigmoid. */
export function hardsigmoid(x: Node): Node {
  const y = div(add(node(hardtanhOp, [x], { minVal: -3, maxVal: 3 }), 3), 6);
  return knownAs(y, { call: 'hardsigmoid' }, { x });
}
