import type { Builder, Value } from '../kernel-list/builder.ts';
import { elementwise } from './_broadcast.ts';
import { select } from './integers.ts';

/** Below this the series is right to 3e-8, and above it the engines' own kernel is: its error is a constant share of 1. */
const LIMIT = 0.5;

/** `2/√π · (-1)ⁿ / (n! (2n + 1))`, the coefficients of x²ⁿ⁺¹. */
const SERIES = [1, -1 / 3, 1 / 10, -1 / 42, 1 / 216, -1 / 1320, 1 / 9360].map((c) => (2 / Math.sqrt(Math.PI)) * c);

/** The error function where the engine's kernel is not right for small operands. */
export function erf(b: Builder, x: Value): Value {
  const { shape } = x;
  const float = { dtype: 'float32', shape } as const;
  const number = (value: number): Value => b.constant({ dtype: 'float32', shape: [], data: Float32Array.of(value) });
  const two = (kernel: string, a: Value, c: Value): Value => elementwise(b, kernel, { a, b: c }, float);
  const square = two('Multiply', x, x);
  const sum = SERIES.reduceRight<Value | null>(
    (sofar, c) => (sofar === null ? number(c) : two('Add', two('Multiply', sofar, square), number(c))),
    null,
  ) as Value;
  const magnitude = elementwise(b, 'Abs', { x }, float);
  const isSmall = elementwise(b, 'Less', { a: magnitude, b: number(LIMIT) }, { dtype: 'bool', shape });
  return select(b, isSmall, two('Multiply', sum, x), elementwise(b, 'Erf', { x }, float), shape);
}
