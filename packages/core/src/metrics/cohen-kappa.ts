import type { Node } from '../ir/node.ts';
import { type CountOptions, counted } from './_counts.ts';
import type { Metric } from './metric.ts';

/**
 * Agreement beyond chance (Cohen 1960): `(pₒ − pₑ) / (1 − pₑ)`, where pₒ is the accuracy and pₑ what it would be if labels were given at random as
 * often as they are; scikit-learn's `cohen_kappa_score`. NaN where only one class is given and right.
 */
export function cohenKappa(options: Omit<CountOptions, 'average'> = {}): Metric<Node, Node, 'kappa'> {
  return counted({
    name: 'kappa',
    of: 'cohenKappa',
    options,
    asTwoClasses: true,
    number({ both, given, right }) {
      const all = right.reduce((a, b) => a + b, 0);
      const observed = both.reduce((a, b) => a + b, 0) / all;
      const expected = given.reduce((sum, g, k) => sum + (g / all) * ((right[k] as number) / all), 0);
      return (observed - expected) / (1 - expected);
    },
  });
}
