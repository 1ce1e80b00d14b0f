import { add } from '../../ops/elementwise/add.ts';
import { cast } from '../../ops/elementwise/cast.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { expectNoOptions, expectNumber } from '../../options.ts';
import { expectFloat } from '../_check.ts';
import type { SizedLayer } from '../layer.ts';
import type { Same } from '../sizes.ts';

/** What SELU tends to for very negative numbers, `−scale·alpha` (Klambauer et al. 2017). */
const LEAST = -1.7580993408473766;

/**
 * Dropout behind `selu` (Klambauer et al. 2017): in training, sets each element with probability `p` to SELU's least value, and then scales and shifts all,
 * so that mean 0 and variance 1 stay; otherwise does nothing.
 */
export function alphaDropout(p = 0.5, ...more: []): SizedLayer<Same> {
  expectNoOptions('alphaDropout', more);
  expectNumber('alphaDropout.p', p, { least: 0, below: 1 });
  const scale = 1 / Math.sqrt((1 - p) * (1 + p * LEAST * LEAST));
  return {
    label: `alphaDropout(${p})`,
    parameters: [],
    apply(x, { training, random }) {
      expectFloat(x);
      if (!training || p === 0) return x;
      const keep = cast(random({ kind: 'bernoulli', p: 1 - p }, x.type.shape), 'float32');
      // scale · (x·keep + least·(1 − keep)) + shift, with shift = −scale·least·p
      return add(mul(mul(x, keep), scale), add(mul(keep, -scale * LEAST), scale * LEAST * (1 - p)));
    },
  };
}
