import { ValueError } from '../errors.ts';
import type { Node } from '../ir/node.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { equal } from '../ops/elementwise/equal.ts';
import { greater } from '../ops/elementwise/greater.ts';
import { less } from '../ops/elementwise/less.ts';
import { logicalAnd } from '../ops/elementwise/logical-and.ts';
import { logicalOr } from '../ops/elementwise/logical-or.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { where } from '../ops/elementwise/where.ts';
import { iota } from '../ops/indexing/iota.ts';
import { oneHot } from '../ops/indexing/one-hot.ts';
import { max } from '../ops/reduce/max.ts';
import { sum } from '../ops/reduce/sum.ts';
import { reshape } from '../ops/shape/reshape.ts';
import { expectCount } from '../options.ts';
import { classLabels, isClass } from '../targets/labels.ts';
import { ratio, sums } from './_ratio.ts';
import { asRows, expectClassIndices, ofScores, type ScoreOptions } from './_scores.ts';
import type { Metric } from './metric.ts';

/**
 * Fraction of samples whose label is among the `k` classes with the largest outputs: output `[…, classes]`, integer labels `[…]`; scikit-learn's
 * `top_k_accuracy_score`. Of equal outputs the first class counts as larger.
 */
export function topKAccuracy<const K extends number>(
  k: K,
  options: ScoreOptions = {},
): Metric<Node, Node, `top_${K}_accuracy`> {
  expectCount('topKAccuracy', 'k', k);
  const judgement = ofScores({
    of: 'topKAccuracy',
    options,
    areClasses: true,
    apply(output, target, { ignoreIndex }) {
      expectClassIndices('topKAccuracy', output.type, target.type);
      const classes = output.type.shape.at(-1) as number;
      if (k > classes) {
        throw new ValueError('topKAccuracy takes more classes than there are', {
          path: 'topKAccuracy.k',
          received: `${k} of ${classes} classes`,
          expected: `at most ${classes}`,
        });
      }
      const labels = classLabels(target, ignoreIndex);
      const scores = asRows(output);
      const marks = asRows(oneHot(labels, classes));
      const rows = scores.type.shape[0] as number;
      const own = max(where(greater(marks, 0.5), scores, Number.NEGATIVE_INFINITY), { axes: [1], keepDims: true });
      const at = reshape(cast(labels, 'int32'), [rows, 1]);
      const isBefore = less(reshape(iota(classes), [1, classes]), at);
      const isAhead = logicalOr(greater(scores, own), logicalAnd(equal(scores, own), isBefore));
      const ahead = sum(cast(isAhead, 'float32'), { axes: [1] });
      const counts = reshape(isClass(labels, classes), [rows]);
      return sums(mul(cast(less(ahead, k), 'float32'), counts), counts);
    },
  });
  return { name: `top_${k}_accuracy`, better: 'higher', statistic: ratio(), ...judgement };
}
