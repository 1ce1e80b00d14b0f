import { add } from '../ops/elementwise/add.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { chain } from './chain.ts';
import { perParameter, type Transform } from './transform.ts';

/** `v ← μ·v + g`; the direction is `v`, or with Nesterov `g + μ·v` (Sutskever et al. 2013, in PyTorch's form). */
export function momentum(mu: number, { nesterov = false }: { nesterov?: boolean } = {}): Transform {
  if (mu === 0) return chain();
  return perParameter(
    (g, { slot }) => {
      const v = add(mul(slot('momentum'), mu), g);
      return { direction: nesterov ? add(g, mul(v, mu)) : v, slots: { momentum: v } };
    },
    { slots: ['momentum'] },
  );
}
