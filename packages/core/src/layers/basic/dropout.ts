import { cast } from '../../ops/elementwise/cast.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { expectNoOptions, expectNumber } from '../../options.ts';
import { expectFloat } from '../_check.ts';
import type { SizedLayer } from '../layer.ts';
import type { Same } from '../sizes.ts';

/**
 * In training, sets each element to zero with probability `p` and scales the others by `1 / (1 − p)` (Srivastava et al. 2014, inverted as in
 * PyTorch); otherwise does nothing. Masks come from the trainer's seed and the layer's path, so they are the same on every backend.
 */
export function dropout(p = 0.5, ...more: []): SizedLayer<Same> {
  expectNoOptions('dropout', more);
  expectNumber('dropout.probability', p, { least: 0, below: 1 });
  return {
    label: `dropout(${p})`,
    parameters: [],
    apply(x, { training, random }) {
      expectFloat(x);
      if (!training || p === 0) return x;
      const keep = random({ kind: 'bernoulli', p: 1 - p }, x.type.shape);
      return mul(mul(x, cast(keep, 'float32')), 1 / (1 - p));
    },
  };
}
