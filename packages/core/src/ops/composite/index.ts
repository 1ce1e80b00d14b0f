export type { AxisAttrs } from './_axis.ts';
export { bceWithLogits, bceWithLogitsOp } from './bce-with-logits.ts';
export { type GeluAttrs, gelu, geluOp } from './gelu.ts';
export { logSoftmax, logSoftmaxOp } from './log-softmax.ts';
export { log1p, log1pOp } from './log1p.ts';
export { softmax, softmaxOp } from './softmax.ts';
export { softmaxCrossEntropy, softmaxCrossEntropyOp } from './softmax-cross-entropy.ts';
export { softplus, softplusOp } from './softplus.ts';
