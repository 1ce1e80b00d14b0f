import { leakyRelu as leakyReluOf } from '../../ops/composite/leaky-relu.ts';
import { expectNoOptions, expectNumber } from '../../options.ts';
import type { SizedLayer } from '../layer.ts';
import type { Same } from '../sizes.ts';
import { activation } from './_activation.ts';

/** `x` above 0, else `negativeSlope · x`, elementwise; the slope is 0.01 by default. */
export function leakyRelu(negativeSlope = 0.01, ...more: []): SizedLayer<Same> {
  expectNoOptions('leakyRelu', more);
  expectNumber('leakyRelu.negativeSlope', negativeSlope);
  return activation(`leakyRelu(${negativeSlope})`, (x) => leakyReluOf(x, negativeSlope));
}
