import { isLongSum, numel, type Shape, sumSteps } from '@descent/core/backend';
import type { DeviceDType } from '../engines/engine.ts';
import { type Builder, filled, type Value } from '../kernel-list/builder.ts';
import { physicalShape, rowMajor, without } from '../kernel-list/layout.ts';
import { bare, converted, named, padded, reshaped } from '../kernel-list/values.ts';
import { elementwise } from './_broadcast.ts';
import type { Family } from './_types.ts';
import { select } from './integers.ts';

interface Reduction {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

/**
 * Reduces along `axes` wherever they lie in memory: the other axes keep their order. Neighbouring axes are merged, so `emit` sees as few as
 * possible; it gets the merged value and which of its axes to reduce, and is not called when only axes of size 1 vanish.
 */
function reduced(
  x: Value,
  { axes, keepDims }: Reduction,
  shape: Shape,
  emit: (merged: Value, axes: readonly number[], rest: Shape) => Value,
): Value {
  const order = keepDims ? x.order : without(x.order, axes);
  const merged: { size: number; readonly away: boolean }[] = [];
  for (const axis of x.order) {
    const size = x.shape[axis] as number;
    const away = axes.includes(axis);
    const last = merged.at(-1);
    if (size === 1) continue;
    if (last?.away === away) last.size *= size;
    else merged.push({ size, away });
  }
  const sizes = merged.map((m) => m.size);
  const away = merged.flatMap((m, i) => (m.away ? [i] : []));
  const rest = sizes.filter((_, i) => !away.includes(i));
  const seen = { ...bare(x), shape: sizes, order: rowMajor(sizes.length) };
  const y = away.length === 0 ? seen : emit(seen, away, rest);
  return named({ ...y, shape: physicalShape({ shape, order }) }, shape, order);
}

const by =
  (kernel: string, axesName: 'axis' | 'reductionIndices') =>
  ([x]: readonly Value[], { attrs, output }: { attrs: Reduction; output: { shape: Shape } }, b: Builder): Value =>
    reduced(x as Value, attrs, output.shape, (y, axes, shape) =>
      b.emit(kernel, { x: y }, { [axesName]: axes, keepDims: false }, { dtype: y.dtype, shape }),
    );

type Emit = Parameters<typeof reduced>[3];

/** Sums over axes of merged values, in blocks where the engine adds one float after the other. */
const summing =
  (b: Builder): Emit =>
  (x, axes, rest) => {
    const kernel = (y: Value, away: readonly number[], shape: Shape): Value =>
      b.emit('Sum', { x: y }, { axis: away, keepDims: false }, { dtype: y.dtype, shape });
    if (!inBlocks(b, x, axes)) return kernel(x, axes, rest);
    return sumSteps(x.shape, axes).reduce((y, step) => {
      if ('axes' in step) {
        return kernel(
          y,
          step.axes,
          y.shape.filter((_, i) => !step.axes.includes(i)),
        );
      }
      const { axis, missing, block } = step;
      const at = (count: number): number[] => y.shape.map((_, i) => (i === axis ? count : 0));
      const whole = padded(b, y, at(0), at(missing));
      const count = (whole.shape[axis] as number) / block;
      const split = reshaped(b, whole, y.shape.toSpliced(axis, 1, count, block));
      return kernel(split, [axis + 1], y.shape.with(axis, count));
    }, x);
  };

/** Whether a sum over `axes` is taken in blocks. */
export function inBlocks({ traits }: Builder, x: Value, axes: readonly number[]): boolean {
  return traits.sums === 'blocks' && x.dtype === 'float32' && isLongSum(x.shape, axes);
}

/** The sum over `axes`, which are kept with size 1. */
export function keptSum(b: Builder, x: Value, axes: readonly number[]): Value {
  const shape = x.shape.map((d, i) => (axes.includes(i) ? 1 : d));
  return reduced(x, { axes, keepDims: true }, shape, summing(b));
}

type Names = 'argMax' | 'max' | 'mean' | 'min' | 'sum';

export const reduceLowerings: Family<Names> = {
  sum: ([x], { attrs, output }, b) => reduced(x as Value, attrs, output.shape, summing(b)),
  mean(operands, info, b) {
    const [x] = operands as [Value];
    const { attrs, output } = info;
    if (!inBlocks(b, x, attrs.axes)) return by('Mean', 'axis')(operands, info, b);
    const total = reduced(x, attrs, output.shape, summing(b));
    const count = numel(attrs.axes.map((axis) => x.shape[axis] as number));
    const divisor = b.constant({ dtype: 'float32', shape: [], data: Float32Array.of(count) });
    return elementwise(b, 'RealDiv', { a: total, b: divisor }, { dtype: 'float32', shape: output.shape });
  },
  max: by('Max', 'reductionIndices'),
  min: by('Min', 'axis'),
  argMax([x], { attrs: { axis, keepDims }, output: { shape } }, b) {
    const value = x as Value;
    const dtype: DeviceDType = 'int32';
    if (value.shape[axis] === 1) return filled(b, 0, dtype, shape);
    const index = (y: Value): Value =>
      reduced(y, { axes: [axis], keepDims }, shape, (merged, [at], rest) =>
        b.emit('ArgMax', { x: merged }, { axis: at }, { dtype, shape: rest }),
      );
    if (value.dtype !== 'float32') return index(value);
    // Kernels leave NaN out, or take the last; in PyTorch the first wins.
    const unordered = elementwise(b, 'NotEqual', { a: value, b: value }, { dtype: 'bool', shape: value.shape });
    const marks = converted(b, unordered, 'float32');
    const any = reduced(marks, { axes: [axis], keepDims }, shape, (merged, axes, rest) =>
      b.emit('Max', { x: merged }, { reductionIndices: axes, keepDims: false }, { dtype: 'float32', shape: rest }),
    );
    return select(b, converted(b, any, 'bool'), index(marks), index(value), shape);
  },
};
