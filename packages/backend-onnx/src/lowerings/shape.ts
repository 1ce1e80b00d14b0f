import { numel, type SomeLowerings } from '@descent/core/backend';
import type { GraphBuilder } from '../model/builder.ts';
import {
  binary,
  cast,
  compare,
  concat,
  expand,
  flip,
  interleave,
  pad,
  reshape,
  slice,
  transpose,
  unbool,
  where,
} from '../model/ops.ts';
import type { Value } from '../model/value.ts';
import type { Context } from './context.ts';

type Names = 'barrier' | 'broadcastTo' | 'concat' | 'flip' | 'pad' | 'reshape' | 'slice' | 'transpose';

export const shapeLowerings: SomeLowerings<Value, Context, Names> = {
  barrier([x, ...after], _, { builder }) {
    const first = after.filter(({ shape }) => numel(shape) !== 0);
    return first.length === 0 ? (x as Value) : later(builder, x as Value, first);
  },
  broadcastTo: ([x], { attrs }, { builder }) => expand(builder, x as Value, attrs.shape),
  concat: (operands, { attrs }, { builder }) => concat(builder, operands, attrs.axis),
  flip: ([x], { attrs }, { builder }) => flip(builder, x as Value, attrs.axes),
  reshape: ([x], { attrs }, { builder }) => reshape(builder, x as Value, attrs.shape),
  transpose: ([x], { attrs }, { builder }) => transpose(builder, x as Value, attrs.perm),

  slice([x], { attrs: { starts, ends, steps } }, { builder }) {
    const ranges = starts.map((start, axis) => ({
      axis,
      start,
      end: ends[axis] as number,
      step: steps[axis] as number,
    }));
    return slice(builder, x as Value, ranges);
  },

  pad([x], { attrs: { before, after, interior, value } }, { builder: b }) {
    const fill = value === 0 ? undefined : cast(b, b.scalar(value), (x as Value).dtype);
    const spread = interior.some((gap, i) => gap > 0 && x?.shape[i] !== 0)
      ? interleave(b, x as Value, interior, fill)
      : (x as Value);
    return pad(b, spread, before, after, fill);
  },
};

/**
 * `x`, once the values `after` are there. ONNX has no order but that of data, and ONNX Runtime takes away what computes nothing: so it is `x` where
 * one number of them is above 0, and `x` where it is not.
 */
function later(b: GraphBuilder, x: Value, after: readonly Value[]): Value {
  const one = (v: Value): Value => {
    const ranges = v.shape.map((_, axis) => ({ axis, start: 0, end: 1 }));
    return reshape(b, cast(b, slice(b, v, ranges), 'float32'), []);
  };
  const largest = after.map(one).reduce((m, v) => binary(b, 'Max', m, v));
  const number = unbool(b, x);
  return cast(b, where(b, compare(b, 'Greater', largest, b.scalar(0)), number, number), x.dtype);
}
