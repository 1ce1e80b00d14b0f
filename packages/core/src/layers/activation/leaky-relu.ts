import { leakyRelu as leakyReluOf } from '../../ops/composite/leaky-relu.ts';
import { expectNumber } from '../../options.ts';
import type { Layer } from '../layer.ts';
import { activation } from './_activation.ts';

/** `x` above 0, else `negativeSlope · x`, elementwise; the slope is 0.01 by default. */
export function leakyRelu(negativeSlope = 0.01): Layer {
  expectNumber('leakyRelu.negativeSlope', negativeSlope);
  return activation(`leakyRelu(${negativeSlope})`, (x) => leakyReluOf(x, negativeSlope));
}
