import {
  type BatchTransform,
  centerCrop,
  colorJitter,
  cutmix,
  mixup,
  normalize as normalizeItem,
  oneHot,
  pad,
  randomAffine,
  randomCrop,
  randomErasing,
  randomHorizontalFlip,
  randomRotation,
  randomVerticalFlip,
  resize,
  type Transform,
  toFloat,
  trimPadding,
} from '@descent/datasets';
import type * as factories from '@descent/datasets/transforms';
import { ANY } from './argument.ts';
import { callable, type TableOf } from './callable.ts';
import { build, isCall } from './calls.ts';
import type { Call } from './define-config.ts';

// These look at their options themselves.
const PAD = { fill: ANY, paddingMode: ANY };
const WARP = { interpolation: ANY, fill: ANY, center: ANY };
const MIX = { classes: ANY, alpha: ANY };

export const TRANSFORMS: TableOf<typeof factories, Transform | BatchTransform> = {
  centerCrop: callable(centerCrop, { size: ANY }),
  colorJitter: callable(colorJitter, {}, { brightness: ANY, contrast: ANY, saturation: ANY, hue: ANY }),
  cutmix: callable(cutmix, {}, MIX),
  mixup: callable(mixup, {}, MIX),
  normalize: callable(normalizeItem, { mean: ANY, std: ANY }),
  oneHot: callable(oneHot, { classes: ANY }),
  pad: callable(pad, { padding: ANY }, PAD),
  randomAffine: callable(randomAffine, { degrees: ANY }, { translate: ANY, scale: ANY, shear: ANY, ...WARP }),
  randomCrop: callable(randomCrop, { size: ANY }, { padding: ANY, ...PAD }),
  randomErasing: callable(randomErasing, {}, { p: ANY, scale: ANY, ratio: ANY, value: ANY }),
  randomHorizontalFlip: callable(randomHorizontalFlip, {}, { p: ANY }),
  randomRotation: callable(randomRotation, { degrees: ANY }, WARP),
  randomVerticalFlip: callable(randomVerticalFlip, {}, { p: ANY }),
  resize: callable(resize, { size: ANY }, { interpolation: ANY, antialias: ANY }),
  toFloat: callable(toFloat, {}, { scale: ANY }),
  trimPadding: callable(trimPadding, {}, { lengths: ANY, arrays: ANY, targets: ANY, bounds: ANY }),
};

export function buildTransforms(
  transforms: readonly (Transform | BatchTransform | Call)[],
  path: 'augment' | 'transform',
): readonly (Transform | BatchTransform)[] {
  return transforms.map((one, i) => (isCall(one) ? build('transform', TRANSFORMS, one, `${path}.${i}`) : one));
}
