import { formatShape, numel, type SomeLowerings } from '@descent/core/backend';
import { gather, oneHot, range } from '../model/ops.ts';
import type { Value } from '../model/value.ts';
import type { Context, Operands } from './context.ts';
import { fromFront } from './integers.ts';
import { isTable, scatterAdds } from './scatter-add.ts';

type Names = 'gather' | 'iota' | 'oneHot' | 'scatterAdd';

export const indexingLowerings: SomeLowerings<Value, Context, Names> = {
  gather([x, indices], { attrs: { axis } }, { builder }) {
    const at = fromFront(builder, indices as Value, x?.shape[axis] as number);
    return gather(builder, x as Value, at, axis);
  },
  iota: (_, { attrs }, { builder }) => range(builder, attrs.size, attrs.dtype),

  oneHot: ([indices], { attrs }, { builder }) => oneHot(builder, indices as Value, attrs.depth),

  scatterAdd(operands, { attrs: { axis }, output }, context) {
    const { builder: b, strategies } = context;
    const [indices, updates] = operands as Operands;
    const at = fromFront(b, indices, output.shape[axis] as number);
    const isFit = isTable(indices.shape, output.shape, axis);
    const strategy = isFit ? strategies.scatterAdd(numel(indices.shape), output.shape, context) : 'elements';
    context.note(`scatterAdd into ${formatShape(output.shape)}: ${strategy}`);
    return scatterAdds[strategy](b, at, updates, output.shape, axis);
  },
};
