import { ValueError } from '../errors.ts';
import type { Node } from '../ir/node.ts';
import type { TensorType } from '../ir/op.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { greater } from '../ops/elementwise/greater.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { sub } from '../ops/elementwise/sub.ts';
import { oneHot } from '../ops/indexing/one-hot.ts';
import { scalar } from '../ops/leaf/constant.ts';
import { argMax } from '../ops/reduce/arg-max.ts';
import { sum } from '../ops/reduce/sum.ts';
import { concat } from '../ops/shape/concat.ts';
import { reshape } from '../ops/shape/reshape.ts';
import { describeValue, expectOneOf } from '../options.ts';
import { classLabels } from '../targets/labels.ts';
import {
  areYesOrNo,
  asRows,
  expectClassIndices,
  expectYesOrNo,
  ofScores,
  type ScoreOptions,
  type Scores,
} from './_scores.ts';
import type { Metric, Statistic } from './metric.ts';

/** How the numbers of several classes become one, as in scikit-learn. */
export type Average = 'binary' | 'macro' | 'micro' | 'weighted';

export interface CountOptions extends ScoreOptions {
  /**
   * `'binary'`: of the yes of one output. `'macro'`: the mean over classes or columns. `'weighted'`: likewise, by how often each is right.
   * `'micro'`: of all decisions together. Default: `'binary'` for one output, else `'macro'`.
   */
  readonly average?: Average;
  /** Where outputs answer yes or no: the probability above which one means yes. Default 0.5. */
  readonly threshold?: number;
}

/** How often each class was given, right, and both. */
export interface Counts {
  readonly both: Float64Array;
  readonly given: Float64Array;
  readonly right: Float64Array;
  /** Whether these are columns of yes and no, all of which count, and not classes, of which those count that are met. */
  readonly areColumns: boolean;
}

/** A number that follows from these counts. `average` is what was asked for, or fits the outputs. */
export interface CountedMetric<Name extends string> {
  readonly name: Name;
  /** What the metric function is called. */
  readonly of: string;
  readonly options: CountOptions;
  /** Whether one yes or no counts as two classes. */
  readonly asTwoClasses?: boolean;
  readonly number: (counts: Counts, average: Average) => number;
}

/** A metric of what classes are given and right: outputs of classes with integer labels, or of yes and no with 0 and 1. */
export function counted<Name extends string>(what: CountedMetric<Name>): Metric<Node, Node, Name> {
  const { name, of, options, asTwoClasses = false, number } = what;
  const { average, threshold = 0.5 } = options ?? {};
  if (average !== undefined) expectOneOf(`${of}.average`, average, ['binary', 'macro', 'micro', 'weighted']);
  const logit = logitOf(of, threshold);
  const statistic: Statistic = {
    keep: 'sum',
    result(kept, width) {
      const classes = (width - 1) / 3;
      const part = (i: number): Float64Array => kept.subarray(i * classes, (i + 1) * classes);
      const counts = { both: part(0), given: part(1), right: part(2), areColumns: kept[width - 1] !== 0 };
      return number(counts, average ?? (classes === 1 ? 'binary' : 'macro'));
    },
  };
  const judgement = ofScores({
    of,
    options,
    more: ['average', 'threshold'],
    apply(output, target, known) {
      const isBinary = areYesOrNo(output.type, known);
      if (average === 'binary' && !(isBinary && (output.type.shape.at(-1) === 1 || output.type.shape.length < 2)))
        throw notBinary(of, output.type);
      const [given, right] = isBinary
        ? answers(output, target, known.output === 'logit' ? logit : threshold, known, asTwoClasses)
        : classes(output, target, known);
      const total = (x: Node): Node => sum(x, { axes: [0] });
      const areColumns = scalar(isBinary && !asTwoClasses ? 1 : 0, 'float32', [1]);
      return concat([total(mul(given, right)), total(given), total(right), areColumns]);
    },
  });
  return { name, better: 'higher', statistic, ...judgement };
}

type Marks = readonly [given: Node, right: Node];

/** One-hot rows of the class that is given and of the one that is right; neither where a label is left out. */
function classes(output: Node, target: Node, { name, ignoreIndex }: Scores): Marks {
  const count = output.type.shape.at(-1) as number;
  const isFloat = target.type.dtype === 'float32';
  if (!isFloat) expectClassIndices(name, output.type, target.type);
  else expectYesOrNo(name, output.type, target.type);
  const labels = isFloat ? argMax(target) : classLabels(target, ignoreIndex);
  const right = asRows(oneHot(labels, count));
  const given = asRows(oneHot(argMax(output), count));
  const counts = sum(right, { axes: [1], keepDims: true });
  return [mul(given, counts), right];
}

/** For each column whether it says yes, and whether it should. */
function answers(output: Node, target: Node, limit: number, known: Scores, asTwoClasses: boolean): Marks {
  expectYesOrNo(known.name, output.type, target.type);
  const column = output.type.shape.length < 2 ? reshape(output, [...output.type.shape, 1]) : output;
  const yes = asRows(cast(greater(column, limit), 'float32'));
  const right = cast(greater(reshape(cast(target, 'float32'), yes.type.shape), 0.5), 'float32');
  if (!asTwoClasses) return [yes, right];
  if (yes.type.shape[1] !== 1) throw notOneLabel(known.name, output.type);
  const both = (x: Node): Node => concat([sub(1, x), x], 1);
  return [both(yes), both(right)];
}

/** The logit of the probability `threshold`. Throws a `ValueError` where it is none. */
export function logitOf(of: string, threshold: unknown): number {
  if (typeof threshold === 'number' && threshold > 0 && threshold < 1) return Math.log(threshold / (1 - threshold));
  throw new ValueError(`${of} was given an invalid threshold`, {
    path: `${of}.threshold`,
    received: describeValue(threshold),
    expected: 'a probability above 0 and below 1',
  });
}

function notBinary(of: string, { shape }: TensorType): ValueError {
  return new ValueError(`${of} of yes and no needs one output`, {
    path: `${of}.average`,
    received: `'binary' for outputs [${shape.join(', ')}]`,
    expected: 'outputs [batch, 1] of yes and no',
    fix: "leave average out, or use 'macro', 'micro' or 'weighted'",
  });
}

function notOneLabel(of: string, { shape }: TensorType): ValueError {
  return new ValueError(`${of} takes one label a sample`, {
    path: of,
    received: `outputs [${shape.join(', ')}], each a yes or no by itself`,
    expected: 'one column, or one class of several',
    fix: 'use f1() or jaccard(), which take several yes or no in a row',
  });
}

/** `share` of each class, put together. A class without anything to divide by counts as 0, as in scikit-learn. */
export function averaged(
  { both, given, right, areColumns }: Counts,
  average: Average,
  share: (both: number, given: number, right: number) => number,
): number {
  const of = (a: number, b: number, c: number): number => {
    const value = share(a, b, c);
    return Number.isNaN(value) ? 0 : value;
  };
  const total = (x: Float64Array): number => x.reduce((a, b) => a + b, 0);
  if (average === 'micro') return of(total(both), total(given), total(right));
  const each = Array.from(both, (b, k) => of(b, given[k] as number, right[k] as number));
  if (average === 'binary') return each.at(-1) ?? Number.NaN;
  if (average === 'weighted') {
    const weight = total(right);
    return weight === 0 ? 0 : each.reduce((sum, value, k) => sum + value * (right[k] as number), 0) / weight;
  }
  // scikit-learn looks at the classes that it meets, and at all columns.
  const met = areColumns ? each : each.filter((_, k) => (given[k] as number) + (right[k] as number) > 0);
  return met.length === 0 ? 0 : met.reduce((sum, value) => sum + value, 0) / met.length;
}
