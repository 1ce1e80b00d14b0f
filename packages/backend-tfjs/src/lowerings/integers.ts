import type { Shape } from '@descent/core/backend';
import type { Builder, Value } from '../kernel-list/builder.ts';
import { converted } from '../kernel-list/values.ts';
import { broadcasted, elementwise, orderOf } from './_broadcast.ts';

// int32 as core defines it: it wraps around, a quotient by 0 is 0, and a float that does not fit becomes the nearer end.

const LARGEST = 2 ** 31 - 1;
/** The largest float32 that is an int32. */
const LARGEST_FLOAT = 2 ** 31 - 128;

/** Calls a kernel whose result is int32. */
function whole(b: Builder, kernel: string, x: Value, y: Value, shape: Shape): Value {
  return elementwise(b, kernel, { a: x, b: y }, { dtype: 'int32', shape });
}

function holds(b: Builder, kernel: string, x: Value, y: Value, shape: Shape): Value {
  return elementwise(b, kernel, { a: x, b: y }, { dtype: 'bool', shape });
}

function int32(b: Builder, value: number): Value {
  return b.constant({ dtype: 'int32', shape: [], data: Int32Array.of(value) });
}

function float32(b: Builder, value: number): Value {
  return b.constant({ dtype: 'float32', shape: [], data: Float32Array.of(value) });
}

/** `x` where `condition` holds, else `y`; all broadcast to `shape`. */
export function select(b: Builder, condition: Value, x: Value, y: Value, shape: Shape): Value {
  const order = orderOf([condition, x, y], shape);
  const [c, t, e] = [condition, x, y].map((v) => broadcasted(b, v, shape, order)) as [Value, Value, Value];
  return elementwise(b, 'Select', { condition: c, t, e }, { dtype: x.dtype, shape });
}

/** The engines' own kernel goes through floats. */
export function negated(b: Builder, x: Value): Value {
  return whole(b, 'Sub', int32(b, 0), x, x.shape);
}

export function absolute(b: Builder, x: Value): Value {
  return whole(b, 'Maximum', x, negated(b, x), x.shape);
}

/** Neither 0 nor -1 is divided by: some engines end at the first, others at −2³¹ / −1. */
export function quotient(b: Builder, x: Value, y: Value, shape: Shape): Value {
  const divisor = b.scalarOf(y);
  if (divisor !== undefined && divisor !== 0 && divisor !== -1) return divide(b, x, y, shape);
  const byZero = holds(b, 'Equal', y, int32(b, 0), y.shape);
  const byMinusOne = holds(b, 'Equal', y, int32(b, -1), y.shape);
  const safe = select(b, holds(b, 'LogicalOr', byZero, byMinusOne, y.shape), int32(b, 1), y, y.shape);
  const divided = select(b, byMinusOne, negated(b, x), divide(b, x, safe, shape), shape);
  return select(b, byZero, int32(b, 0), divided, shape);
}

function divide(b: Builder, x: Value, y: Value, shape: Shape): Value {
  if (b.traits.intDivision === 'kernel') return whole(b, 'RealDiv', x, y, shape);
  const floats = { a: converted(b, x, 'float32'), b: converted(b, y, 'float32') };
  return converted(b, elementwise(b, 'RealDiv', floats, { dtype: 'float32', shape }), 'int32');
}

/** The low 32 bits. Where an engine multiplies as float64, x is split so that no product has more than 53 bits. */
export function product(b: Builder, x: Value, y: Value, shape: Shape): Value {
  if (b.traits.intProducts === 'kernel') return whole(b, 'Multiply', x, y, shape);
  const half = int32(b, 2 ** 16);
  const low = whole(b, 'Mod', x, half, x.shape);
  const high = whole(b, 'RealDiv', whole(b, 'Sub', x, low, x.shape), half, x.shape);
  const upper = whole(b, 'Multiply', whole(b, 'Multiply', high, y, shape), half, shape);
  return whole(b, 'Add', upper, whole(b, 'Multiply', low, y, shape), shape);
}

/** float32 to int32: truncated, NaN to 0. */
export function truncated(b: Builder, x: Value): Value {
  const { shape } = x;
  const float = (kernel: string, v: Value, limit: number): Value =>
    elementwise(b, kernel, { a: v, b: float32(b, limit) }, { dtype: 'float32', shape });
  const number = select(b, holds(b, 'Equal', x, x, shape), x, float32(b, 0), shape);
  const bounded = float('Maximum', float('Minimum', number, LARGEST_FLOAT), -(2 ** 31));
  const tooLarge = holds(b, 'Greater', number, float32(b, LARGEST_FLOAT), shape);
  return select(b, tooLarge, int32(b, LARGEST), converted(b, bounded, 'int32'), shape);
}

/** The uint8 that int32 becomes, modulo 256. */
export function byte(b: Builder, x: Value): Value {
  return converted(b, whole(b, 'Mod', x, int32(b, 256), x.shape), 'float32');
}
