import { formatShape, ShapeError } from '@descent/core';
import { fold, normal } from '@descent/core/random';
import { expectOptions, expectProbability, expectValue, isNumber, type Range, rangeOf } from './check.ts';
import { below, between, draws } from './draws.ts';
import { expectFill, expectFloat, expectImage, planesOf, roundHalfEven } from './image.ts';
import type { Kernel } from './kernel.ts';
import { exp, log } from './portable-math.ts';
import type { Item, TransformOf } from './transform.ts';

export interface RandomErasingOptions {
  /** The probability that something is erased. Default 0.5. */
  readonly p?: number;
  /** Smallest and largest share of the area. Default [0.02, 0.33]. */
  readonly scale?: Range;
  /** Smallest and largest height divided by width; their logarithms are equally likely. Default [0.3, 3.3]. */
  readonly ratio?: Range;
  /** The new value, one for each channel, or `'random'` for Gaussian noise (float items only). Default 0. */
  readonly value?: number | readonly number[] | 'random';
}

type Data = {
  readonly p: number;
  readonly scale: Range;
  readonly ratio: Range;
  readonly value: readonly number[] | 'random';
};

/** A rectangle that does not fit is drawn again so many times, as in torchvision; after that nothing is erased. */
const TRIES = 10;

/**
 * A random rectangle of images `[channels, height, width]` gets another value (Zhong et al., "Random erasing data augmentation", 2020), with
 * torchvision's options. Throws a `ValueError` when an option is unknown or out of range.
 */
export function randomErasing(options: RandomErasingOptions = {}): TransformOf<'randomErasing', Data> {
  expectOptions('randomErasing', options, ['p', 'scale', 'ratio', 'value']);
  const { p = 0.5, scale = [0.02, 0.33], ratio = [0.3, 3.3], value = 0 } = options;
  expectProbability('randomErasing.p', p);
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const valid = value === 'random' || (list.length > 0 && list.every((v) => isNumber(v)));
  expectValue('randomErasing.value', value, valid, "a finite number, one for each channel, or 'random'");
  return {
    transform: 'randomErasing',
    options: {
      p,
      scale: rangeOf('randomErasing.scale', scale, '[smallest, largest] share of the area, from 0 to 1', 0, 1),
      ratio: rangeOf('randomErasing.ratio', ratio, '[smallest, largest] height / width, above 0', Number.MIN_VALUE),
      value: value === 'random' ? value : (list as readonly number[]),
    },
  };
}

export const randomErasingKernel: Kernel<Data> = {
  random: true,
  label: ({ p }) => (p === 0.5 ? '' : `p ${p}`),
  type(type, { value }) {
    expectImage(type);
    if (value === 'random') {
      expectFloat(type);
      return type;
    }
    for (const v of value) expectFill(type, v);
    if (value.length === 1 || (type.shape.length === 3 && value.length === type.shape[0])) return type;
    throw new ShapeError('there are other channels than values', {
      received: `${value.length} values for ${formatShape(type.shape)}`,
      expected: 'one value for all channels, or one for each',
    });
  },
  apply(item, { p, scale, ratio, value }, key) {
    const { planes, height, width } = planesOf(item.shape);
    if (!((draws(key, 1)[0] as number) < p)) return item;
    const logs = [log(ratio[0]), log(ratio[1])] as const;
    for (let t = 0; t < TRIES; t++) {
      const [u, v, y, x] = draws(fold(key, t), 4) as [number, number, number, number];
      const area = height * width * between(scale, u);
      const aspect = exp(between(logs, v));
      const h = roundHalfEven(Math.sqrt(area * aspect));
      const w = roundHalfEven(Math.sqrt(area / aspect));
      if (h >= height || w >= width) continue;
      const top = below(height - h + 1, y);
      const left = below(width - w + 1, x);
      const noise = value === 'random' ? new Float32Array(planes * h * w) : undefined;
      if (noise !== undefined) normal(fold(key, 'noise'), noise);
      return erased(item, top, left, h, w, value, noise);
    }
    return item;
  },
};

function erased(
  item: Item,
  top: number,
  left: number,
  h: number,
  w: number,
  value: Data['value'],
  noise: Float32Array | undefined,
): Item {
  const { planes, height, width } = planesOf(item.shape);
  const data = item.data.slice();
  const fills = value === 'random' ? [0] : value;
  for (let p = 0; p < planes; p++) {
    const fill = fills[fills.length === 1 ? 0 : p] as number;
    for (let y = 0; y < h; y++) {
      const start = (p * height + top + y) * width + left;
      if (noise === undefined) data.fill(fill, start, start + w);
      else data.set(noise.subarray((p * h + y) * w, (p * h + y + 1) * w), start);
    }
  }
  return { ...item, data } as Item;
}
