import { ValueError } from '@descent/core';
import { centerCropKernel } from './center-crop.ts';
import { colorJitterKernel } from './color-jitter.ts';
import type * as factories from './factories.ts';
import { randomHorizontalFlipKernel, randomVerticalFlipKernel } from './flips.ts';
import type { Kernel } from './kernel.ts';
import { normalizeKernel } from './normalize.ts';
import { padKernel } from './pad.ts';
import { randomAffineKernel } from './random-affine.ts';
import { randomCropKernel } from './random-crop.ts';
import { randomErasingKernel } from './random-erasing.ts';
import { randomRotationKernel } from './random-rotation.ts';
import { resizeKernel } from './resize.ts';
import { toFloatKernel } from './to-float.ts';
import type { Transform } from './transform.ts';

type Made = Extract<ReturnType<(typeof factories)[keyof typeof factories]>, Transform>;
type Table = { readonly [T in Made as T['transform']]: Kernel<T['options']> };

const KERNELS: Table = {
  centerCrop: centerCropKernel,
  colorJitter: colorJitterKernel,
  normalize: normalizeKernel,
  pad: padKernel,
  randomAffine: randomAffineKernel,
  randomCrop: randomCropKernel,
  randomErasing: randomErasingKernel,
  randomHorizontalFlip: randomHorizontalFlipKernel,
  randomRotation: randomRotationKernel,
  randomVerticalFlip: randomVerticalFlipKernel,
  resize: resizeKernel,
  toFloat: toFloatKernel,
};

/** The kernel of a transform. Throws a `ValueError` when there is none of that name. */
export function kernelOf({ transform }: Transform): Kernel<Transform['options']> {
  if (Object.hasOwn(KERNELS, transform))
    return KERNELS[transform as keyof Table] as Kernel<never> as Kernel<Transform['options']>;
  throw new ValueError('there is no such transform', {
    received: String(transform),
    expected: Object.keys(KERNELS).join(', '),
    fix: 'make transforms with the functions of these names; those of batches, such as mixup, are the option batchTransform',
  });
}
