import type { Node } from '../ir/node.ts';
import { numel } from '../ir/shape.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { sub } from '../ops/elementwise/sub.ts';
import { oneHot } from '../ops/indexing/one-hot.ts';
import { scalar } from '../ops/leaf/constant.ts';
import { reshape } from '../ops/shape/reshape.ts';
import { classLabels, isClass } from '../targets/labels.ts';
import { ratio, sums } from './_ratio.ts';
import {
  areYesOrNo,
  asRows,
  expectClassIndices,
  expectYesOrNo,
  ofScores,
  probabilitiesOf,
  type ScoreOptions,
  type Scores,
} from './_scores.ts';
import type { Metric } from './metric.ts';

/**
 * The mean squared distance of the probabilities from what is right (Brier 1950): for one yes or no `(p − y)²`, from 0 to 1; for classes the sum
 * over them, from 0 to 2. scikit-learn's `brier_score_loss`, with `scale_by_half=False` for several classes.
 */
export function brier(options: ScoreOptions = {}): Metric<Node, Node, 'brier'> {
  const judgement = ofScores({ of: 'brier', options, apply: squaredDistance });
  return { name: 'brier', better: 'lower', statistic: ratio(), ...judgement };
}

function squaredDistance(output: Node, target: Node, known: Scores): Node {
  const square = (x: Node): Node => mul(x, x);
  const p = probabilitiesOf(output, known);
  if (areYesOrNo(output.type, known)) {
    expectYesOrNo(known.name, output.type, target.type);
    const { shape } = output.type;
    return sums(square(sub(p, reshape(cast(target, 'float32'), shape))), scalar(numel(shape)));
  }
  const rows = asRows(p);
  const count = rows.type.shape[0] as number;
  if (target.type.dtype === 'float32') {
    expectYesOrNo(known.name, output.type, target.type);
    return sums(square(sub(rows, asRows(target))), scalar(count));
  }
  expectClassIndices(known.name, output.type, target.type);
  const classes = output.type.shape.at(-1) as number;
  const labels = classLabels(target, known.ignoreIndex);
  const counts = reshape(isClass(labels, classes), [count, 1]);
  return sums(square(mul(sub(rows, asRows(oneHot(labels, classes))), counts)), counts);
}
