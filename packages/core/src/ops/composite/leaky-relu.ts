import type { Node } from '../../ir/node.ts';
import { expectNumber } from '../../options.ts';
import { greater } from '../elementwise/greater.ts';
import { mul } from '../elementwise/mul.ts';
import { where } from '../elementwise/where.ts';
import { scalar } from '../leaf/constant.ts';
import { knownAs } from './known-as.ts';

/** `x` above 0, else `negativeSlope · x` (Maas et al. 2013); the slope is 0.01 by default. */
export function leakyRelu(x: Node, negativeSlope = 0.01): Node {
  expectNumber('leakyRelu.negativeSlope', negativeSlope);
  // As a factor: it is the gradient, too, and that at 0 is PyTorch's.
  const y = mul(x, where(greater(x, 0), scalar(1), negativeSlope));
  return knownAs(y, { call: 'leakyRelu', slope: negativeSlope }, { x });
}
