import { isLongSum, numel, type SumStep, sumSteps } from '@descent/core/backend';
import type { GraphBuilder } from '../model/builder.ts';
import { binary, pad, reduce, reshape } from '../model/ops.ts';
import type { Value } from '../model/value.ts';

/** Whether a sum over `axes` is taken in blocks: it is long, and the sizes at hand are those that the model is for. */
export function isInBlocks(b: GraphBuilder, x: Value, axes: readonly number[]): boolean {
  return b.sumsInBlocks && isLongSum(x.shape, axes);
}

/** The sum of a float32: the runtime's own where it is good enough, else in blocks. */
export function sum(b: GraphBuilder, x: Value, axes: readonly number[], keepDims: boolean): Value {
  if (!isInBlocks(b, x, axes)) return reduce(b, 'ReduceSum', x, axes, keepDims);
  const shape = x.shape.flatMap((d, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [d]));
  const { value, away } = merged(b, x, axes);
  return reshape(
    b,
    sumSteps(value.shape, away).reduce((sofar, step) => summed(b, sofar, step), value),
    shape,
  );
}

/** The mean of a float32, likewise. */
export function mean(b: GraphBuilder, x: Value, axes: readonly number[], keepDims: boolean): Value {
  if (!isInBlocks(b, x, axes)) return reduce(b, 'ReduceMean', x, axes, keepDims);
  const count = numel(axes.map((axis) => x.shape[axis] as number));
  return binary(b, 'Div', sum(b, x, axes, keepDims), b.scalar(count));
}

/** `x` with neighbouring axes joined that go, or that stay, together; `away` are those of the new axes that go. Axes of size 1 vanish. */
function merged(b: GraphBuilder, x: Value, axes: readonly number[]): { value: Value; away: readonly number[] } {
  const groups: { size: number; readonly goes: boolean }[] = [];
  for (const [axis, size] of x.shape.entries()) {
    const goes = axes.includes(axis);
    const last = groups.at(-1);
    if (size === 1) continue;
    if (last?.goes === goes) last.size *= size;
    else groups.push({ size, goes });
  }
  const sizes = groups.map((g) => g.size);
  return { value: reshape(b, x, sizes), away: groups.flatMap((g, i) => (g.goes ? [i] : [])) };
}

function summed(b: GraphBuilder, x: Value, step: SumStep): Value {
  if ('axes' in step) return reduce(b, 'ReduceSum', x, step.axes, false);
  const { axis, missing, block } = step;
  const at = (count: number): number[] => x.shape.map((_, i) => (i === axis ? count : 0));
  const whole = pad(b, x, at(0), at(missing));
  const count = (whole.shape[axis] as number) / block;
  return reduce(b, 'ReduceSum', reshape(b, whole, x.shape.toSpliced(axis, 1, count, block)), [axis + 1], false);
}
