import type { Node } from '../ir/node.ts';
import { type RankedOptions, ranked } from './_ranked.ts';
import { ranks } from './_ranks.ts';
import type { Metric } from './metric.ts';

/**
 * The area under the receiver operating characteristic: how often a right one has a larger score than a wrong one, equal scores counting half
 * (Hanley & McNeil 1982). Of one yes or no, of columns of them, or of each class against all others; scikit-learn's `roc_auc_score` (`multi_class='ovr'`), exact over whole
 * data sets, whatever the batches. NaN where nothing, or everything, is right, or where a score is NaN.
 */
export function auroc(options: RankedOptions = {}): Metric<Node, Node, 'auroc'> {
  return ranked('auroc', 'auroc', options, (scores, right) => {
    if (scores.some(Number.isNaN)) return Number.NaN;
    const rank = ranks(scores);
    const positive = right.reduce((sum, r) => sum + r, 0);
    const sumOfRanks = right.reduce((sum, r, i) => sum + r * (rank[i] as number), 0);
    return (sumOfRanks - (positive * (positive + 1)) / 2) / (positive * (right.length - positive));
  });
}
