export type { MaxPoolOptions, Pool2dAttrs, Pool2dOptions, PoolOptions } from './_pool.ts';
export type { TransposedOptions } from './_transposed.ts';
export type { Padding, Padding1d, Padding3d, Pads, Pair, Triple, WindowAttrs, WindowOptions } from './_window.ts';
export { adaptiveAvgPool1d } from './adaptive-avg-pool1d.ts';
export { adaptiveAvgPool2d } from './adaptive-avg-pool2d.ts';
export { adaptiveMaxPool1d } from './adaptive-max-pool1d.ts';
export { adaptiveMaxPool2d } from './adaptive-max-pool2d.ts';
export { type AvgPool1dOptions, avgPool1d } from './avg-pool1d.ts';
export {
  type AvgPool2dAttrs,
  type AvgPool2dOptions,
  type AvgPoolOptions,
  avgPool2d,
  avgPool2dOp,
} from './avg-pool2d.ts';
export { type AvgPool2dGradAttrs, avgPool2dGrad, avgPool2dGradOp } from './avg-pool2d-grad.ts';
export { type AvgPool3dOptions, avgPool3d } from './avg-pool3d.ts';
export { type ConvTranspose1dOptions, convTranspose1d } from './conv-transpose1d.ts';
export { type ConvTranspose2dOptions, convTranspose2d } from './conv-transpose2d.ts';
export { type Conv1dOptions, conv1d } from './conv1d.ts';
export { type Conv2dAttrs, type Conv2dOptions, type ConvOptions, conv2d, conv2dOp } from './conv2d.ts';
export { type Conv2dFilterGradAttrs, conv2dFilterGrad, conv2dFilterGradOp } from './conv2d-filter-grad.ts';
export { type Conv2dInputGradAttrs, conv2dInputGrad, conv2dInputGradOp } from './conv2d-input-grad.ts';
export { type Conv3dOptions, conv3d } from './conv3d.ts';
export { type MaxPool1dOptions, maxPool1d } from './max-pool1d.ts';
export { maxPool2d, maxPool2dOp } from './max-pool2d.ts';
export { maxPool2dGrad, maxPool2dGradOp } from './max-pool2d-grad.ts';
export { type MaxPool3dOptions, maxPool3d } from './max-pool3d.ts';
