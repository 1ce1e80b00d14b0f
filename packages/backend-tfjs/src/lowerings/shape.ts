import { numel } from '@descent/core/backend';
import type { Value } from '../kernel-list/builder.ts';
import {
  bare,
  everyNth,
  flipped,
  inPlace,
  joined,
  padded,
  reshaped,
  sliced,
  spread,
  transposed,
} from '../kernel-list/values.ts';
import { broadcasted } from './_broadcast.ts';
import type { Family } from './_types.ts';

type Names = 'barrier' | 'broadcastTo' | 'concat' | 'flip' | 'pad' | 'reshape' | 'slice' | 'transpose';

export const shapeLowerings: Family<Names> = {
  // The kernel reads `x` alone; the others are named so that it is called behind theirs, and is not taken for another one.
  barrier: ([x, ...after], _, b) =>
    inPlace(x as Value, (x as Value).shape, (bare_, shape) => {
      const first = after.filter((y) => numel(y.shape) > 0).map((y, i) => [`after${i}`, bare(y)] as const);
      return b.emit('Identity', { x: bare_, ...Object.fromEntries(first) }, {}, { dtype: (x as Value).dtype, shape });
    }),
  reshape: ([x], { output }, b) => reshaped(b, x as Value, output.shape),
  broadcastTo: ([x], { output }, b) => broadcasted(b, x as Value, output.shape),
  transpose: ([x], { attrs: { perm } }) => transposed(x as Value, perm),

  slice([x], { attrs: { starts, steps }, output: { shape } }, b) {
    const value = x as Value;
    // First what is contiguous, then the steps.
    const reach = shape.map((n, i) => (steps[i] === 1 ? n : (n - 1) * (steps[i] as number) + 1));
    const window = sliced(b, value, starts, reach);
    return steps.reduce((y, step, axis) => everyNth(b, y, axis, 0, step, shape[axis] as number), window);
  },

  pad([x], { attrs: { before, after, interior, value } }, b) {
    const wide = interior.reduce((y, gap, axis) => spread(b, y, axis, gap, value), x as Value);
    return padded(b, wide, before, after, value);
  },

  flip: ([x], { attrs: { axes } }, b) => flipped(b, x as Value, axes),

  concat: (operands, { attrs: { axis } }, b) =>
    joined(
      b,
      operands.filter((x) => numel(x.shape) > 0),
      axis,
    ),
};
