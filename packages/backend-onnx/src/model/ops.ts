// ONNX operators as functions of values: each adds one node and works out the type of its result.
import { DYNAMIC, numel, type Shape } from '@descent/core/backend';
import type { GraphBuilder } from './builder.ts';
import type { Attributes } from './graph.ts';
import { broadcastShape, ELEMENT_TYPES, type ElementType, type Value } from './value.ts';

/** An elementwise function that keeps the type. */
export function unary(b: GraphBuilder, type: string, x: Value): Value {
  return b.add(type, [x], x);
}

/** An elementwise function of operands that broadcast. */
export function binary(b: GraphBuilder, type: string, x: Value, y: Value): Value {
  return b.add(type, [x, y], { dtype: x.dtype, shape: broadcastShape(x.shape, y.shape) });
}

/** An elementwise predicate of operands that broadcast. */
export function compare(b: GraphBuilder, type: string, x: Value, y: Value): Value {
  return b.add(type, [x, y], { dtype: 'bool', shape: broadcastShape(x.shape, y.shape) });
}

export function cast(b: GraphBuilder, x: Value, to: ElementType): Value {
  return x.dtype === to ? x : b.add('Cast', [x], { dtype: to, shape: x.shape }, { to: ELEMENT_TYPES[to] });
}

/** Booleans as bytes, for operators that take numbers. */
export function unbool(b: GraphBuilder, x: Value): Value {
  return x.dtype === 'bool' ? cast(b, x, 'uint8') : x;
}

export function where(b: GraphBuilder, condition: Value, x: Value, y: Value): Value {
  return b.add('Where', [condition, x, y], {
    dtype: x.dtype,
    shape: broadcastShape(condition.shape, x.shape, y.shape),
  });
}

export function reshape(b: GraphBuilder, x: Value, shape: Shape): Value {
  if (x.shape.length === shape.length && x.shape.every((d, i) => d === shape[i])) return x;
  // Without `allowzero`, ONNX reads a 0 as "keep the input's size"; with it, no -1 is allowed beside a 0.
  const empty = shape.includes(0);
  // Opset 13 has no `allowzero`; there is nothing to keep of a tensor without elements.
  if (empty && b.opset < 14) return filled(b, shape, 0, x.dtype);
  const target = empty ? b.dims(shape) : b.ints(shape);
  return b.add('Reshape', [x, target], { dtype: x.dtype, shape }, empty ? { allowzero: 1 } : {});
}

export function transpose(b: GraphBuilder, x: Value, perm: readonly number[]): Value {
  if (perm.every((p, i) => p === i)) return x;
  return b.add('Transpose', [x], { dtype: x.dtype, shape: perm.map((p) => x.shape[p] as number) }, { perm });
}

/** Repeats axes of size 1, and adds leading ones, until the value has `shape`. */
export function expand(b: GraphBuilder, x: Value, shape: Shape): Value {
  if (x.shape.length === shape.length && x.shape.every((d, i) => d === shape[i])) return x;
  return b.add('Expand', [x, b.dims(shape)], { dtype: x.dtype, shape });
}

/** A range of indices on one axis; the step may be negative. */
export interface Range {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step?: number;
}

export function slice(b: GraphBuilder, x: Value, ranges: readonly Range[]): Value {
  const cut = ranges.filter(({ axis, start, end, step = 1 }) => start !== 0 || end !== x.shape[axis] || step !== 1);
  if (cut.length === 0) return x;
  const shape = x.shape.map((d, i) => {
    const range = cut.find((r) => r.axis === i);
    return range === undefined ? d : Math.max(0, Math.ceil((range.end - range.start) / (range.step ?? 1)));
  });
  const lists = [cut.map((r) => r.start), cut.map((r) => r.end), cut.map((r) => r.axis)];
  const steps = cut.map((r) => r.step ?? 1);
  if (steps.some((s) => s !== 1)) lists.push(steps);
  return b.add('Slice', [x, ...lists.map((list) => b.ints(list))], { dtype: x.dtype, shape });
}

/** Reverses the order along `axes`. */
export function flip(b: GraphBuilder, x: Value, axes: readonly number[]): Value {
  if (axes.length === 0) return x;
  const each = (value: number): Value => b.ints(axes.map(() => value));
  return b.add('Slice', [x, each(-1), each(-(2 ** 31)), b.ints(axes), each(-1)], x);
}

/** Surrounds `x` with `value`, a constant of rank 0; zeros by default. */
export function pad(
  b: GraphBuilder,
  x: Value,
  before: readonly number[],
  after: readonly number[],
  value?: Value,
): Value {
  if ([...before, ...after].every((n) => n === 0)) return x;
  const shape = x.shape.map((d, i) => (d === DYNAMIC ? d : d + (before[i] as number) + (after[i] as number)));
  return b.add('Pad', [x, b.ints([...before, ...after]), ...(value === undefined ? [] : [value])], {
    dtype: x.dtype,
    shape,
  });
}

/** Puts `interior[i]` elements (`fill`, or zeros) between neighbours on axis i: as a trailing axis of each axis, which is padded and merged. */
export function interleave(b: GraphBuilder, x: Value, interior: readonly number[], fill?: Value): Value {
  if (interior.every((gap) => gap === 0)) return x;
  const zeros = x.shape.flatMap(() => [0, 0]);
  const columns = reshape(
    b,
    x,
    x.shape.flatMap((d) => [d, 1]),
  );
  const padded = pad(
    b,
    columns,
    zeros,
    interior.flatMap((gap) => [0, gap]),
    fill,
  );
  const sizes = x.shape.map((d, i) => (d === DYNAMIC ? d : d * ((interior[i] as number) + 1)));
  const merged = reshape(b, padded, sizes);
  // What follows the last element of an axis is not between neighbours.
  const ranges = sizes.map((size, axis) => ({
    axis,
    start: 0,
    end: size === DYNAMIC ? size : Math.max(0, size - (interior[axis] as number)),
  }));
  return slice(b, merged, ranges);
}

export function concat(b: GraphBuilder, inputs: readonly Value[], axis: number): Value {
  const [first] = inputs as readonly [Value];
  if (inputs.length === 1) return first;
  const size = inputs.reduce((n, x) => n + (x.shape[axis] as number), 0);
  return b.add('Concat', inputs, { dtype: first.dtype, shape: first.shape.with(axis, size) }, { axis });
}

/** `ReduceSum`, `ReduceMean`, `ReduceMax` or `ReduceMin`. */
export function reduce(b: GraphBuilder, type: string, x: Value, axes: readonly number[], keepDims: boolean): Value {
  if (axes.length === 0) return x;
  const shape = keepDims
    ? x.shape.map((d, i) => (axes.includes(i) ? 1 : d))
    : x.shape.filter((_, i) => !axes.includes(i));
  const result = { dtype: x.dtype, shape };
  const keepdims = keepDims ? 1 : 0;
  // Opset 18 made the axes an input, as opset 13 had done for sums.
  if (type === 'ReduceSum' || b.opset >= 18) return b.add(type, [x, b.ints(axes)], result, { keepdims });
  return b.add(type, [x], result, { axes, keepdims });
}

export function matmul(b: GraphBuilder, x: Value, y: Value): Value {
  if (x.shape.length === 1) return b.add('MatMul', [x, y], { dtype: x.dtype, shape: y.shape.toSpliced(-2, 1) });
  const lead = broadcastShape(x.shape.slice(0, -2), y.shape.slice(0, -2));
  return b.add('MatMul', [x, y], {
    dtype: x.dtype,
    shape: [...lead, x.shape.at(-2) as number, y.shape.at(-1) as number],
  });
}

export interface GemmOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  readonly alpha?: number;
  readonly beta?: number;
}

/** `alpha · A·B + beta · C` of matrices. */
export function gemm(b: GraphBuilder, x: Value, y: Value, c: Value | null, options: GemmOptions = {}): Value {
  const { transposeA = false, transposeB = false, alpha = 1, beta = 1 } = options;
  const shape = [x.shape[transposeA ? 1 : 0] as number, y.shape[transposeB ? 0 : 1] as number];
  const attributes: Attributes = {
    ...(alpha === 1 ? {} : { alpha: { float: alpha } }),
    ...(beta === 1 ? {} : { beta: { float: beta } }),
    ...(transposeA ? { transA: 1 } : {}),
    ...(transposeB ? { transB: 1 } : {}),
  };
  return b.add('Gemm', c === null ? [x, y] : [x, y, c], { dtype: x.dtype, shape }, attributes);
}

/** Entries of `x` along `axis`, by int32 or int64 indices. */
export function gather(b: GraphBuilder, x: Value, indices: Value, axis: number): Value {
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  return b.add('Gather', [x, indices], { dtype: x.dtype, shape }, { axis });
}

/** Adds each element of `updates` to the element of `x` that has its position, but `indices` on `axis`. */
export function scatterAdd(b: GraphBuilder, x: Value, indices: Value, updates: Value, axis: number): Value {
  return b.add('ScatterElements', [x, indices, updates], x, { axis, reduction: 'add' });
}

/** Repeats each pixel of `[batch, channels, height, width]` `scale[0]` by `scale[1]` times. */
export function upsample(b: GraphBuilder, x: Value, scale: readonly [number, number]): Value {
  if (scale[0] === 1 && scale[1] === 1) return x;
  const scales = b.constant({ dtype: 'float32', shape: [4], data: Float32Array.of(1, 1, ...scale) });
  const [batch, channels, height, width] = x.shape as readonly [number, number, number, number];
  const shape = [batch, channels, height * scale[0], width * scale[1]];
  return b.add(
    'Resize',
    [x, null, scales],
    { dtype: x.dtype, shape },
    {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    },
  );
}

/** A float32 constant. */
export function floats(b: GraphBuilder, shape: Shape, values: ArrayLike<number>): Value {
  return b.constant({ dtype: 'float32', shape, data: Float32Array.from(values) });
}

/** `[0, 1, …, size − 1]`. */
export function range(b: GraphBuilder, size: number, dtype: 'int32' | 'float32'): Value {
  const data = dtype === 'int32' ? new Int32Array(size) : new Float32Array(size);
  return b.constant({ dtype, shape: [size], data: data.map((_, i) => i) });
}

/** `value` in every element of a tensor of `shape`. */
export function filled(b: GraphBuilder, shape: Shape, value: number, dtype: ElementType = 'float32'): Value {
  if (numel(shape) === 1 && shape.length === 0) return b.scalar(value, dtype);
  return expand(b, b.scalar(value, dtype), shape);
}

/** float32 `[…, depth]` from int32 indices. Not ONNX's OneHot: it wants int64, counts negative indices from the end, and has no GPU kernel. */
export function oneHot(b: GraphBuilder, indices: Value, depth: number): Value {
  const column = reshape(b, indices, [...indices.shape, 1]);
  return cast(b, compare(b, 'Equal', column, range(b, depth, 'int32')), 'float32');
}
