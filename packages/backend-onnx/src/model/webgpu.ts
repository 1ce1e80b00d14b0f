// The WebGPU provider of ONNX Runtime 1.30 has most operators for float32 and int32 only. Here others are made of those that it has, with the same numbers.
import { DYNAMIC, sameShape } from '@descent/core/backend';
import type { GraphBuilder, ResultType } from './builder.ts';
import type { Attributes } from './graph.ts';
import { binary, cast, compare, filled, gather, slice as sliceOf, unary } from './ops.ts';
import type { ElementType, Value } from './value.ts';

type Rewrite = (b: GraphBuilder, inputs: readonly Value[], result: ResultType, attributes: Attributes) => Value | null;

/** The value that the provider computes in place of an operator that it does not have for these element types; `null` where it has it. */
export function onWebGpu(
  b: GraphBuilder,
  type: string,
  inputs: readonly (Value | null)[],
  result: ResultType,
  attributes: Attributes,
): Value | null {
  return REWRITES[type]?.(b, inputs as readonly Value[], result, attributes) ?? null;
}

const isSmall = (dtype: ElementType): boolean => dtype === 'uint8' || dtype === 'bool';

/** Bytes and booleans are computed with as int32. `at` says which operands hold them. */
function asInt32(type: string, at: readonly number[] | 'all' = 'all'): Rewrite {
  const isOperand = (i: number): boolean => at === 'all' || at.includes(i);
  return (b, inputs, result, attributes) => {
    if (!inputs.some((x, i) => isOperand(i) && isSmall(x.dtype))) return null;
    const operands = inputs.map((x, i) => (isOperand(i) ? cast(b, x, 'int32') : x));
    const isPredicate = result.dtype === 'bool' && COMPARISONS.includes(type);
    const computed = b.add(type, operands, isPredicate ? result : { ...result, dtype: 'int32' }, attributes);
    return cast(b, computed, result.dtype);
  };
}

const COMPARISONS: readonly string[] = ['Equal', 'Less', 'Greater', 'LessOrEqual', 'GreaterOrEqual'];

/** Between two whole numbers, what `other` says; the provider has the operator for float32. */
const ofInt32 =
  (type: string, other: (b: GraphBuilder, x: Value, zero: Value) => Value): Rewrite =>
  (b, [x]) => {
    const value = x as Value;
    if (value.dtype === 'float32') return null;
    if (isSmall(value.dtype)) return type === 'Neg' ? null : value;
    return other(b, value, b.scalar(0, 'int32'));
  };

/** A slice of anything but float32: its entries are fetched by their numbers. */
const slice: Rewrite = (b, [x, starts, ends, axes, steps]) => {
  const value = x as Value;
  if (value.dtype === 'float32') return null;
  const list = (v: Value | undefined): number[] | null => (v === undefined ? null : b.numbersOf(v));
  const [from, to, along] = [list(starts), list(ends), list(axes)];
  const by = steps === undefined ? along?.map(() => 1) : list(steps);
  // What is known only when the model runs stays as it is, and is told when the provider does not take it.
  if (!from || !to || !along || !by || value.shape.includes(DYNAMIC)) return null;
  return along.reduce((sofar, axis, i) => {
    const indices = positions(from[i] as number, to[i] as number, by[i] as number, sofar.shape[axis] as number);
    return gather(
      b,
      sofar,
      b.constant({ dtype: 'int32', shape: [indices.length], data: Int32Array.from(indices) }),
      axis,
    );
  }, value);
};

/** The numbers that ONNX means by a start, an end and a step on an axis of `size`. */
function positions(start: number, end: number, step: number, size: number): number[] {
  const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
  const bound = (v: number, low: number, high: number): number => Math.min(Math.max(v < 0 ? v + size : v, low), high);
  const [from, to] = [bound(start, least === -1 ? 0 : least, most), bound(end, least, step > 0 ? size : size - 1)];
  const count = Math.max(0, Math.ceil((to - from) / step));
  return Array.from({ length: count }, (_, i) => from + i * step);
}

/**
 * Booleans that repeat one another are computed with as int32: on an NVIDIA H200, `And` of [3, 1] and [1, 4] takes the four elements that lie
 * together in memory where it should take one of them four times, and `argMax` over 4, 8, … classes was wrong by it.
 */
const and: Rewrite = (b, [x, y]) =>
  sameShape((x as Value).shape, (y as Value).shape) ? null : binary(b, 'Min', x as Value, y as Value);

/**
 * Images that are cut by unlike numbers of pixels at their two ends are cut alike by the operator, and the rest afterwards: CUDA's provider hands the
 * other kind back to the processor.
 */
const convTranspose: Rewrite = (b, inputs, result, { pads, ...others }) => {
  const cut = (pads ?? []) as readonly number[];
  const axes = cut.length / 2;
  const least = cut.map((_, i) => Math.min(cut[i % axes] as number, cut[(i % axes) + axes] as number));
  if (cut.every((n, i) => n === least[i]) || result.shape.slice(2).includes(DYNAMIC)) return null;
  const more = (i: number): number => (cut[i] as number) - (least[i] as number);
  const sizes = result.shape.slice(2);
  const shape = [...result.shape.slice(0, 2), ...sizes.map((size, i) => size + more(i) + more(i + axes))];
  const kept = least.some((n) => n > 0) ? { pads: least } : {};
  const whole = b.add('ConvTranspose', inputs, { ...result, shape }, { ...others, ...kept });
  return sliceOf(
    b,
    whole,
    sizes.map((size, i) => ({ axis: i + 2, start: more(i), end: more(i) + size })),
  );
};

/** CUDA's provider refuses to sum over an axis without elements. */
const reduceSum: Rewrite = (b, [x], { shape, dtype }) =>
  (x as Value).shape.includes(0) && !shape.includes(DYNAMIC) && dtype === 'float32' ? filled(b, shape, 0) : null;

const REWRITES: Readonly<Record<string, Rewrite>> = {
  ...Object.fromEntries(
    [...COMPARISONS, 'Add', 'Sub', 'Mul', 'Div', 'Max', 'Min', 'Transpose', 'Concat'].map((type) => [
      type,
      asInt32(type),
    ]),
  ),
  ...Object.fromEntries(['ReduceMax', 'ReduceMin', 'Tile'].map((type) => [type, asInt32(type, [0])])),
  Pad: asInt32('Pad', [0, 2]),
  Abs: ofInt32('Abs', (b, x, zero) => binary(b, 'Max', x, binary(b, 'Sub', zero, x))),
  Neg: ofInt32('Neg', (b, x, zero) => binary(b, 'Sub', zero, x)),
  Relu: ofInt32('Relu', (b, x, zero) => binary(b, 'Max', x, zero)),
  And: and,
  Or: (b, [x, y]) => unary(b, 'Not', binary(b, 'And', unary(b, 'Not', x as Value), unary(b, 'Not', y as Value))),
  Xor: (b, [x, y]) => unary(b, 'Not', compare(b, 'Equal', x as Value, y as Value)),
  Where: (b, inputs, result, attributes) =>
    result.dtype === 'bool' ? null : asInt32('Where', [1, 2])(b, inputs, result, attributes),
  Slice: slice,
  ConvTranspose: convTranspose,
  ReduceSum: reduceSum,
};
