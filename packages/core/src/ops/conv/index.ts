export type { Pool2dAttrs, Pool2dOptions } from './_pool.ts';
export type { Padding, Pads, Pair, WindowAttrs } from './_window.ts';
export { type AvgPool2dAttrs, type AvgPool2dOptions, avgPool2d, avgPool2dOp } from './avg-pool2d.ts';
export { type AvgPool2dGradAttrs, avgPool2dGrad, avgPool2dGradOp } from './avg-pool2d-grad.ts';
export { type Conv2dAttrs, type Conv2dOptions, conv2d, conv2dOp } from './conv2d.ts';
export { type Conv2dFilterGradAttrs, conv2dFilterGrad, conv2dFilterGradOp } from './conv2d-filter-grad.ts';
export { type Conv2dInputGradAttrs, conv2dInputGrad, conv2dInputGradOp } from './conv2d-input-grad.ts';
export { maxPool2d, maxPool2dOp } from './max-pool2d.ts';
export { maxPool2dGrad, maxPool2dGradOp } from './max-pool2d-grad.ts';
