export { type Conv2dLayerOptions, conv2d } from './conv2d.ts';
