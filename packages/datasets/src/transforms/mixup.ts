import { DTypeError, formatShape, type NDArray } from '@descent/core';
import { symmetricBeta } from './beta.ts';
import { expectOptions, expectValue, isNumber } from './check.ts';
import { emptyItem, rounding } from './image.ts';
import type { BatchKernel } from './kernel.ts';
import { type ClassesOption, expectClasses, mixRows, probabilities } from './labels.ts';
import type { BatchTransformOf, Item } from './transform.ts';

export interface MixOptions extends ClassesOption {
  /** The share λ is drawn from Beta(alpha, alpha): uniform at 1 (default), close to 0 or 1 for small values. */
  readonly alpha?: number;
}

export type MixData = { readonly classes: number; readonly alpha: number };

/**
 * Each sample becomes `λ · itself + (1 − λ) · the one before it in the batch`, and so does its label, as float32 `[batch, classes]` (Zhang et
 * al., "mixup: beyond empirical risk minimization", 2018). One λ a batch, as in torchvision; shuffle, so that pairs change. Bytes are
 * rounded. Throws a `ValueError` when an option is unknown or out of range, and for targets that are no classes.
 */
export function mixup(options: MixOptions): BatchTransformOf<'mixup', MixData> {
  return { batchTransform: 'mixup', options: mixData('mixup', options) };
}

export function mixData(what: string, options: MixOptions): MixData {
  expectOptions(what, options, ['classes', 'alpha']);
  const { classes, alpha = 1 } = options;
  expectClasses(`${what}.classes`, classes);
  expectValue(`${what}.alpha`, alpha, isNumber(alpha, 1e-3, 1e6), 'a number above 0, from 0.001 to 1000000');
  return { classes, alpha };
}

export const mixupKernel: BatchKernel<MixData> = {
  changes: 'samples',
  label: ({ alpha }) => (alpha === 1 ? '' : `alpha ${alpha}`),
  apply(batch, { classes, alpha }, key) {
    const share = symmetricBeta(key, alpha);
    const x = mixable(batch.x);
    const { data } = x;
    const out = emptyItem(x);
    const to = rounding(out);
    const size = data.length / Math.max(x.shape[0] as number, 1);
    // The sample before is `size` elements back; before the first comes the last.
    for (let i = 0; i < data.length; i++) {
      const other = i < size ? i + data.length - size : i - size;
      to[i] = share * (data[i] as number) + (1 - share) * (data[other] as number);
    }
    return { ...batch, x: out, y: mixRows(probabilities(batch, classes), share) };
  },
};

/** Throws unless a share of a sample and a share of another make a sample. */
function mixable(x: NDArray): Item {
  const { dtype, shape, data } = x;
  if (dtype === 'float32' || dtype === 'uint8') return { dtype, shape, data: data as Item['data'] };
  throw new DTypeError('samples of this type cannot be mixed', {
    received: `${dtype}${formatShape(shape)}`,
    expected: 'uint8 or float32',
    fix: 'leave this transform out: between two tokens there is none',
  });
}
