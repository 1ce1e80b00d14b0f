import { add } from '../ops/elementwise/add.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { expectFlag, expectNumber, expectOptions } from '../options.ts';
import { chain } from './chain.ts';
import { type GradientTransform, perParameter } from './transform.ts';

/** `v ← μ·v + g`; the direction is `v`, or with Nesterov `g + μ·v` (Sutskever et al. 2013, in PyTorch's form). */
export function momentum(mu: number, options: { nesterov?: boolean } = {}): GradientTransform {
  expectNumber('momentum.mu', mu, { least: 0 });
  expectOptions('momentum', options, ['nesterov']);
  const { nesterov = false } = options;
  expectFlag('momentum.nesterov', nesterov);
  if (mu === 0) return chain();
  return perParameter(
    (g, { slot }) => {
      const v = add(mul(slot('momentum'), mu), g);
      return { direction: nesterov ? add(g, mul(v, mu)) : v, slots: { momentum: v } };
    },
    { slots: ['momentum'], shown: ['momentum'], propagates: true },
  );
}
