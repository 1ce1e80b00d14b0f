import { type DType, expectDType } from '../../ir/dtype.ts';
import { type Node, rankOf } from '../../ir/node.ts';
import type { TensorType } from '../../ir/op.ts';
import { normalizeAxes, normalizeAxis, type Shape } from '../../ir/shape.ts';
import { expectOptions } from '../../options.ts';
import { broadcastTo } from '../shape/broadcast-to.ts';
import { reshape } from '../shape/reshape.ts';

export interface ReduceAttrs {
  /** Sorted, non-negative, distinct. */
  readonly axes: readonly number[];
  /** Keep the reduced axes with size 1. */
  readonly keepDims: boolean;
}

/** What the reduce builders take: all axes by default. */
export interface ReduceOptions {
  readonly axes?: readonly number[] | number;
  readonly keepDims?: boolean;
}

export function reduceAttrs(op: string, x: Node, options: ReduceOptions): ReduceAttrs {
  expectOptions(op, options, ['axes', 'keepDims']);
  const { axes, keepDims = false } = options;
  return { axes: normalizeAxes(op, axes, rankOf(op, x)), keepDims };
}

export function reduceType(
  op: string,
  [x]: readonly TensorType[],
  { axes, keepDims }: ReduceAttrs,
  allowed: readonly DType[],
): TensorType {
  const { dtype, shape } = x as TensorType;
  expectDType(op, 'a tensor', dtype, allowed);
  for (const a of axes) normalizeAxis(op, a, shape.length);
  return { dtype, shape: reducedShape(shape, axes, keepDims) };
}

export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): Shape {
  return keepDims ? shape.map((d, i) => (axes.includes(i) ? 1 : d)) : shape.filter((_, i) => !axes.includes(i));
}

/** Spreads a reduced tensor over the shape it was reduced from. */
export function unreduce(reduced: Node, { axes }: ReduceAttrs, shape: Shape): Node {
  return broadcastTo(reshape(reduced, reducedShape(shape, axes, true)), shape);
}
