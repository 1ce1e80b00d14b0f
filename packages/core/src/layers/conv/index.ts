export type { ConvolutionOptions } from './_convolution.ts';
export { type ConvTranspose1dLayerOptions, convTranspose1d } from './conv-transpose1d.ts';
export { type ConvTranspose2dLayerOptions, convTranspose2d } from './conv-transpose2d.ts';
export { type Conv1dLayerOptions, conv1d } from './conv1d.ts';
export { type Conv2dLayerOptions, conv2d } from './conv2d.ts';
export { type Conv3dLayerOptions, conv3d } from './conv3d.ts';
