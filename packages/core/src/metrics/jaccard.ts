import type { Node } from '../ir/node.ts';
import { averaged, type CountOptions, counted } from './_counts.ts';
import type { Metric } from './metric.ts';

/**
 * Intersection over union of each class (Jaccard 1901): `both / (given + right − both)`, the mean over classes by default, as in segmentation
 * (mean IoU): output `[…, classes]` with integer labels, or of yes and no with 0 and 1. scikit-learn's `jaccard_score`, over whole data sets.
 */
export function jaccard(options: CountOptions = {}): Metric<Node, Node, 'iou'> {
  return counted({
    name: 'iou',
    of: 'jaccard',
    options,
    number: (counts, average) => averaged(counts, average, (both, given, right) => both / (given + right - both)),
  });
}
