import type { Pixels } from './grey.ts';

/** How bright the background of a picture is at a place. */
export type Shading = (x: number, y: number) => number;

/** A background that rises by less from one corner to another counts as even: so much differs between corners of any scan. */
const LEAST_RISE = 16;

/**
 * The background of a grey picture as a plane through its border, by least squares: light that falls on paper from one side makes such a slope. What stands out of
 * the plane by more than its usual distance, such as a stroke that touches the border, is left out of a second fit. Even where the slope is small.
 */
export function shadingOf(image: Pixels, mean: number): Shading {
  const border = borderOf(image);
  const first = planeThrough(border);
  const distance = Math.sqrt(border.reduce((sum, p) => sum + (p.value - at(first, p)) ** 2, 0) / border.length);
  const near = border.filter((p) => Math.abs(p.value - at(first, p)) <= 1.5 * distance);
  const plane = near.length < border.length / 2 ? first : planeThrough(near);
  const rise = Math.abs(plane.across) * image.width + Math.abs(plane.down) * image.height;
  if (!(rise >= LEAST_RISE)) return () => mean;
  return (x, y) => Math.min(255, Math.max(0, at(plane, { x, y })));
}

interface Place {
  readonly x: number;
  readonly y: number;
}

type BorderPixel = Place & { readonly value: number };

interface Plane {
  readonly middle: Place & { readonly value: number };
  readonly across: number;
  readonly down: number;
}

function at({ middle, across, down }: Plane, { x, y }: Place): number {
  return middle.value + across * (x - middle.x) + down * (y - middle.y);
}

function borderOf({ data, width, height }: Pixels): readonly BorderPixel[] {
  const pixels: BorderPixel[] = [];
  for (let y = 0; y < height; y++) {
    const step = y === 0 || y === height - 1 ? 1 : Math.max(1, width - 1);
    for (let x = 0; x < width; x += step) pixels.push({ x, y, value: data[y * width + x] as number });
  }
  return pixels;
}

/** Normal equations of two slopes around the means; flat where the pixels do not say a slope. */
function planeThrough(pixels: readonly BorderPixel[]): Plane {
  const mean = (of: (pixel: BorderPixel) => number): number =>
    pixels.reduce((sum, pixel) => sum + of(pixel), 0) / pixels.length;
  const middle = { x: mean(({ x }) => x), y: mean(({ y }) => y), value: mean(({ value }) => value) };
  const xx = mean(({ x }) => (x - middle.x) ** 2);
  const yy = mean(({ y }) => (y - middle.y) ** 2);
  const xy = mean(({ x, y }) => (x - middle.x) * (y - middle.y));
  const xv = mean(({ x, value }) => (x - middle.x) * (value - middle.value));
  const yv = mean(({ y, value }) => (y - middle.y) * (value - middle.value));
  const determinant = xx * yy - xy * xy;
  if (!(determinant > 1e-9)) return { middle, across: 0, down: 0 };
  return { middle, across: (xv * yy - yv * xy) / determinant, down: (yv * xx - xv * xy) / determinant };
}
