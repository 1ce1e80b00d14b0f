import { ShapeError } from '../errors.ts';
import type { Node } from '../ir/node.ts';
import { numel } from '../ir/shape.ts';
import { add } from '../ops/elementwise/add.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { sub } from '../ops/elementwise/sub.ts';
import { oneHot } from '../ops/indexing/one-hot.ts';
import { concat } from '../ops/shape/concat.ts';
import { reshape } from '../ops/shape/reshape.ts';
import { expectOneOf } from '../options.ts';
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

export interface RankedOptions extends ScoreOptions {
  /** The mean over classes or columns (default), or that by how often each is right. Those that are always or never right are left out. */
  readonly average?: 'macro' | 'weighted';
}

/** The number of one class or column: its scores, and 1 where it is right. */
export type RankedNumber = (scores: Float64Array, right: Float64Array) => number;

/**
 * A metric of how well scores order what is right before what is not: of one yes or no, of each column, or of each class against all others. It keeps
 * the scores of the whole epoch.
 */
export function ranked<Name extends string>(
  name: Name,
  of: string,
  options: RankedOptions,
  number: RankedNumber,
): Metric<Node, Node, Name> {
  const judgement = ofScores({
    of,
    options,
    more: ['average'],
    apply: (output, target, known) =>
      areYesOrNo(output.type, known) ? ofColumns(output, target, known) : ofClasses(output, target, known),
  });
  const { average = 'macro' } = options;
  expectOneOf(`${of}.average`, average, ['macro', 'weighted']);
  return {
    name,
    better: 'higher',
    statistic: { keep: 'rows', result: (kept, width) => overall(kept, width, average, number) },
    ...judgement,
  };
}

/** `[rows, 2·columns]`: the outputs, and whether each is right. */
function ofColumns(output: Node, target: Node, { name }: Scores): Node {
  expectYesOrNo(name, output.type, target.type);
  const { shape } = output.type;
  const width = shape.length < 2 ? 1 : (shape.at(-1) as number);
  const rows = (x: Node): Node => reshape(x, [numel(shape) / width, width]);
  return concat([rows(output), rows(cast(target, 'float32'))], 1);
}

/** `[rows, 2·classes]`: the probabilities, since those of different samples are compared, and whether each is right; −1 where a label is left out. */
function ofClasses(output: Node, target: Node, known: Scores): Node {
  const classes = output.type.shape.at(-1) as number;
  if (target.type.dtype === 'float32') {
    throw new ShapeError(`${known.name} needs one right class for each row`, {
      path: known.name,
      received: 'float targets, of a probability for each class',
      expected: 'integer labels',
    });
  }
  expectClassIndices(known.name, output.type, target.type);
  const p = asRows(probabilitiesOf(output, known));
  const labels = classLabels(target, known.ignoreIndex);
  const counts = reshape(isClass(labels, classes), [p.type.shape[0] as number, 1]);
  return concat([p, add(asRows(oneHot(labels, classes)), sub(counts, 1))], 1);
}

function overall(kept: Float64Array, width: number, average: 'macro' | 'weighted', number: RankedNumber): number {
  const columns = width / 2;
  let [sum, weights] = [0, 0];
  for (let c = 0; c < columns; c++) {
    const [scores, right] = columnOf(kept, width, c);
    const positive = right.reduce((a, b) => a + b, 0);
    if (positive === 0 || positive === right.length) continue;
    const weight = average === 'weighted' ? positive : 1;
    sum += weight * number(scores, right);
    weights += weight;
  }
  return sum / weights;
}

/** The scores of a column, and 1 where it is right, of the rows that count. */
function columnOf(kept: Float64Array, width: number, c: number): readonly [scores: Float64Array, right: Float64Array] {
  const scores: number[] = [];
  const right: number[] = [];
  for (let start = 0; start < kept.length; start += width) {
    const answer = kept[start + width / 2 + c] as number;
    if (answer < 0) continue;
    scores.push(kept[start + c] as number);
    right.push(answer > 0.5 ? 1 : 0);
  }
  return [Float64Array.from(scores), Float64Array.from(right)];
}
