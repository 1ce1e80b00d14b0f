import { numel, type SomeLowerings } from '@descent/core/backend';
import { expand, filled, gather, oneHot, range, reshape, scatterAdd } from '../model/ops.ts';
import type { Value } from '../model/value.ts';
import type { Context, Operands } from './context.ts';
import { fromFront } from './integers.ts';

type Names = 'gather' | 'iota' | 'oneHot' | 'scatterAdd';

export const indexingLowerings: SomeLowerings<Value, Context, Names> = {
  gather([x, indices], { attrs: { axis } }, { builder }) {
    const at = fromFront(builder, indices as Value, x?.shape[axis] as number);
    return gather(builder, x as Value, at, axis);
  },
  iota: (_, { attrs }, { builder }) => range(builder, attrs.size, attrs.dtype),

  oneHot: ([indices], { attrs }, { builder }) => oneHot(builder, indices as Value, attrs.depth),

  scatterAdd(operands, { attrs: { axis }, output }, { builder: b }) {
    const [indices, updates] = operands as Operands;
    const at = fromFront(b, indices, output.shape[axis] as number);
    const lead = updates.shape.slice(0, axis);
    const tail = output.shape.slice(axis + 1);
    const count = numel(indices.shape);
    const rows = reshape(b, updates, [...lead, count, ...tail]);
    // ScatterElements wants an index for each element.
    const column = reshape(b, at, [...lead.map(() => 1), count, ...tail.map(() => 1)]);
    return scatterAdd(b, filled(b, output.shape, 0), expand(b, column, rows.shape), rows, axis);
  },
};
