import type { Key } from '@descent/core/random';
import { expectOptions, expectProbability } from './check.ts';
import { draws } from './draws.ts';
import { emptyItem, expectImage, type Planes, planesOf } from './image.ts';
import type { ItemType, Kernel } from './kernel.ts';
import { type Motion, STAYING } from './motion.ts';
import type { Item, TransformOf } from './transform.ts';

export interface RandomFlipOptions {
  /** The probability that an item is flipped. Default 0.5. */
  readonly p?: number;
}

type Data = { readonly p: number };

/** Left and right of images `[…, height, width]` change places, with probability `p`. Throws a `ValueError` unless `p` is from 0 to 1. */
export function randomHorizontalFlip(options: RandomFlipOptions = {}): TransformOf<'randomHorizontalFlip', Data> {
  return { transform: 'randomHorizontalFlip', options: flipData('randomHorizontalFlip', options) };
}

/** Top and bottom of images `[…, height, width]` change places, with probability `p`. Throws a `ValueError` unless `p` is from 0 to 1. */
export function randomVerticalFlip(options: RandomFlipOptions = {}): TransformOf<'randomVerticalFlip', Data> {
  return { transform: 'randomVerticalFlip', options: flipData('randomVerticalFlip', options) };
}

function flipData(what: string, options: RandomFlipOptions): Data {
  expectOptions(what, options, ['p']);
  const { p = 0.5 } = options;
  expectProbability(`${what}.p`, p);
  return { p };
}

export const randomHorizontalFlipKernel: Kernel<Data> = flipKernel(
  ({ data, shape }, out) => {
    const { planes, height, width } = planesOf(shape);
    for (let row = 0; row < planes * height; row++) {
      const first = row * width;
      const last = first + width - 1;
      for (let x = 0; x < width; x++) out[first + x] = data[last - x] as number;
    }
  },
  ({ width }) => [-1, 0, width, 0, 1, 0],
);

export const randomVerticalFlipKernel: Kernel<Data> = flipKernel(
  ({ data, shape }, out) => {
    const { planes, height, width } = planesOf(shape);
    for (let p = 0; p < planes; p++) {
      for (let y = 0; y < height; y++) {
        const from = (p * height + height - 1 - y) * width;
        const to = (p * height + y) * width;
        for (let x = 0; x < width; x++) out[to + x] = data[from + x] as number;
      }
    }
  },
  ({ height }) => [1, 0, 0, 0, -1, height],
);

function flipKernel(flip: (item: Item, out: Item['data']) => void, motion: (planes: Planes) => Motion): Kernel<Data> {
  const flips = ({ p }: Data, key: Key): boolean => (draws(key, 1)[0] as number) < p;
  return {
    random: true,
    label: ({ p }) => (p === 0.5 ? '' : `p ${p}`),
    type(type): ItemType {
      expectImage(type);
      return type;
    },
    apply(item, options, key, type) {
      if (!flips(options, key)) return item;
      const out = emptyItem(type);
      flip(item, out.data);
      return out;
    },
    places: {
      mask: (options) => options,
      motion: (from, options, key) => (flips(options, key) ? motion(planesOf(from.shape)) : STAYING),
    },
  };
}
