import { ShapeError } from '../../errors.ts';
import type { TensorType } from '../../ir/op.ts';
import { formatShape, type Shape, sameShape } from '../../ir/shape.ts';

/** Names of the two outputs that a loss compares. */
export interface PairOptions<Left extends string = 'left', Right extends string = 'right'> {
  /** Name of the first output. Default: `'left'`. */
  readonly left?: Left;
  /** Name of the second output. Default: `'right'`. */
  readonly right?: Right;
}

/** Throws a `ShapeError` unless there is a target for each of `rows`. */
export function expectRows(loss: string, rows: Shape, target: TensorType): void {
  if (sameShape(rows, target.shape)) return;
  throw new ShapeError(`${loss} needs one target for each pair`, {
    path: loss,
    received: `targets ${formatShape(target.shape)}`,
    expected: `targets ${formatShape(rows)}`,
  });
}
