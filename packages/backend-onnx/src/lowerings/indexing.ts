import { numel, type SomeLowerings } from '@descent/core/backend';
import { expand, filled, gather, oneHot, range, reshape, scatterAdd } from '../model/ops.ts';
import type { Value } from '../model/value.ts';
import type { Context, Operands } from './context.ts';

type Names = 'gather' | 'iota' | 'oneHot' | 'scatterAdd';

export const indexingLowerings: SomeLowerings<Value, Context, Names> = {
  gather: ([x, indices], { attrs }, { builder }) => gather(builder, x as Value, indices as Value, attrs.axis),
  iota: (_, { attrs }, { builder }) => range(builder, attrs.size, attrs.dtype),

  oneHot: ([indices], { attrs }, { builder }) => oneHot(builder, indices as Value, attrs.depth),

  scatterAdd(operands, { attrs: { axis }, output }, { builder: b }) {
    const [indices, updates] = operands as Operands;
    const lead = updates.shape.slice(0, axis);
    const tail = output.shape.slice(axis + 1);
    const count = numel(indices.shape);
    const rows = reshape(b, updates, [...lead, count, ...tail]);
    // ScatterElements wants an index for each element.
    const column = reshape(b, indices, [...lead.map(() => 1), count, ...tail.map(() => 1)]);
    return scatterAdd(b, filled(b, output.shape, 0), expand(b, column, rows.shape), rows, axis);
  },
};
