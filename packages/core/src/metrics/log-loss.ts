import type { Node } from '../ir/node.ts';
import { numel } from '../ir/shape.ts';
import { bceWithLogits } from '../ops/composite/bce-with-logits.ts';
import { add } from '../ops/elementwise/add.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { greater } from '../ops/elementwise/greater.ts';
import { log } from '../ops/elementwise/log.ts';
import { maximum } from '../ops/elementwise/maximum.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { neg } from '../ops/elementwise/neg.ts';
import { sub } from '../ops/elementwise/sub.ts';
import { where } from '../ops/elementwise/where.ts';
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
  logProbabilitiesOf,
  ofScores,
  probabilitiesOf,
  type ScoreOptions,
  type Scores,
} from './_scores.ts';
import type { Metric } from './metric.ts';

/**
 * The mean of minus the logarithm of the probability of what is right, without class weights or smoothing: scikit-learn's `log_loss`. Output
 * `[…, classes]` with integer labels, or of yes and no with 0 and 1.
 */
export function logLoss(options: ScoreOptions = {}): Metric<Node, Node, 'log_loss'> {
  const judgement = ofScores({ of: 'logLoss', options, apply: surprise });
  return { name: 'log_loss', better: 'lower', statistic: ratio(), ...judgement };
}

/**
 * The number e to the power of `logLoss` (Jelinek et al. 1977): among how many equally likely classes the network seems to choose. Output
 * `[…, classes]` with integer labels.
 */
export function perplexity(options: ScoreOptions = {}): Metric<Node, Node, 'perplexity'> {
  const judgement = ofScores({
    of: 'perplexity',
    options,
    apply(output, target, known) {
      expectClassIndices('perplexity', output.type, target.type);
      return surprise(output, target, known);
    },
  });
  return { name: 'perplexity', better: 'lower', statistic: ratio(Math.exp), ...judgement };
}

/** The sum over what counts, and how much that is. */
function surprise(output: Node, target: Node, known: Scores): Node {
  const { name } = known;
  if (areYesOrNo(output.type, known)) {
    expectYesOrNo(name, output.type, target.type);
    const { shape } = output.type;
    const right = reshape(cast(target, 'float32'), shape);
    const each =
      known.output === 'logit' ? bceWithLogits(output, right) : crossed(probabilitiesOf(output, known), right);
    return sums(each, scalar(numel(shape)));
  }
  const logs = asRows(logProbabilitiesOf(output, known));
  if (target.type.dtype === 'float32') {
    expectYesOrNo(name, output.type, target.type);
    const shares = asRows(target);
    return sums(neg(mul(shares, where(greater(shares, 0), logs, 0))), scalar(logs.type.shape[0] as number));
  }
  expectClassIndices(name, output.type, target.type);
  const classes = output.type.shape.at(-1) as number;
  const labels = classLabels(target, known.ignoreIndex);
  // Where a class has the probability 0, minus infinity times 0 would be no number.
  return sums(neg(where(greater(asRows(oneHot(labels, classes)), 0.5), logs, 0)), isClass(labels, classes));
}

/** `−y·log p − (1 − y)·log(1 − p)`, with no logarithm below that of the least normal float32. */
function crossed(p: Node, y: Node): Node {
  const logOf = (x: Node): Node => log(maximum(x, 2 ** -126));
  return neg(add(mul(y, logOf(p)), mul(sub(1, y), logOf(sub(1, p)))));
}
