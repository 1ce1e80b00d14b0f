import type { Node } from '../../ir/node.ts';
import { abs } from '../elementwise/abs.ts';
import { add } from '../elementwise/add.ts';
import { div } from '../elementwise/div.ts';
import { knownAs } from './known-as.ts';

/** `x / (1 + |x|)`. */
export function softsign(x: Node): Node {
  return knownAs(div(x, add(abs(x), 1)), { call: 'softsign' }, { x });
}
