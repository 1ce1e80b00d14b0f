import type { Node } from '../ir/node.ts';
import { type RankedOptions, ranked } from './_ranked.ts';
import { descending } from './_ranks.ts';
import type { Metric } from './metric.ts';

/**
 * The sum over thresholds of the precision times the growth of the recall, without interpolation: scikit-learn's `average_precision_score`. Of one
 * yes or no, of columns of them, or of each class against all others; exact over whole data sets. NaN where nothing, or everything, is right, or where a score is NaN.
 */
export function averagePrecision(options: RankedOptions = {}): Metric<Node, Node, 'average_precision'> {
  return ranked('average_precision', 'averagePrecision', options, (scores, right) => {
    if (scores.some(Number.isNaN)) return Number.NaN;
    const order = descending(scores);
    const positive = right.reduce((sum, r) => sum + r, 0);
    let [hits, area] = [0, 0];
    for (let start = 0; start < order.length; ) {
      // Samples of one score are above a threshold together.
      let end = start;
      let found = 0;
      while (end < order.length && scores[order[end] as number] === scores[order[start] as number]) {
        found += right[order[end] as number] as number;
        end++;
      }
      hits += found;
      area += (hits / end) * (found / positive);
      start = end;
    }
    return area;
  });
}
