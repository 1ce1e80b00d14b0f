import type { LoweringInfo } from '@descent/core/backend';
import type { Conv2dAttrs } from '@descent/core/ops';
import type { GemmAttrs } from '../fusion.ts';
import { binary, expand, gemm } from '../model/ops.ts';
import type { Value } from '../model/value.ts';
import type { Context, Operands } from './context.ts';
import { conv2d } from './conv/conv2d.ts';

interface FusedLowerings {
  gemm(operands: readonly Value[], info: LoweringInfo<GemmAttrs>, context: Context): Value;
  biasedConv2d(operands: readonly Value[], info: LoweringInfo<Conv2dAttrs>, context: Context): Value;
}

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
};
