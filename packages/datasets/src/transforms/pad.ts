import { expectOptions } from './check.ts';
import { planesOf, withSize } from './image.ts';
import type { Kernel } from './kernel.ts';
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

/**
 * More pixels around images `[…, height, width]`: on all sides equally, `[horizontal, vertical]`, or `[left, top, right, bottom]`.
 * Throws a `ValueError` when an option is unknown or out of range.
 */
export function pad(padding: ImagePadding, options: PaddingOptions = {}): TransformOf<'pad', PaddingData> {
  expectOptions('pad', options, PADDING_OPTIONS);
  return { transform: 'pad', options: paddingData('pad', padding, options) };
}

export const padKernel: Kernel<PaddingData> = {
  random: false,
  label: ({ padding, paddingMode }) => {
    const sides = new Set(padding).size === 1 ? `${padding[0]}` : `[${padding.join(', ')}]`;
    return paddingMode === 'constant' ? sides : `${sides}, ${paddingMode}`;
  },
  type(type, options) {
    expectPaddable(type, options);
    const { height, width } = planesOf(type.shape);
    const [left, top, right, bottom] = options.padding;
    return withSize(type, top + height + bottom, left + width + right);
  },
  apply: (item, options, _key, out) => windowOf(item, -options.padding[1], -options.padding[0], options, out),
  places: { ...paddedPlaces, motion: (_, { padding }) => shift(padding[0], padding[1]) },
};
