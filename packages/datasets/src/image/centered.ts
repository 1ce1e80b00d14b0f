import type { Pixels } from './grey.ts';
import { resampled } from './resample.ts';
import { shadingOf } from './shading.ts';

/** A part of a picture, in its pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The share of a sample that the drawing spans: MNIST has boxes of 20 × 20 in 28 × 28. */
const SPAN = 20 / 28;
/** From this share of the way from the background to the brightest pixel on, a pixel belongs to the drawing. */
const DRAWN = 1 / 8;

/**
 * A bright drawing on a dark background as MNIST prepared its digits: the background, also where light falls on it from one side, becomes black and the brightest pixel white, the drawing is cut out,
 * resized with its proportions kept so that it spans 20/28 of the sample, and put where its centre of mass is in the middle. Without a drawing, black.
 */
export function centered(
  image: Pixels,
  background: number,
  { width, height }: { readonly width: number; readonly height: number },
): { readonly data: Uint8Array; readonly box: Box; readonly placed: Box } {
  const ink = spread(image, background);
  const box = drawnBox(ink);
  const data = new Uint8Array(width * height);
  if (box === null) {
    const placed = { left: 0, top: 0, width, height };
    return { data, box: { left: 0, top: 0, width: image.width, height: image.height }, placed };
  }
  const span = (side: number): number => Math.max(1, Math.round(side * SPAN));
  const drawing = resampled(cut(ink, box), span(width), span(height), 'inside');
  const [x, y] = centreOfMass(drawing);
  const left = placeOf(x, drawing.width, width);
  const top = placeOf(y, drawing.height, height);
  for (let row = 0; row < drawing.height; row++) {
    const from = row * drawing.width;
    data.set(drawing.data.subarray(from, from + drawing.width), (top + row) * width + left);
  }
  return { data, box, placed: { left, top, width: drawing.width, height: drawing.height } };
}

/** Levels from the background, which may be brighter at one side, to the brightest pixel as 0 to 255. */
function spread(image: Pixels, background: number): Pixels {
  const { data, width } = image;
  const shading = shadingOf(image, background);
  const above = Int16Array.from(data, (value, i) => value - Math.round(shading(i % width, Math.floor(i / width))));
  const most = above.reduce((largest, value) => Math.max(largest, value), 0);
  const scale = most === 0 ? 0 : 255 / most;
  return { ...image, data: Uint8Array.from(above, (value) => (value <= 0 ? 0 : Math.round(value * scale))) };
}

function drawnBox({ data, width, height }: Pixels): Box | null {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if ((data[y * width + x] as number) < DRAWN * 255) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

function cut({ data, width, channels }: Pixels, box: Box): Pixels {
  const part = new Uint8Array(box.width * box.height);
  for (let row = 0; row < box.height; row++) {
    const from = (box.top + row) * width + box.left;
    part.set(data.subarray(from, from + box.width), row * box.width);
  }
  return { data: part, width: box.width, height: box.height, channels };
}

/** Pixels count by their brightness; the middle of the first is at 0. MNIST has the centres of mass of its digits at pixel 14 of 28, as counted from 0. */
function centreOfMass({ data, width }: Pixels<number>): readonly [x: number, y: number] {
  let [sum, across, down] = [0, 0, 0];
  for (const [i, value] of data.entries()) {
    sum += value;
    across += value * (i % width);
    down += value * Math.floor(i / width);
  }
  return [across / sum, down / sum];
}

/** The first pixel of a drawing whose centre of mass shall be in the middle of a side, as far as it stays inside. */
function placeOf(centre: number, length: number, side: number): number {
  return Math.min(side - length, Math.max(0, Math.round(side / 2 - centre)));
}
