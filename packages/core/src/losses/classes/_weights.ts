import { tensor } from '../../ir/ndarray.ts';
import type { Node } from '../../ir/node.ts';
import type { TensorType } from '../../ir/op.ts';
import { numel, type Shape } from '../../ir/shape.ts';
import { div } from '../../ops/elementwise/div.ts';
import { greater } from '../../ops/elementwise/greater.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { where } from '../../ops/elementwise/where.ts';
import { oneHot } from '../../ops/indexing/one-hot.ts';
import { constant, scalar } from '../../ops/leaf/constant.ts';
import { sum } from '../../ops/reduce/sum.ts';
import { classesLastShape } from '../../targets/class-axis.ts';
import { classLabels, isClass } from '../../targets/labels.ts';
import type { LabelOptions } from './_fits.ts';

/** The weight of each label's class, by default 1; 0 for what is no class. The classes are the last axis of `output`. */
export function labelWeights(output: TensorType, labels: Node, weight: readonly number[] | undefined): Node {
  const classes = output.shape.at(-1) as number;
  if (weight === undefined) return isClass(labels, classes);
  return sum(mul(oneHot(labels, classes), constant(tensor(weight))), { axes: [labels.type.shape.length] });
}

/** `Σ losses / over`, and 0 where `over` is 0: a batch of nothing but ignored labels has neither loss nor weight. */
export function meanOver(losses: Node, over: Node): Node {
  return div(sum(losses), where(greater(over, 0), over, scalar(1)));
}

/** What a mean over the rows counts: labels of any number a sample, such as those of sequences, count each. */
export function weightOfRows(loss: string, output: Shape, classAxis: number): Node | undefined {
  const rows = classesLastShape(loss, output, classAxis).slice(0, -1);
  return rows.length > 1 ? scalar(numel(rows)) : undefined;
}

/** What a mean over the class weights of the labels counts: their sum. */
export function weightOfLabels(loss: string, output: Node, target: Node, options: LabelOptions): Node {
  const { weight, ignoreIndex, classAxis = -1 } = options;
  const shape = classesLastShape(loss, output.type.shape, classAxis);
  return sum(labelWeights({ ...output.type, shape }, classLabels(target, ignoreIndex), weight));
}
