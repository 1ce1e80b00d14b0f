export { type GeluOptions, gelu } from './gelu.ts';
export { logSoftmax } from './log-softmax.ts';
export { relu } from './relu.ts';
export { sigmoid } from './sigmoid.ts';
export { softmax } from './softmax.ts';
export { tanh } from './tanh.ts';
