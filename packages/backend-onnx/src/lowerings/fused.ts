import type { LoweringInfo } from '@descent/core/backend';
import type { Conv2dAttrs } from '@descent/core/ops';
import type { GemmAttrs } from '../fusion.ts';
import { binary, expand, gemm } from '../model/ops.ts';
import type { Value } from '../model/value.ts';
import { belowMaximum, compositeLowerings } from './composite.ts';
import type { Context, Operands } from './context.ts';
import { conv2d } from './conv/conv2d.ts';
import { isInBlocks } from './sums.ts';

interface FusedLowerings {
  gemm(operands: readonly Value[], info: LoweringInfo<GemmAttrs>, context: Context): Value;
  biasedConv2d(operands: readonly Value[], info: LoweringInfo<Conv2dAttrs>, context: Context): Value;
  maskedSoftmax(operands: readonly Value[], info: LoweringInfo<{ readonly axis: number }>, context: Context): Value;
}

/** Of a number from the largest. */
const LARGEST_DISTANCE = 80;
/** Above e^-80, and so small that what is larger by far stays as it is when it is subtracted. */
const LEAST_SHARE = 1e-34;

/** The ops that fusion introduces. */
export const fusedLowerings: FusedLowerings = {
  gemm(operands, { attrs, output }, { builder, dialect }) {
    const [x, y, c] = operands as Operands;
    if (dialect === 'webgpu' && x.shape[attrs.transposeA ? 0 : 1] === 0) {
      return expand(builder, binary(builder, 'Mul', c, builder.scalar(attrs.beta)), output.shape);
    }
    return gemm(builder, x, y, c, attrs);
  },
  biasedConv2d(operands, { attrs, output }, { builder }) {
    const [x, w, bias] = operands as Operands;
    return conv2d(builder, x, w, bias, attrs, output);
  },

  // A power below e^-87 is no normal float, which makes Intel's processors stop for each one: ONNX Runtime's softmax of scores half of which are masked takes
  // seven times as long. So no power is taken below
  // e^-80, and shares of this size are set to 0, as they were: of 16,384 scores, 20 µs for 51. Files have the operator alone.
  maskedSoftmax([x], info, context) {
    const { builder: b, inBlocks } = context;
    const { axis } = info.attrs;
    if (inBlocks === null || isInBlocks(b, x as Value, [axis])) {
      return compositeLowerings.softmax([x as Value], info as never, context);
    }
    const shifted = belowMaximum(b, x as Value, axis);
    const near = binary(b, 'Max', shifted, b.scalar(-LARGEST_DISTANCE));
    const shares = b.add('Softmax', [near], near, { axis });
    return binary(b, 'Sub', shares, binary(b, 'Min', shares, b.scalar(LEAST_SHARE)));
  },
};
