import type { Key } from '@descent/core/random';
import { expectOptions, formatSize, type Size, sizeOf } from './check.ts';
import { expectCroppable } from './crop-check.ts';
import { below, draws } from './draws.ts';
import { planesOf, withSize } from './image.ts';
import type { ItemType, Kernel } from './kernel.ts';
import { shift } from './motion.ts';
import type { TransformOf } from './transform.ts';
import {
  expectPaddable,
  type ImagePadding,
  PADDING_OPTIONS,
  type PaddingData,
  type PaddingOptions,
  paddedPlaces,
  paddingData,
  windowOf,
} from './window.ts';

export interface RandomCropOptions extends PaddingOptions {
  /** Pixels around the image before the crop, as for `pad`. Default 0. */
  readonly padding?: ImagePadding;
}

type Data = PaddingData & { readonly size: readonly [number, number] };

/**
 * A window of images `[…, height, width]` at a random place, all places equally likely; `size` is the side of a square, or `[height, width]`.
 * CIFAR's usual one is `randomCrop(32, { padding: 4 })`. Throws a `ValueError` when an option is unknown or out of range.
 */
export function randomCrop(size: Size, options: RandomCropOptions = {}): TransformOf<'randomCrop', Data> {
  expectOptions('randomCrop', options, ['padding', ...PADDING_OPTIONS]);
  return {
    transform: 'randomCrop',
    options: {
      size: sizeOf('randomCrop.size', size),
      ...paddingData('randomCrop', options.padding ?? 0, options),
    },
  };
}

export const randomCropKernel: Kernel<Data> = {
  random: true,
  label: ({ size }) => formatSize(size),
  type(type, options) {
    expectPaddable(type, options);
    expectCroppable(type, options.size, options.padding);
    return withSize(type, ...options.size);
  },
  apply(item, options, key, out) {
    const [top, left] = cornerOf(item, options, key);
    return windowOf(item, top, left, options, out);
  },
  places: {
    ...paddedPlaces,
    motion(from, options, key) {
      const [top, left] = cornerOf(from, options, key);
      return shift(-left, -top);
    },
  },
};

/** Top and left of the window, counted from the first pixel of the item. */
function cornerOf({ shape }: Pick<ItemType, 'shape'>, { size, padding }: Data, key: Key): readonly [number, number] {
  const { height, width } = planesOf(shape);
  const [left, top, right, bottom] = padding;
  const [u, v] = draws(key, 2) as [number, number];
  return [below(top + height + bottom - size[0] + 1, u) - top, below(left + width + right - size[1] + 1, v) - left];
}
