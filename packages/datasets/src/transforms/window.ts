import { formatShape, ShapeError } from '@descent/core';
import { expectOneOf, expectValue, isCount, isNumber, isNumbers } from './check.ts';
import { emptyItem, expectFill, expectImage, planesOf } from './image.ts';
import type { ItemType } from './kernel.ts';
import type { Item } from './transform.ts';

/** What stands outside an image: the fill, its border, or its mirror image without (`reflect`) or with (`symmetric`) the border. */
export type PaddingMode = 'constant' | 'edge' | 'reflect' | 'symmetric';

/** Pixels to add: one number for all sides, `[left and right, top and bottom]` or `[left, top, right, bottom]`. */
export type ImagePadding =
  | number
  | readonly [horizontal: number, vertical: number]
  | readonly [left: number, top: number, right: number, bottom: number];

export interface PaddingOptions {
  /** The value of new pixels, in the units of the items, where the mode is `constant`. Default 0. */
  readonly fill?: number;
  /** Default `'constant'`. */
  readonly paddingMode?: PaddingMode;
}

export type PaddingData = {
  /** Left, top, right, bottom. */
  readonly padding: readonly [number, number, number, number];
  readonly fill: number;
  readonly paddingMode: PaddingMode;
};

export const PADDING_OPTIONS: readonly string[] = ['fill', 'paddingMode'];
const MODES: readonly PaddingMode[] = ['constant', 'edge', 'reflect', 'symmetric'];

export function paddingData(what: string, padding: unknown, options: PaddingOptions): PaddingData {
  const { fill = 0, paddingMode = 'constant' } = options;
  const list = Array.isArray(padding) ? (padding as readonly unknown[]) : [padding];
  const valid = [1, 2, 4].some((n) => isNumbers(list, n, 0)) && list.every((p) => isCount(p, 0));
  expectValue(
    `${what}.padding`,
    padding,
    valid,
    'a whole number of pixels, [horizontal, vertical] or [left, top, right, bottom], none negative',
  );
  expectValue(`${what}.fill`, fill, isNumber(fill), 'a finite number, in the units of the items');
  expectOneOf(`${what}.paddingMode`, paddingMode, MODES);
  const [left, top = left, right = left, bottom = top] = list as [number, number?, number?, number?];
  return { padding: [left, top, right, bottom], fill, paddingMode };
}

/** What masks and boxes do where a picture gets more pixels around it. */
export const paddedPlaces: {
  mask<O extends PaddingData>(options: O, fill: number): O;
  againstBoxes(options: PaddingData): string | undefined;
} = {
  mask: (options, fill) => ({ ...options, fill }),
  againstBoxes: ({ padding, paddingMode }) =>
    paddingMode === 'constant' || padding.every((p) => p === 0)
      ? undefined
      : `paddingMode '${paddingMode}' shows things again beside the picture, and no box is around them`,
};

/** Throws unless images of this type can be padded so. */
export function expectPaddable(type: ItemType, { padding, fill, paddingMode }: PaddingData): void {
  expectImage(type);
  if (padding.every((p) => p === 0)) return;
  if (paddingMode === 'constant') {
    expectFill(type, fill);
    return;
  }
  const { height, width } = planesOf(type.shape);
  const [left, top, right, bottom] = padding;
  // A mirror shows each pixel once, and `reflect` not that of the border.
  const most = (size: number): number => {
    if (paddingMode === 'edge') return size > 0 ? Number.POSITIVE_INFINITY : 0;
    return paddingMode === 'reflect' ? size - 1 : size;
  };
  if (Math.max(left, right) <= most(width) && Math.max(top, bottom) <= most(height)) return;
  throw new ShapeError(`the padding is larger than the image that ${paddingMode} takes it from`, {
    received: `padding [${padding.join(', ')}] (left, top, right, bottom) for ${formatShape(type.shape)}`,
    expected: `at most ${most(width)} pixels left and right, ${most(height)} on top and at the bottom`,
    fix: "pad by less, or with paddingMode 'constant' or 'edge'",
  });
}

/** The window of `out`'s size whose first pixel is at (`top`, `left`), counted from the first pixel of the item; it may lie outside. */
export function windowOf(
  item: Item,
  top: number,
  left: number,
  { fill, paddingMode }: Pick<PaddingData, 'fill' | 'paddingMode'>,
  out: ItemType,
): Item {
  const { planes, height, width } = planesOf(item.shape);
  const to = planesOf(out.shape);
  const columns = sources(left, to.width, width, paddingMode);
  const rows = sources(top, to.height, height, paddingMode);
  // The columns that show the image itself, next to one another; those before and after them show what the mode says.
  const from = Math.min(Math.max(-left, 0), to.width);
  const until = Math.max(Math.min(width - left, to.width), from);
  const result = emptyItem(out);
  const source = item.data;
  const { data } = result;
  for (let p = 0; p < planes; p++) {
    for (let y = 0; y < to.height; y++) {
      const row = rows[y] as number;
      const start = (p * height + row) * width;
      const at = (p * to.height + y) * to.width;
      if (row < 0) {
        data.fill(fill, at, at + to.width);
        continue;
      }
      for (let x = 0; x < from; x++) data[at + x] = pixelAt(source, start, columns[x] as number, fill);
      for (let x = from; x < until; x++) data[at + x] = source[start + left + x] as number;
      for (let x = until; x < to.width; x++) data[at + x] = pixelAt(source, start, columns[x] as number, fill);
    }
  }
  return result;
}

function pixelAt(source: Item['data'], start: number, column: number, fill: number): number {
  return column < 0 ? fill : (source[start + column] as number);
}

/** For each of `count` places from `start`, the place of its pixel on an axis of `size`, or -1 for the fill. */
function sources(start: number, count: number, size: number, mode: PaddingMode): Int32Array {
  const out = new Int32Array(count);
  for (let i = 0; i < count; i++) out[i] = sourceOf(start + i, size, mode);
  return out;
}

function sourceOf(at: number, size: number, mode: PaddingMode): number {
  if (at >= 0 && at < size) return at;
  switch (mode) {
    case 'constant':
      return -1;
    case 'edge':
      return at < 0 ? 0 : size - 1;
    case 'reflect':
      return at < 0 ? -at : 2 * size - 2 - at;
    default:
      return at < 0 ? -at - 1 : 2 * size - 1 - at;
  }
}
