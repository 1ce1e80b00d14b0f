import { isDynamic, isLongSum, numel, type Shape, type SumStep, sumSteps } from '@descent/core/backend';
import type { GraphBuilder } from '../model/builder.ts';
import { binary, matmul, pad, reduce, reshape } from '../model/ops.ts';
import type { Value } from '../model/value.ts';
import type { Context } from './context.ts';

/** How to add up few float32: by ONNX Runtime's sum, or as the product with a row of ones, where what goes are the leading axes. */
export type SumStrategy = 'multiplied' | 'reduced';

/** Whether a sum over `axes` is taken in blocks: it is long, and the sizes at hand are those that the model is for. */
export function isInBlocks(b: GraphBuilder, x: Value, axes: readonly number[]): boolean {
  return b.sumsInBlocks && isLongSum(x.shape, axes);
}

/** The sum of a float32: in one go where that is good enough, else in blocks. */
export function sum(context: Context, x: Value, axes: readonly number[], keepDims: boolean): Value {
  const { builder: b } = context;
  if (!isInBlocks(b, x, axes)) return shortSum(context, x, axes, keepDims);
  const { value, away } = merged(b, x, axes);
  return reshape(
    b,
    sumSteps(value.shape, away).reduce((sofar, step) => summed(context, sofar, step), value),
    shapeWithout(x.shape, axes, keepDims),
  );
}

/** The mean of a float32, likewise. */
export function mean(context: Context, x: Value, axes: readonly number[], keepDims: boolean): Value {
  const { builder: b } = context;
  if (!isInBlocks(b, x, axes) && strategyOf(context, x, axes) === 'reduced') {
    return reduce(b, 'ReduceMean', x, axes, keepDims);
  }
  const count = numel(axes.map((axis) => x.shape[axis] as number));
  return binary(b, 'Div', sum(context, x, axes, keepDims), b.scalar(count));
}

/** The sum of a float32 over so few elements that it is good to a few units in the last place in one go. */
export function shortSum(context: Context, x: Value, axes: readonly number[], keepDims: boolean): Value {
  const { builder: b } = context;
  if (strategyOf(context, x, axes) === 'reduced') return reduce(b, 'ReduceSum', x, axes, keepDims);
  const { rows, columns } = rowsToAdd(x.shape, axes) as Rows;
  const ones = b.constant({ dtype: 'float32', shape: [rows], data: new Float32Array(rows).fill(1) });
  return reshape(b, matmul(b, ones, reshape(b, x, [rows, columns])), shapeWithout(x.shape, axes, keepDims));
}

function strategyOf(context: Context, x: Value, axes: readonly number[]): SumStrategy {
  const rows = rowsToAdd(x.shape, axes);
  return rows === null ? 'reduced' : context.strategies.sum(rows, context);
}

/** A sum of the rows of a matrix. */
export interface Rows {
  readonly rows: number;
  readonly columns: number;
}

/** The matrix whose rows a sum over `axes` adds; `null` where no leading axes go, or some others, too, or a size is not known. */
export function rowsToAdd(shape: Shape, axes: readonly number[]): Rows | null {
  if (isDynamic(shape)) return null;
  const goes = shape.flatMap((size, axis) => (size === 1 ? [] : [axes.includes(axis)]));
  const sizes = shape.filter((size) => size !== 1);
  const count = goes.indexOf(false);
  if (count < 1 || goes.lastIndexOf(true) >= count) return null;
  return { rows: numel(sizes.slice(0, count)), columns: numel(sizes.slice(count)) };
}

function shapeWithout(shape: Shape, axes: readonly number[], keepDims: boolean): Shape {
  return shape.flatMap((d, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [d]));
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

function summed(context: Context, x: Value, step: SumStep): Value {
  if ('axes' in step) return shortSum(context, x, step.axes, false);
  const { builder: b } = context;
  const { axis, missing, block } = step;
  const at = (count: number): number[] => x.shape.map((_, i) => (i === axis ? count : 0));
  const whole = pad(b, x, at(0), at(missing));
  const count = (whole.shape[axis] as number) / block;
  return shortSum(context, reshape(b, whole, x.shape.toSpliced(axis, 1, count, block)), [axis + 1], false);
}
