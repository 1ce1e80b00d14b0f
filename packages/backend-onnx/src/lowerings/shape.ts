import type { SomeLowerings } from '@descent/core/backend';
import { cast, concat, expand, flip, interleave, pad, reshape, slice, transpose } from '../model/ops.ts';
import type { Value } from '../model/value.ts';
import type { Context } from './context.ts';

type Names = 'broadcastTo' | 'concat' | 'flip' | 'pad' | 'reshape' | 'slice' | 'transpose';

export const shapeLowerings: SomeLowerings<Value, Context, Names> = {
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
