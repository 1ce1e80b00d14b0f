import type { Node } from '../ir/node.ts';
import { type CountOptions, counted } from './_counts.ts';
import type { Metric } from './metric.ts';

/**
 * The correlation of given and right classes (Matthews 1975; for several classes Gorodkin 2004): scikit-learn's `matthews_corrcoef`, and 0, as there,
 * where all that is given, or right, is one class.
 */
export function matthewsCorrelation(options: Omit<CountOptions, 'average'> = {}): Metric<Node, Node, 'mcc'> {
  return counted({
    name: 'mcc',
    of: 'matthewsCorrelation',
    options,
    asTwoClasses: true,
    number({ both, given, right }) {
      const total = (x: Float64Array): number => x.reduce((a, b) => a + b, 0);
      const all = total(right);
      if (all === 0) return Number.NaN;
      const product = given.reduce((sum, g, k) => sum + g * (right[k] as number), 0);
      const spread = (x: Float64Array): number => all ** 2 - x.reduce((sum, v) => sum + v * v, 0);
      const divisor = Math.sqrt(spread(given)) * Math.sqrt(spread(right));
      return divisor === 0 ? 0 : (total(both) * all - product) / divisor;
    },
  });
}
