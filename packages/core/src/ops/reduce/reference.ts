import { numel } from '../../ir/shape.ts';
import {
  beats,
  broadcastStrides,
  offsets,
  type RefArray,
  type RefContext,
  type RefKernels,
  rounded,
} from '../_reference.ts';
import type { LoweringInfo } from '../table.ts';
import { type ReduceAttrs, reducedShape } from './_types.ts';
import type * as family from './index.ts';

type Reduction = (operands: readonly RefArray[], info: LoweringInfo<ReduceAttrs>, context: RefContext) => RefArray;

/** Folds each group of elements in float64, in row-major order; `finish` gets the result and the size of the group. */
function fold(
  start: number,
  step: (sofar: number, x: number) => number,
  finish: (sofar: number, count: number) => number = (v) => v,
): Reduction {
  return ([x], { attrs: { axes }, output }, context) => {
    const { data, shape } = x as RefArray;
    const kept = reducedShape(shape, axes, true);
    const at = offsets(shape, broadcastStrides(kept, shape));
    const groups = new Float64Array(numel(kept)).fill(start);
    for (let i = 0; i < data.length; i++) {
      const group = at[i] as number;
      groups[group] = step(groups[group] as number, data[i] as number);
    }
    const count = axes.reduce((n, axis) => n * (shape[axis] as number), 1);
    return rounded(
      groups.map((v) => finish(v, count)),
      output,
      context,
    );
  };
}

const add = (a: number, b: number): number => a + b;

export const reduceReference: RefKernels<typeof family> = {
  sum: fold(0, add),
  mean: fold(0, add, (total, count) => total / count),
  max: fold(Number.NEGATIVE_INFINITY, Math.max),
  min: fold(Number.POSITIVE_INFINITY, Math.min),

  argMax([x], { attrs: { axis }, output }, context) {
    const { data, shape } = x as RefArray;
    const size = shape[axis] as number;
    const step = numel(shape.slice(axis + 1));
    const out = context.zeros(output);
    for (let i = 0; i < out.data.length; i++) {
      const first = Math.floor(i / step) * step * size + (i % step);
      let best = 0;
      for (let k = 1; k < size; k++) {
        if (beats(data[first + k * step] as number, data[first + best * step] as number)) best = k;
      }
      out.data[i] = best;
    }
    return out;
  },
};
