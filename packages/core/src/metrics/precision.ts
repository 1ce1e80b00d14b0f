import type { Node } from '../ir/node.ts';
import { averaged, type CountOptions, counted } from './_counts.ts';
import type { Metric } from './metric.ts';

/**
 * Of what was given as a class, the share that is right: output `[…, classes]` with integer labels, or of yes and no with 0 and 1; scikit-learn's
 * `precision_score`, over whole data sets, whatever the batches. A class that was never given counts as 0.
 */
export function precision(options: CountOptions = {}): Metric<Node, Node, 'precision'> {
  return counted({
    name: 'precision',
    of: 'precision',
    options,
    number: (counts, average) => averaged(counts, average, (both, given) => both / given),
  });
}
