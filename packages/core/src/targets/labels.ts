import type { Node } from '../ir/node.ts';
import { cast } from '../ops/elementwise/cast.ts';
import { equal } from '../ops/elementwise/equal.ts';
import { where } from '../ops/elementwise/where.ts';
import { oneHot } from '../ops/indexing/one-hot.ts';
import { scalar } from '../ops/leaf/constant.ts';
import { sum } from '../ops/reduce/sum.ts';

/** Labels as int32, with −1, which is no class, where they are `ignoreIndex`. */
export function classLabels(target: Node, ignoreIndex: number | undefined): Node {
  const labels = cast(target, 'int32');
  return ignoreIndex === undefined
    ? labels
    : where(equal(labels, scalar(ignoreIndex, 'int32')), scalar(-1, 'int32'), labels);
}

/** float32: 1 where a label is one of `classes`, 0 elsewhere. */
export function isClass(labels: Node, classes: number): Node {
  return sum(oneHot(labels, classes), { axes: [labels.type.shape.length] });
}
