import { DYNAMIC } from '@descent/core/backend';
import type { GraphBuilder } from '../model/builder.ts';
import { binary, cast, compare, reduce, unary, where } from '../model/ops.ts';
import type { Value } from '../model/value.ts';

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

/** A sum of int32 that wraps around. ONNX Runtime's own stops at the ends. */
export function wrappedSum(b: GraphBuilder, x: Value, axes: readonly number[], keepDims: boolean): Value {
  return cast(b, reduce(b, 'ReduceSum', cast(b, x, 'int64'), axes, keepDims), 'int32');
}

/** Indices that ONNX Runtime refuses when they are negative, as it refuses those beyond `size`; it would count them from the end. */
export function fromFront(b: GraphBuilder, indices: Value, size: number): Value {
  const beyond = b.scalar(size === DYNAMIC ? LARGEST : size, 'int32');
  return where(b, compare(b, 'Less', indices, b.scalar(0, 'int32')), beyond, indices);
}
