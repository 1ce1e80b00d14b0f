import type { Planes } from './image.ts';

/** Where a point of a picture goes: `x' = a x + b y + c`, `y' = d x + e y + f`, in pixels from the upper left corner. */
export type Motion = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

export const STAYING: Motion = [1, 0, 0, 0, 1, 0];

export function shift(x: number, y: number): Motion {
  return [1, 0, x, 0, 1, y];
}

export function stretch(x: number, y: number): Motion {
  return [x, 0, 0, 0, y, 0];
}

/** The map that undoes another. */
export function undone([a, b, c, d, e, f]: Motion): Motion {
  const det = a * e - b * d;
  return [e / det, -b / det, (b * f - e * c) / det, -d / det, a / det, (d * c - a * f) / det];
}

/**
 * Boxes `[rows, 4]` (left, top, right, bottom) after a motion, as torchvision moves them: the smallest upright box around the four corners that went
 * along, cut to the picture of the new size. Only the first `count` rows are boxes; the others are left as they are.
 */
export function movedBoxes(
  boxes: ArrayLike<number>,
  count: number,
  [a, b, c, d, e, f]: Motion,
  { height, width }: Pick<Planes, 'height' | 'width'>,
): Float64Array {
  const out = Float64Array.from(boxes);
  const within = (value: number, most: number): number => Math.min(Math.max(value, 0), most);
  for (let i = 0; i < count; i++) {
    const [left, top, right, bottom] = out.subarray(4 * i, 4 * i + 4) as unknown as [number, number, number, number];
    const xs = [a * left + b * top, a * right + b * top, a * left + b * bottom, a * right + b * bottom];
    const ys = [d * left + e * top, d * right + e * top, d * left + e * bottom, d * right + e * bottom];
    out[4 * i] = within(Math.min(...xs) + c, width);
    out[4 * i + 1] = within(Math.min(...ys) + f, height);
    out[4 * i + 2] = within(Math.max(...xs) + c, width);
    out[4 * i + 3] = within(Math.max(...ys) + f, height);
  }
  return out;
}
