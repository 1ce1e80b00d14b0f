export type { AxisAttrs } from './_axis.ts';
export { logSoftmax, logSoftmaxOp } from './log-softmax.ts';
export { softmax, softmaxOp } from './softmax.ts';
export { softmaxCrossEntropy, softmaxCrossEntropyOp } from './softmax-cross-entropy.ts';
