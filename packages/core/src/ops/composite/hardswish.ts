import type { Node } from '../../ir/node.ts';
import { mul } from '../elementwise/mul.ts';
import { hardsigmoid } from './hardsigmoid.ts';
import { knownAs } from './known-as.ts';

/** `x · hardsigmoid(x)` (Howard et al. 2019, MobileNetV3). */
export function hardswish(x: Node): Node {
  return knownAs(mul(x, hardsigmoid(x)), { call: 'hardswish' }, { x });
}
