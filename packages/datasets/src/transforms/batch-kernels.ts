import { ValueError } from '@descent/core';
import { cutmixKernel } from './cutmix.ts';
import type * as factories from './factories.ts';
import type { BatchKernel } from './kernel.ts';
import { mixupKernel } from './mixup.ts';
import { oneHotKernel } from './one-hot.ts';
import type { BatchTransform } from './transform.ts';
import { trimPaddingKernel } from './trim-padding.ts';

type Made = Extract<ReturnType<(typeof factories)[keyof typeof factories]>, BatchTransform>;
type Table = { readonly [T in Made as T['batchTransform']]: BatchKernel<T['options']> };

const KERNELS: Table = {
  cutmix: cutmixKernel,
  mixup: mixupKernel,
  oneHot: oneHotKernel,
  trimPadding: trimPaddingKernel,
};

/** The kernel of a batch transform. Throws a `ValueError` when there is none of that name. */
export function batchKernelOf({ batchTransform }: BatchTransform): BatchKernel<BatchTransform['options']> {
  if (Object.hasOwn(KERNELS, batchTransform)) {
    return KERNELS[batchTransform as keyof Table] as BatchKernel<never> as BatchKernel<BatchTransform['options']>;
  }
  throw new ValueError('there is no such batch transform', {
    received: String(batchTransform),
    expected: Object.keys(KERNELS).join(', '),
    fix: 'make batch transforms with the functions of these names; those of samples, such as randomCrop, are the option transform',
  });
}
