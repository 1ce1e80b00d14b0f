import type { SomeLowerings } from '@descent/core/backend';
import { binary, compare, range, reduce, reshape, unary, where } from '../model/ops.ts';
import type { Value } from '../model/value.ts';
import type { Context, Operands } from './context.ts';

type Names = 'logSoftmax' | 'softmax' | 'softmaxCrossEntropy';

/** Composites that ONNX has an operator for, or that save something over core's decomposition. */
export const compositeLowerings: SomeLowerings<Value, Context, Names> = {
  softmax: ([x], { attrs }, { builder }) => builder.add('Softmax', [x as Value], x as Value, { axis: attrs.axis }),
  logSoftmax([x], { attrs: { axis } }, { builder: b, dialect }) {
    if (dialect === 'cpu') return b.add('LogSoftmax', [x as Value], x as Value, { axis });
    const shifted = binary(b, 'Sub', x as Value, reduce(b, 'ReduceMax', x as Value, [axis], true));
    return binary(b, 'Sub', shifted, unary(b, 'Log', reduce(b, 'ReduceSum', unary(b, 'Exp', shifted), [axis], true)));
  },

  // As decomposed, but without core's care for NaN in the maximum: NaN reaches the result through the logits anyway.
  softmaxCrossEntropy(operands, _, { builder: b }) {
    const [logits, labels] = operands as Operands;
    const last = logits.shape.length - 1;
    const shifted = binary(b, 'Sub', logits, reduce(b, 'ReduceMax', logits, [last], true));
    const logSum = unary(b, 'Log', reduce(b, 'ReduceSum', unary(b, 'Exp', shifted), [last], true));
    // Chosen, not multiplied by 0 and 1: a masked logit is -∞, and -∞ · 0 is not a number. For what is no class nothing is chosen.
    const column = reshape(b, labels, [...labels.shape, 1]);
    const isLabel = compare(b, 'Equal', column, range(b, logits.shape[last] as number, 'int32'));
    const picked = where(b, isLabel, binary(b, 'Sub', logSum, shifted), b.scalar(0));
    return reduce(b, 'ReduceSum', picked, [last], false);
  },
};
