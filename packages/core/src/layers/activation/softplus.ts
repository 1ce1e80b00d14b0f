import { type SoftplusOptions, softplus as softplusOf, softplusOptions } from '../../ops/composite/softplus.ts';
import type { SizedLayer } from '../layer.ts';
import type { Same } from '../sizes.ts';
import { activation } from './_activation.ts';

/** `ln(1 + e^(beta·x)) / beta`, elementwise: a smooth `relu`. Where `beta·x` is above `threshold` (default 20) it is x. */
export function softplus(options: SoftplusOptions = {}): SizedLayer<Same> {
  const { beta, threshold } = softplusOptions(options);
  return activation(beta === 1 ? 'softplus' : `softplus(${beta})`, (x) => softplusOf(x, { beta, threshold }));
}
