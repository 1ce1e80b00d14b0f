import type { Node } from '../ir/node.ts';
import { expectNoOptions } from '../options.ts';
import { meanOf, paired } from './_pairs.ts';
import { ranks } from './_ranks.ts';
import type { Metric } from './metric.ts';

/** The linear correlation of outputs and targets (Pearson 1895), the mean over columns, over whole data sets. NaN where one of both is constant. */
export function pearson(...more: []): Metric<Node, Node, 'pearson'> {
  expectNoOptions('pearson', more);
  return paired('pearson', correlation);
}

/** The correlation of the ranks of outputs and targets (Spearman 1904), equal values sharing their mean rank: SciPy's `spearmanr`. NaN where one is constant. */
export function spearman(...more: []): Metric<Node, Node, 'spearman'> {
  expectNoOptions('spearman', more);
  return paired('spearman', (outputs, targets) => correlation(ranks(outputs), ranks(targets)));
}

function correlation(a: Float64Array, b: Float64Array): number {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  let [both, squaresA, squaresB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [da, db] = [(a[i] as number) - meanA, (b[i] as number) - meanB];
    both += da * db;
    squaresA += da * da;
    squaresB += db * db;
  }
  return both / (Math.sqrt(squaresA) * Math.sqrt(squaresB));
}
