export { type BatchNormOptions, batchNorm2d } from './batch-norm2d.ts';
export { type LayerNormOptions, layerNorm } from './layer-norm.ts';
