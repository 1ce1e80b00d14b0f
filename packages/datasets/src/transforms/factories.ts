// Functions that make transforms, and nothing else: `kernels.ts` and `batch-kernels.ts` derive from this file what needs a kernel.
export { centerCrop } from './center-crop.ts';
export { colorJitter } from './color-jitter.ts';
export { cutmix } from './cutmix.ts';
export { randomHorizontalFlip, randomVerticalFlip } from './flips.ts';
export { mixup } from './mixup.ts';
export { normalize } from './normalize.ts';
export { oneHot } from './one-hot.ts';
export { pad } from './pad.ts';
export { randomAffine } from './random-affine.ts';
export { randomCrop } from './random-crop.ts';
export { randomErasing } from './random-erasing.ts';
export { randomRotation } from './random-rotation.ts';
export { resize } from './resize.ts';
export { toFloat } from './to-float.ts';
export { trimPadding } from './trim-padding.ts';
