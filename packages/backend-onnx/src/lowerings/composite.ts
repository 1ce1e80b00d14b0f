import { numel, type SomeLowerings } from '@descent/core/backend';
import type { GraphBuilder } from '../model/builder.ts';
import { binary, compare, filled, range, reduce, reshape, unary, where } from '../model/ops.ts';
import type { Value } from '../model/value.ts';
import type { Context, Operands } from './context.ts';
import { isInBlocks, sum } from './sums.ts';

type Names = 'groupNorm' | 'layerNorm' | 'logSoftmax' | 'softmax' | 'softmaxCrossEntropy';

/** Composites that ONNX has an operator for, or that save something over core's decomposition. */
export const compositeLowerings: SomeLowerings<Value, Context, Names> = {
  // Not InstanceNormalization or GroupNormalization: ONNX Runtime computes them as x · a + b, which has few digits left where the mean is large.
  groupNorm([given, weight, bias], { attrs: { groups, eps } }, { builder: b }) {
    const x = given as Value;
    const [batch, channels, ...spatial] = x.shape as readonly [number, number, ...number[]];
    const length = (channels / groups) * numel(spatial);
    const grouped = reshape(b, x, [batch, groups, length]);
    const attributes = { axis: 2, epsilon: { float: eps } };
    const y = reshape(b, b.add('LayerNormalization', [grouped, filled(b, [length], 1)], grouped, attributes), x.shape);
    const perChannel = (n: Value): Value => reshape(b, n, [channels, ...spatial.map(() => 1)]);
    const scaled = weight === undefined ? y : binary(b, 'Mul', y, perChannel(weight));
    return bias === undefined ? scaled : binary(b, 'Add', scaled, perChannel(bias));
  },

  layerNorm([x, weight, bias], { attrs: { axis, eps } }, { builder: b }) {
    const value = x as Value;
    const scale = weight ?? filled(b, value.shape.slice(axis), 1);
    return b.add('LayerNormalization', [value, scale, ...(bias === undefined ? [] : [bias])], value, {
      axis,
      epsilon: { float: eps },
    });
  },

  softmax([x], { attrs: { axis } }, context) {
    const { builder: b } = context;
    if (!isInBlocks(b, x as Value, [axis])) return b.add('Softmax', [x as Value], x as Value, { axis });
    const powers = unary(b, 'Exp', belowMaximum(b, x as Value, axis));
    return binary(b, 'Div', powers, sum(context, powers, [axis], true));
  },
  logSoftmax([x], { attrs: { axis } }, context) {
    const { builder: b, dialect } = context;
    const isOwn = dialect === 'cpu' && !isInBlocks(b, x as Value, [axis]);
    if (isOwn) return b.add('LogSoftmax', [x as Value], x as Value, { axis });
    const shifted = belowMaximum(b, x as Value, axis);
    return binary(b, 'Sub', shifted, unary(b, 'Log', sum(context, unary(b, 'Exp', shifted), [axis], true)));
  },

  // As decomposed, but without core's care for NaN in the maximum: NaN reaches the result through the logits anyway.
  softmaxCrossEntropy(operands, _, context) {
    const { builder: b } = context;
    const [logits, labels] = operands as Operands;
    const last = logits.shape.length - 1;
    const shifted = belowMaximum(b, logits, last);
    const logSum = unary(b, 'Log', sum(context, unary(b, 'Exp', shifted), [last], true));
    // Chosen, not multiplied by 0 and 1: a masked logit is -∞, and -∞ · 0 is not a number. For what is no class nothing is chosen.
    const column = reshape(b, labels, [...labels.shape, 1]);
    const isLabel = compare(b, 'Equal', column, range(b, logits.shape[last] as number, 'int32'));
    const picked = where(b, isLabel, binary(b, 'Sub', logSum, shifted), b.scalar(0));
    return reduce(b, 'ReduceSum', picked, [last], false);
  },
};

export function belowMaximum(b: GraphBuilder, x: Value, axis: number): Value {
  return binary(b, 'Sub', x, reduce(b, 'ReduceMax', x, [axis], true));
}
