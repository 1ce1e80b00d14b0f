import type { Node } from '../ir/node.ts';
import { type CountOptions, counted } from './_counts.ts';
import type { Metric } from './metric.ts';

/** The mean over the classes that are met of the share that was given rightly: scikit-learn's `balanced_accuracy_score`, over whole data sets. */
export function balancedAccuracy(options: Omit<CountOptions, 'average'> = {}): Metric<Node, Node, 'balanced_accuracy'> {
  return counted({
    name: 'balanced_accuracy',
    of: 'balancedAccuracy',
    options,
    asTwoClasses: true,
    number({ both, right }) {
      const shares = Array.from(both, (b, k) => b / (right[k] as number)).filter((share) => !Number.isNaN(share));
      return shares.reduce((sum, share) => sum + share, 0) / shares.length;
    },
  });
}
