import type { Node } from '../ir/node.ts';
import { averaged, type CountOptions, counted } from './_counts.ts';
import type { Metric } from './metric.ts';

/**
 * Of what is a class, the share that was given as it: output `[…, classes]` with integer labels, or of yes and no with 0 and 1; scikit-learn's
 * `recall_score`, over whole data sets. A class that is never right counts as 0.
 */
export function recall(options: CountOptions = {}): Metric<Node, Node, 'recall'> {
  return counted({
    name: 'recall',
    of: 'recall',
    options,
    number: (counts, average) => averaged(counts, average, (both, _, right) => both / right),
  });
}
