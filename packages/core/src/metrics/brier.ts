import type { Node } from '../ir/node.ts';
import { numel } from '../ir/shape.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { sub } from '../ops/elementwise/sub.ts';
import { oneHot } from '../ops/indexing/one-hot.ts';
import { scalar } from '../ops/leaf/constant.ts';
import { sum } from '../ops/reduce/sum.ts';
import { concat } from '../ops/shape/concat.ts';
import { reshape } from '../ops/shape/reshape.ts';
import { classLabels, isClass } from '../targets/labels.ts';
import { rulesOf } from './_counts.ts';
import {
  areYesOrNo,
  asRows,
  expectClassIndices,
  expectScoreOptions,
  expectYesOrNo,
  probabilitiesOf,
  type ScoreOptions,
  scoresOf,
} from './_scores.ts';
import type { Metric } from './metric.ts';

/**
 * The mean squared distance of the probabilities from what is right (Brier 1950): for one yes or no `(p − y)²`, from 0 to 1; for classes the sum
 * over them, from 0 to 2. scikit-learn's `brier_score_loss`, with `scale_by_half=False` for several classes.
 */
export function brier(options: ScoreOptions = {}): Metric<Node, Node, 'brier'> {
  expectScoreOptions('brier', options);
  return {
    name: 'brier',
    better: 'lower',
    statistic: { keep: 'sum', result: ([total = 0, count = 0]) => total / count },
    apply(output, target, context) {
      const known = scoresOf('brier', options, context);
      const total = (x: Node): Node => reshape(sum(x), [1]);
      const square = (x: Node): Node => mul(x, x);
      const p = probabilitiesOf(output, known);
      if (areYesOrNo(output.type, known)) {
        expectYesOrNo('brier', output.type, target.type);
        const error = sub(p, reshape(cast(target, 'float32'), output.type.shape));
        return concat([total(square(error)), scalar(numel(output.type.shape), 'float32', [1])]);
      }
      const rows = asRows(p);
      if (target.type.dtype === 'float32') {
        expectYesOrNo('brier', output.type, target.type);
        const count = scalar(rows.type.shape[0] as number, 'float32', [1]);
        return concat([total(square(sub(rows, asRows(target)))), count]);
      }
      expectClassIndices('brier', output.type, target.type);
      const classes = output.type.shape.at(-1) as number;
      const labels = classLabels(target, known.ignoreIndex);
      const counts = reshape(isClass(labels, classes), [rows.type.shape[0] as number, 1]);
      const error = mul(sub(rows, asRows(oneHot(labels, classes))), counts);
      return concat([total(square(error)), total(counts)]);
    },
    targets: (output, target, context) => rulesOf(output, target, scoresOf('brier', options, context)),
  };
}
