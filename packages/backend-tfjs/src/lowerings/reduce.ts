import type { Shape } from '@descent/core/backend';
import type { DeviceDType } from '../engines/engine.ts';
import { type Builder, filled, type Value } from '../kernel-list/builder.ts';
import { physicalShape, rowMajor, without } from '../kernel-list/layout.ts';
import { bare, converted, named } from '../kernel-list/values.ts';
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

type Names = 'argMax' | 'max' | 'mean' | 'min' | 'sum';

export const reduceLowerings: Family<Names> = {
  sum: by('Sum', 'axis'),
  mean: by('Mean', 'axis'),
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
