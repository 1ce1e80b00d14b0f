export { type BatchNormOptions, batchNorm2d } from './batch-norm2d.ts';
