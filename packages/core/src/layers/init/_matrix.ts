import { ValueError } from '../../errors.ts';
import { formatShape, numel, type Shape } from '../../ir/shape.ts';

/** The sizes of `shape` as a matrix: its first axis, and all others as one. Throws a `ValueError` unless it has `least` to `most` axes. */
export function asMatrix(
  what: string,
  shape: Shape,
  least = 2,
  most: number = Number.POSITIVE_INFINITY,
): readonly [number, number] {
  const total = numel(shape);
  const [rows] = shape;
  if (rows !== undefined && shape.length >= least && shape.length <= most) return [rows, rows === 0 ? 0 : total / rows];
  throw new ValueError(`${what} is for other parameters`, {
    received: `shape ${formatShape(shape)}`,
    expected: most === least ? `${least} axes` : most < 10 ? `${least} to ${most} axes` : `at least ${least} axes`,
    fix: 'use zerosInit, constantInit or normalInit for this one',
  });
}
