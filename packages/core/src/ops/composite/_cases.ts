import type { Shape } from '../../ir/shape.ts';
import { distinct, type OpCase } from '../cases.ts';
import type { AxisAttrs } from './_axis.ts';

const AXES: readonly (readonly [Shape, axis: number])[] = [
  [[3, 4], 1],
  [[3, 4], 0],
  [[2, 3, 4], 0],
  [[2, 3, 4], 1],
  [[2, 3, 4], 2],
  [[2, 3, 2, 2], 1],
  [[5], 0],
  [[1], 0],
  [[3, 1], 1],
  [[0, 3], 1],
];

/** A normalisation along every kind of axis. Values are distinct: the maximum that is subtracted has no kink that finite differences see. */
export function axisCases(): readonly OpCase<AxisAttrs>[] {
  return AXES.map(([shape, axis], i) => ({
    name: `[${shape}] along axis ${axis}`,
    inputs: [distinct(shape, i + 1)],
    attrs: { axis },
  }));
}
