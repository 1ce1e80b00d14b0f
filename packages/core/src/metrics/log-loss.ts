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
import { sum } from '../ops/reduce/sum.ts';
import { concat } from '../ops/shape/concat.ts';
import { reshape } from '../ops/shape/reshape.ts';
import { classLabels, isClass } from '../targets/labels.ts';
import type { TargetContext } from '../targets/rule.ts';
import { rulesOf } from './_counts.ts';
import {
  areYesOrNo,
  asRows,
  expectClassIndices,
  expectScoreOptions,
  expectYesOrNo,
  logProbabilitiesOf,
  probabilitiesOf,
  type ScoreOptions,
  scoresOf,
} from './_scores.ts';
import type { Metric } from './metric.ts';

/**
 * The mean of minus the logarithm of the probability of what is right, without class weights or smoothing: scikit-learn's `log_loss`. Output
 * `[…, classes]` with integer labels, or of yes and no with 0 and 1.
 */
export function logLoss(options: ScoreOptions = {}): Metric<Node, Node, 'log_loss'> {
  expectScoreOptions('logLoss', options);
  return {
    name: 'log_loss',
    better: 'lower',
    statistic: { keep: 'sum', result: ([total = 0, count = 0]) => total / count },
    apply: (output, target, context) => totalLogLoss('logLoss', options, output, target, context),
    targets: (output, target, context) => rulesOf(output, target, scoresOf('logLoss', options, context)),
  };
}

/**
 * The number e to the power of `logLoss` (Jelinek et al. 1977): among how many equally likely classes the network seems to choose. Output
 * `[…, classes]` with integer labels.
 */
export function perplexity(options: ScoreOptions = {}): Metric<Node, Node, 'perplexity'> {
  expectScoreOptions('perplexity', options);
  return {
    name: 'perplexity',
    better: 'lower',
    statistic: { keep: 'sum', result: ([total = 0, count = 0]) => Math.exp(total / count) },
    apply(output, target, context) {
      expectClassIndices('perplexity', output.type, target.type);
      return totalLogLoss('perplexity', options, output, target, context);
    },
    targets: (output, target, context) => rulesOf(output, target, scoresOf('perplexity', options, context)),
  };
}

/** The sum over what counts, and how much that is. */
function totalLogLoss(
  name: string,
  options: ScoreOptions,
  output: Node,
  target: Node,
  context: TargetContext | undefined,
): Node {
  const known = scoresOf(name, options, context);
  const total = (x: Node): Node => reshape(sum(x), [1]);
  if (areYesOrNo(output.type, known)) {
    expectYesOrNo(name, output.type, target.type);
    const right = reshape(cast(target, 'float32'), output.type.shape);
    const each =
      known.output === 'logit' ? bceWithLogits(output, right) : crossed(probabilitiesOf(output, known), right);
    return concat([total(each), scalar(numel(output.type.shape), 'float32', [1])]);
  }
  const classes = output.type.shape.at(-1) as number;
  const logs = asRows(logProbabilitiesOf(output, known));
  if (target.type.dtype === 'float32') {
    expectYesOrNo(name, output.type, target.type);
    const shares = asRows(target);
    const used = where(greater(shares, 0), logs, 0);
    return concat([total(neg(mul(shares, used))), scalar(logs.type.shape[0] as number, 'float32', [1])]);
  }
  expectClassIndices(name, output.type, target.type);
  const labels = classLabels(target, known.ignoreIndex);
  // Where a class has the probability 0, minus infinity times 0 would be no number.
  const own = where(greater(asRows(oneHot(labels, classes)), 0.5), logs, 0);
  return concat([total(neg(own)), total(isClass(labels, classes))]);
}

/** `−y·log p − (1 − y)·log(1 − p)`, with no logarithm below that of the least normal float32. */
function crossed(p: Node, y: Node): Node {
  const logOf = (x: Node): Node => log(maximum(x, 2 ** -126));
  return neg(add(mul(y, logOf(p)), mul(sub(1, y), logOf(sub(1, p)))));
}
