import { formatShape, ShapeError } from '@descent/core';
import { formatSize } from './check.ts';
import { expectImage, planesOf } from './image.ts';
import type { ItemType } from './kernel.ts';

/** Throws unless a window of `size` fits into images of this type with `padding` (left, top, right, bottom) around them. */
export function expectCroppable(
  type: ItemType,
  size: readonly [number, number],
  [left, top, right, bottom]: readonly [number, number, number, number],
): void {
  expectImage(type);
  const { height, width } = planesOf(type.shape);
  const room = [top + height + bottom, left + width + right] as const;
  if (size[0] <= room[0] && size[1] <= room[1]) return;
  const padded = room[0] === height && room[1] === width ? '' : `, ${formatSize(room)} with the padding`;
  throw new ShapeError('the crop is larger than the image', {
    received: `images ${formatShape(type.shape)}${padded}`,
    expected: `at least ${size[0]} pixels high and ${size[1]} wide`,
    fix: 'crop less, or put pad(…) or resize(…) in front',
  });
}
