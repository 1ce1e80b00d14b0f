import type { Node } from '../ir/node.ts';
import { expectNoOptions } from '../options.ts';
import { meanOf, paired } from './_pairs.ts';
import type { Metric } from './metric.ts';

/**
 * The coefficient of determination, `1 − Σ(y − ŷ)² / Σ(y − ȳ)²`, the mean over columns: scikit-learn's `r2_score`, over whole data sets. Where all targets
 * are equal, as there, 1 for no error and else 0. NaN for fewer than two samples.
 */
export function r2(...more: []): Metric<Node, Node, 'r2'> {
  expectNoOptions('r2', more);
  return paired('r2', (outputs, targets) => {
    if (targets.length < 2) return Number.NaN;
    const center = meanOf(targets);
    const residual = targets.reduce((sum, y, i) => sum + (y - (outputs[i] as number)) ** 2, 0);
    const spread = targets.reduce((sum, y) => sum + (y - center) ** 2, 0);
    return spread === 0 ? (residual === 0 ? 1 : 0) : 1 - residual / spread;
  });
}
