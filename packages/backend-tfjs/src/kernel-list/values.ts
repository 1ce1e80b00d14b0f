import { numel, type Shape, sameShape } from '@descent/core/backend';
import type { DeviceDType } from '../engines/engine.ts';
import { type Builder, filled, type Value } from './builder.ts';
import { commonOrder, type Order, physicalShape, positions, rowMajor, sameMemory } from './layout.ts';

/** The value as it lies in memory, row-major in its physical shape. */
export function bare(x: Value): Value {
  return { ...x, shape: physicalShape(x), order: rowMajor(x.shape.length) };
}

/** What lies row-major in physical order, given its logical shape and order back. */
export function named(x: Value, shape: Shape, order: Order): Value {
  return { ...x, shape, order };
}

/** The value with its axes in `order`, moved only if they are not so already. */
export function arranged(b: Builder, x: Value, order: Order): Value {
  if (sameMemory(x.shape, x.order, order)) return { ...x, order };
  const at = positions(x.order);
  const perm = order.map((axis) => at[axis] as number);
  const shape = order.map((axis) => x.shape[axis] as number);
  return named(b.emit('Transpose', { x: bare(x) }, { perm }, { dtype: x.dtype, shape }), x.shape, order);
}

export function inRows(b: Builder, x: Value): Value {
  return arranged(b, x, rowMajor(x.shape.length));
}

/** Row-major under another shape. */
export function reshaped(b: Builder, x: Value, shape: Shape): Value {
  return { ...inRows(b, x), shape, order: rowMajor(shape.length) };
}

/** Logical axis i becomes what was axis `perm[i]`; nothing moves. */
export function transposed(x: Value, perm: readonly number[]): Value {
  return { ...x, shape: perm.map((p) => x.shape[p] as number), order: x.order.map((axis) => perm.indexOf(axis)) };
}

/** A kernel that works axis by axis and keeps their order: calls it on the physical shape. */
export function inPlace(
  x: Value,
  shape: Shape,
  emit: (bare: Value, physical: Shape, physically: <T>(perAxis: readonly T[]) => T[]) => Value,
): Value {
  const physically = <T>(perAxis: readonly T[]): T[] => x.order.map((axis) => perAxis[axis] as T);
  return named(emit(bare(x), physically(shape), physically), shape, x.order);
}

export function converted(b: Builder, x: Value, dtype: DeviceDType): Value {
  if (x.dtype === dtype) return x;
  if (dtype === 'bool') {
    // The kernel Cast keeps only the low byte on some engines.
    const zero = b.constant({
      dtype: x.dtype,
      shape: [],
      data: x.dtype === 'int32' ? Int32Array.of(0) : Float32Array.of(0),
    });
    return inPlace(x, x.shape, (a, shape) => b.emit('NotEqual', { a, b: zero }, {}, { dtype, shape }));
  }
  const cast = inPlace(x, x.shape, (y, shape) => b.emit('Cast', { x: y }, { dtype }, { dtype, shape }));
  if (b.traits.floatCasts === 'kernel' || dtype !== 'float32') return cast;
  const one = b.constant({ dtype, shape: [], data: Float32Array.of(1) });
  return inPlace(cast, x.shape, (y, shape) => b.emit('Multiply', { a: y, b: one }, {}, { dtype, shape }));
}

/** Applies `f` to a boolean as to a float, for kernels that move four bytes at a time. */
function asNumber(b: Builder, x: Value, f: (x: Value) => Value): Value {
  return x.dtype === 'bool' ? converted(b, f(converted(b, x, 'float32')), 'bool') : f(x);
}

/** The elements in opposite order along `axes`. */
export function flipped(b: Builder, x: Value, axes: readonly number[]): Value {
  return asNumber(b, x, (y) =>
    inPlace(y, y.shape, (z, shape) => {
      const runs = runsOf(
        shape,
        axes.map((axis) => y.order.indexOf(axis)),
      );
      // The kernel of WebGPU takes four axes at most. More are turned one after the other, each between what is in front and behind.
      const views = runs.length <= 4 ? [runs] : runs.flatMap((run, i) => (run.turns ? [aroundRun(runs, i)] : []));
      const turned = views.reduce((value, view) => {
        const dims = view.flatMap(({ turns }, i) => (turns ? [i] : []));
        const sizes = view.map(({ size }) => size);
        return b.emit('Reverse', { x: reshaped(b, value, sizes) }, { dims }, { dtype: y.dtype, shape: sizes });
      }, z);
      return reshaped(b, turned, shape);
    }),
  );
}

/** Neighbouring axes that all turn, or all stay: one axis to the kernel. */
interface Run {
  readonly size: number;
  readonly turns: boolean;
}

function runsOf(shape: Shape, axes: readonly number[]): readonly Run[] {
  const runs: Run[] = [];
  for (const [axis, size] of shape.entries()) {
    const turns = axes.includes(axis);
    const last = runs.at(-1);
    if (last?.turns === turns) runs[runs.length - 1] = { size: last.size * size, turns };
    else runs.push({ size, turns });
  }
  return runs;
}

/** All axes as three: those in front of run `i`, the run, and those behind it. */
function aroundRun(runs: readonly Run[], i: number): readonly Run[] {
  const merged = (some: readonly Run[]): Run => ({ size: some.reduce((n, { size }) => n * size, 1), turns: false });
  return [merged(runs.slice(0, i)), runs[i] as Run, merged(runs.slice(i + 1))];
}

/** WebGL has no kernel that pads more axes than these, and that of WebGPU gives wrong numbers. */
const MOST_PADDED_AXES = 4;

/** One axis after the other, each between all in front and all behind. */
function paddedInTurn(b: Builder, x: Value, before: readonly number[], after: readonly number[], value: number): Value {
  return x.shape.reduce((sofar, size, axis) => {
    const [front, behind] = [before[axis] as number, after[axis] as number];
    if (front + behind === 0) return sofar;
    const outer = numel(sofar.shape.slice(0, axis));
    const inner = numel(sofar.shape.slice(axis + 1));
    const wide = padded(b, reshaped(b, sofar, [outer, size, inner]), [0, front, 0], [0, behind, 0], value);
    return reshaped(b, wide, sofar.shape.toSpliced(axis, 1, size + front + behind));
  }, x);
}

/** Zeros in front of and behind the elements of each axis, or `value`. */
export function padded(b: Builder, x: Value, before: readonly number[], after: readonly number[], value = 0): Value {
  if (before.every((n) => n === 0) && after.every((n) => n === 0)) return x;
  const shape = x.shape.map((d, i) => d + (before[i] as number) + (after[i] as number));
  if (numel(x.shape) === 0) return filled(b, value, x.dtype, shape);
  if (x.shape.length > MOST_PADDED_AXES) return paddedInTurn(b, x, before, after, value);
  return inPlace(x, shape, (y, physical, physically) => {
    const paddings = physically(before.map((n, i) => [n, after[i] as number]));
    return b.emit('PadV2', { x: y }, { paddings, constantValue: value }, { dtype: x.dtype, shape: physical });
  });
}

/** `size[i]` elements of each axis, from `begin[i]` on. */
export function sliced(b: Builder, x: Value, begin: readonly number[], size: Shape): Value {
  if (sameShape(x.shape, size)) return x;
  return inPlace(x, size, (y, physical, physically) =>
    b.emit(
      'Slice',
      { x: y },
      { begin: physically(begin), size: physically(size) },
      { dtype: x.dtype, shape: physical },
    ),
  );
}

/** The piece of `x` from `begin` on along one axis. */
export function slicedAlong(b: Builder, x: Value, axis: number, begin: number, size: number): Value {
  const at = x.shape.map((_, i) => (i === axis ? begin : 0));
  return sliced(b, x, at, x.shape.toSpliced(axis, 1, size));
}

/** Values one behind the other along `axis`, in the order that moves the fewest elements. */
export function joined(b: Builder, parts: readonly Value[], axis: number): Value {
  const [first] = parts as [Value];
  if (parts.length === 1) return first;
  const total = parts.reduce((n, x) => n + (x.shape[axis] as number), 0);
  const shape = first.shape.toSpliced(axis, 1, total);
  const order = commonOrder(parts, shape.length);
  const inputs = parts.map((x) => bare(arranged(b, x, order)));
  const result = { dtype: first.dtype, shape: physicalShape({ shape, order }) };
  return named(b.emit('Concat', inputs, { axis: order.indexOf(axis) }, result), shape, order);
}

/** Puts `gap` elements `value` between neighbours along `axis`. */
export function spread(b: Builder, x: Value, axis: number, gap: number, value = 0): Value {
  const size = x.shape[axis] as number;
  if (gap === 0 || size < 2) return x;
  const step = gap + 1;
  return alongAxis(x, axis, (y, [outer, n, inner]) => {
    const wide = padded(b, reshaped(b, y, [outer, n, 1, inner]), [0, 0, 0, 0], [0, 0, gap, 0], value);
    return slicedAlong(b, reshaped(b, wide, [outer, n * step, inner]), 1, 0, (n - 1) * step + 1);
  });
}

/** `count` elements along `axis`, from `start` on, each `step` apart. */
export function everyNth(b: Builder, x: Value, axis: number, start: number, step: number, count: number): Value {
  const size = x.shape[axis] as number;
  if (step === 1) return slicedAlong(b, x, axis, start, count);
  const taken = Math.min(count * step, size - start);
  return alongAxis(slicedAlong(b, x, axis, start, taken), axis, (y, [outer, n, inner]) => {
    const whole = padded(b, y, [0, 0, 0], [0, count * step - n, 0]);
    return slicedAlong(b, reshaped(b, whole, [outer, count, step, inner]), 2, 0, 1);
  });
}

/** Sees `x` as `[outer, size, inner]` around `axis`, wherever that lies in memory, and the result of `f` likewise. */
function alongAxis(x: Value, axis: number, f: (x: Value, sizes: readonly [number, number, number]) => Value): Value {
  const shape = physicalShape(x);
  const at = x.order.indexOf(axis);
  const [outer, size, inner] = [numel(shape.slice(0, at)), shape[at] as number, numel(shape.slice(at + 1))];
  const y = f({ ...bare(x), shape: [outer, size, inner], order: rowMajor(3) }, [outer, size, inner]);
  const result = x.shape.toSpliced(axis, 1, numel(y.shape) / (outer * inner));
  return named({ ...y, shape: physicalShape({ shape: result, order: x.order }) }, result, x.order);
}
