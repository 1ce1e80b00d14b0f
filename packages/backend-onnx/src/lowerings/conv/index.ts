import { numel, type SomeLowerings } from '@descent/core/backend';
import { filled } from '../../model/ops.ts';
import type { Value } from '../../model/value.ts';
import type { Context, Operands } from '../context.ts';
import { conv2d } from './conv2d.ts';
import { filterGrads } from './conv2d-filter-grad.ts';
import { inputGrads } from './conv2d-input-grad.ts';
import { maxPoolGrads } from './max-pool2d-grad.ts';
import { avgPool, avgPoolGrads, maxPool } from './pool2d.ts';

type Names =
  | 'avgPool2d'
  | 'avgPool2dGrad'
  | 'conv2d'
  | 'conv2dFilterGrad'
  | 'conv2dInputGrad'
  | 'maxPool2d'
  | 'maxPool2dGrad';

export const convLowerings: SomeLowerings<Value, Context, Names> = {
  conv2d: ([x, w], { attrs, output }, { builder }) => conv2d(builder, x as Value, w as Value, null, attrs, output),

  conv2dInputGrad([dy, w], { attrs }, context) {
    const strategy = context.strategies.conv2dInputGrad((w as Value).shape, attrs, (dy as Value).shape, context);
    context.note(`conv2dInputGrad ${brief(dy as Value)}, ${brief(w as Value)}: ${strategy}`);
    return inputGrads[strategy](context.builder, dy as Value, w as Value, attrs);
  },

  conv2dFilterGrad(operands, { attrs, output }, context) {
    const [x, dy] = operands as Operands;
    // Without images ONNX Runtime divides by zero.
    if (numel(x.shape) === 0) return filled(context.builder, output.shape, 0);
    const strategy = context.strategies.conv2dFilterGrad(x.shape, output.shape, attrs, context);
    context.note(`conv2dFilterGrad ${operands.map(brief).join(', ')}: ${strategy}`);
    return filterGrads[strategy](context, x, dy, attrs);
  },

  maxPool2d: ([x], { attrs, output }, { builder }) => maxPool(builder, x as Value, attrs, output),
  avgPool2d: ([x], { attrs, output }, { builder }) => avgPool(builder, x as Value, attrs, output),

  maxPool2dGrad(operands, { attrs }, context) {
    const [x, y, dy] = operands as Operands;
    const strategy = context.strategies.maxPool2dGrad(x.shape, attrs, context);
    context.note(`maxPool2dGrad ${brief(x)}: ${strategy}`);
    return maxPoolGrads[strategy](context.builder, x, y, dy, attrs);
  },

  avgPool2dGrad([dy], { attrs }, context) {
    const strategy = context.strategies.avgPool2dGrad((dy as Value).shape, attrs, context);
    context.note(`avgPool2dGrad ${brief(dy as Value)}: ${strategy}`);
    return avgPoolGrads[strategy](context.builder, dy as Value, attrs);
  },
};

function brief({ shape }: Value): string {
  return shape.join('×');
}
