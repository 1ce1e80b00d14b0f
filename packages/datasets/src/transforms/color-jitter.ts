import { formatShape, ShapeError } from '@descent/core';
import { expectOptions, expectValue, formatRange, isNumber, type Range, rangeOf } from './check.ts';
import { adjustBrightness, adjustContrast, adjustHue, adjustSaturation, type Picture } from './color.ts';
import { below, between, draws } from './draws.ts';
import { emptyItem, rounding } from './image.ts';
import type { Kernel } from './kernel.ts';
import type { TransformOf } from './transform.ts';

export interface ColorJitterOptions {
  /** A factor from `max(0, 1 − brightness)` to `1 + brightness`, or from a range. Default: no change. */
  readonly brightness?: number | Range;
  /** Likewise. */
  readonly contrast?: number | Range;
  /** Likewise; grey images have none. */
  readonly saturation?: number | Range;
  /** A turn of the colour circle from `-hue` to `hue`, at most 0.5, or from a range within −0.5…0.5. Default: no change. */
  readonly hue?: number | Range;
}

/** In the order of the draws. */
const PARTS = ['brightness', 'contrast', 'saturation', 'hue'] as const;

type Data = { readonly [P in (typeof PARTS)[number]]: Range | null };

/**
 * Brightness, contrast, saturation and hue of images, grey `[1, height, width]` or RGB `[3, height, width]`, changed at random and in random
 * order, as torchvision's `ColorJitter`. Bytes, or floats from 0 to 1: put it in front of `normalize`. Bytes are rounded once, at the end.
 * Throws a `ValueError` when an option is unknown or out of range.
 */
export function colorJitter(options: ColorJitterOptions = {}): TransformOf<'colorJitter', Data> {
  expectOptions('colorJitter', options, PARTS);
  return {
    transform: 'colorJitter',
    options: {
      brightness: factors('brightness', options.brightness),
      contrast: factors('contrast', options.contrast),
      saturation: factors('saturation', options.saturation),
      hue: hueData(options.hue),
    },
  };
}

function factors(part: string, value: unknown): Range | null {
  if (value === undefined) return null;
  const range = isNumber(value, 0) ? [Math.max(0, 1 - value), 1 + value] : value;
  return rangeOf(`colorJitter.${part}`, range, 'a number of at least 0, or [lowest, highest] factor, none negative', 0);
}

function hueData(value: unknown): Range | null {
  if (value === undefined) return null;
  const range = isNumber(value, 0, 0.5) ? [-value, value] : value;
  expectValue('colorJitter.hue', value, Array.isArray(range), 'a number from 0 to 0.5, or [lowest, highest]');
  return rangeOf('colorJitter.hue', range, 'a number from 0 to 0.5, or [lowest, highest] within −0.5…0.5', -0.5, 0.5);
}

const ADJUST: { readonly [P in keyof Data]: (picture: Picture, amount: number) => void } = {
  brightness: adjustBrightness,
  contrast: adjustContrast,
  saturation: adjustSaturation,
  hue: adjustHue,
};

export const colorJitterKernel: Kernel<Data> = {
  random: true,
  label: (data) =>
    PARTS.flatMap((part) => (data[part] === null ? [] : [`${part} ${formatRange(data[part])}`])).join(', '),
  type(type) {
    if (type.shape.length === 3 && (type.shape[0] === 1 || type.shape[0] === 3)) return type;
    throw new ShapeError('the items are neither grey nor RGB images', {
      received: formatShape(type.shape),
      expected: '[1, height, width] or [3, height, width]',
      fix: 'leave this transform out, or give images with one or three channels',
    });
  },
  apply(item, data, key, type) {
    const u = draws(key, 7);
    // The work is done in float32, so that bytes are not rounded after every step.
    const pixels = Float32Array.from(item.data);
    const picture = { pixels, planes: item.shape[0] as number, white: item.dtype === 'uint8' ? 255 : 1 };
    for (const i of order(u)) {
      const part = PARTS[i] as (typeof PARTS)[number];
      const range = data[part];
      if (range !== null) ADJUST[part](picture, between(range, u[3 + i] as number));
    }
    if (item.dtype === 'float32') return { ...item, data: pixels };
    const out = emptyItem(type);
    rounding(out).set(pixels);
    return out;
  },
};

/** A random order of the four parts, from the first three draws (Fisher-Yates). */
function order(u: readonly number[]): readonly number[] {
  const parts = [0, 1, 2, 3];
  for (let i = 3; i > 0; i--) {
    const j = below(i + 1, u[3 - i] as number);
    const swapped = parts[j] as number;
    parts[j] = parts[i] as number;
    parts[i] = swapped;
  }
  return parts;
}
