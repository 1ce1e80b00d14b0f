import { DYNAMIC } from '@descent/core/backend';
import type { GraphBuilder } from '../model/builder.ts';
import { binary, cast, compare, pad, reduce, reshape, slice, unary, where } from '../model/ops.ts';
import type { Value } from '../model/value.ts';
import type { Dialect } from './context.ts';

const LARGEST = 2 ** 31 - 1;
/** The largest float32 that is an int32. */
const LARGEST_FLOAT = 2 ** 31 - 128;

/**
 * The quotient of int32 tensors as core defines it: 0 where the divisor is 0, and −2³¹ / −1 stays −2³¹. ONNX Runtime throws at the first
 * and ends the process at the second, so it divides by neither.
 */
export function quotient(b: GraphBuilder, x: Value, y: Value): Value {
  const byZero = compare(b, 'Equal', y, b.scalar(0, 'int32'));
  const negated = compare(b, 'Equal', y, b.scalar(-1, 'int32'));
  const safe = where(b, binary(b, 'Or', byZero, negated), b.scalar(1, 'int32'), y);
  const divided = where(b, negated, unary(b, 'Neg', x), binary(b, 'Div', x, safe));
  return where(b, byZero, b.scalar(0, 'int32'), divided);
}

/** float32 to int32: truncated, NaN to 0, and what int32 cannot hold to its nearer end. ONNX Runtime's own cast depends on the processor. */
export function truncated(b: GraphBuilder, x: Value): Value {
  const number = where(b, compare(b, 'Equal', x, x), x, b.scalar(0));
  const bounded = binary(b, 'Max', binary(b, 'Min', number, b.scalar(LARGEST_FLOAT)), b.scalar(-(2 ** 31)));
  const tooLarge = compare(b, 'Greater', x, b.scalar(LARGEST_FLOAT));
  return where(b, tooLarge, b.scalar(LARGEST, 'int32'), cast(b, bounded, 'int32'));
}

/** A sum of int32 that wraps around. ONNX Runtime's own stops at the ends; the WebGPU provider has no int64, so there halves are added. */
export function wrappedSum(
  b: GraphBuilder,
  x: Value,
  axes: readonly number[],
  keepDims: boolean,
  dialect: Dialect,
): Value {
  const canFold = axes.every((axis) => (x.shape[axis] as number) > 0);
  if (dialect === 'cpu' || !canFold)
    return cast(b, reduce(b, 'ReduceSum', cast(b, x, 'int64'), axes, keepDims), 'int32');
  const kept = x.shape.flatMap((d, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [d]));
  return reshape(
    b,
    axes.reduce((sofar, axis) => folded(b, sofar, axis), x),
    kept,
  );
}

/** The sum along one axis, whose size becomes 1. */
function folded(b: GraphBuilder, x: Value, axis: number): Value {
  const size = x.shape[axis] as number;
  if (size === 1) return x;
  const half = Math.ceil(size / 2);
  const rest = slice(b, x, [{ axis, start: half, end: size }]);
  const missing = x.shape.map((_, i) => (i === axis ? 2 * half - size : 0));
  const none = x.shape.map(() => 0);
  return folded(b, binary(b, 'Add', slice(b, x, [{ axis, start: 0, end: half }]), pad(b, rest, none, missing)), axis);
}

/** Indices that ONNX Runtime refuses when they are negative, as it refuses those beyond `size`; it would count them from the end. */
export function fromFront(b: GraphBuilder, indices: Value, size: number): Value {
  const beyond = b.scalar(size === DYNAMIC ? LARGEST : size, 'int32');
  return where(b, compare(b, 'Less', indices, b.scalar(0, 'int32')), beyond, indices);
}
