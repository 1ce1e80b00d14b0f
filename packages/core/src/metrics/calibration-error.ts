import type { Node } from '../ir/node.ts';
import { numel } from '../ir/shape.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { equal } from '../ops/elementwise/equal.ts';
import { floor } from '../ops/elementwise/floor.ts';
import { greater } from '../ops/elementwise/greater.ts';
import { minimum } from '../ops/elementwise/minimum.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { oneHot } from '../ops/indexing/one-hot.ts';
import { scalar } from '../ops/leaf/constant.ts';
import { matmul } from '../ops/linalg/matmul.ts';
import { argMax } from '../ops/reduce/arg-max.ts';
import { max } from '../ops/reduce/max.ts';
import { concat } from '../ops/shape/concat.ts';
import { reshape } from '../ops/shape/reshape.ts';
import { expectCount } from '../options.ts';
import { classLabels, isClass } from '../targets/labels.ts';
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

export interface CalibrationOptions extends ScoreOptions {
  /** Into how many equal parts the probabilities from 0 to 1 are divided. Default 15. */
  readonly bins?: number;
}

/**
 * The expected calibration error (Naeini et al. 2015; Guo et al. 2017): how far the probability of what is given lies from how often that is right, the mean over
 * bins of equal width by the number of samples in each. Output `[…, classes]` with integer labels, or one column of yes and no, whose
 * probability of yes is looked at.
 */
export function calibrationError(options: CalibrationOptions = {}): Metric<Node, Node, 'calibration_error'> {
  const judgement = ofScores({
    of: 'calibrationError',
    options,
    more: ['bins'],
    apply(output, target, known) {
      const [confidence, isRight, counts] = areYesOrNo(output.type, known)
        ? yesOrNo(output, target, known)
        : ofClasses(output, target, known);
      // The probability 1 belongs to the last bin.
      const bin = cast(minimum(floor(mul(confidence, bins)), bins - 1), 'int32');
      const marks = oneHot(bin, bins);
      const perBin = (x: Node): Node =>
        reshape(matmul(reshape(mul(x, counts), [1, x.type.shape[0] as number]), marks), [bins]);
      return concat([perBin(counts), perBin(confidence), perBin(isRight)]);
    },
  });
  const { bins = 15 } = options;
  expectCount('calibrationError', 'bins', bins);
  return {
    name: 'calibration_error',
    better: 'lower',
    statistic: { keep: 'sum', result: (kept) => expectedError(kept, bins) },
    ...judgement,
  };
}

type Confidence = readonly [confidence: Node, isRight: Node, counts: Node];

function yesOrNo(output: Node, target: Node, known: Scores): Confidence {
  expectYesOrNo(known.name, output.type, target.type);
  const rows = numel(output.type.shape);
  const p = reshape(probabilitiesOf(output, known), [rows]);
  const right = cast(greater(reshape(cast(target, 'float32'), [rows]), 0.5), 'float32');
  return [p, right, scalar(1, 'float32', [rows])];
}

function ofClasses(output: Node, target: Node, known: Scores): Confidence {
  const classes = output.type.shape.at(-1) as number;
  const p = asRows(probabilitiesOf(output, known));
  const rows = p.type.shape[0] as number;
  const isFloat = target.type.dtype === 'float32';
  if (isFloat) expectYesOrNo(known.name, output.type, target.type);
  else expectClassIndices(known.name, output.type, target.type);
  const labels = isFloat ? argMax(target) : classLabels(target, known.ignoreIndex);
  const isRight = cast(equal(argMax(p), reshape(labels, [rows])), 'float32');
  return [max(p, { axes: [1] }), isRight, reshape(isClass(labels, classes), [rows])];
}

function expectedError(kept: Float64Array, bins: number): number {
  let [error, all] = [0, 0];
  for (let i = 0; i < bins; i++) {
    const [count, confidence, right] = [0, 1, 2].map((part) => kept[part * bins + i] as number) as [
      number,
      number,
      number,
    ];
    error += Math.abs(confidence - right);
    all += count;
  }
  return error / all;
}
