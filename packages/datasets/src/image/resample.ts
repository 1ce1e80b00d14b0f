import type { Pixels } from './grey.ts';

/**
 * Pixels resized by the method and arithmetic of libvips, on which sharp stands, so that a picture has the same bytes wherever it is opened: shrunk by
 * Lanczos-3, of which the masks have 12 bits and 64 positions between pixels, after a mean over blocks where the factor is 4 or more; enlarged by
 * Catmull-Rom. Beyond the border its pixels go on. With `inside` the proportions stay, and the result fits into the size.
 */
export function resampled(
  image: Pixels<number>,
  width: number,
  height: number,
  fit: 'inside' | 'fill',
): Pixels<number> {
  const ratios = [image.width / width, image.height / height] as const;
  const [across, down] = fit === 'fill' ? ratios : [Math.max(...ratios), Math.max(...ratios)];
  // Neither axis falls below one pixel.
  const horizontal = Math.max(1 / Math.min(across, image.width), 1 / image.width);
  const vertical = Math.max(1 / Math.min(down, image.height), 1 / image.height);
  let result = image;
  if (vertical < 1) result = reduced(result, 1 / vertical, 'rows');
  if (horizontal < 1) result = reduced(result, 1 / horizontal, 'columns');
  if (horizontal > 1 || vertical > 1) result = enlarged(result, Math.max(horizontal, 1), Math.max(vertical, 1));
  return result;
}

type Axis = 'rows' | 'columns';

const FRACTION_BITS = 12;
const ONE = 1 << FRACTION_BITS;
/** Positions between two pixels. */
const POSITIONS = 64;

/** An image as lines along an axis: where its elements lie, whichever axis it is. */
interface Lines {
  /** Pixels along the axis. */
  readonly length: number;
  /** From one pixel to the next along the axis. */
  readonly step: number;
  /** Elements that lie side by side across the axis, at each of `blocks` places that are `block` apart. */
  readonly side: number;
  readonly blocks: number;
  readonly block: number;
}

function linesOf({ width, height, channels }: Pixels<number>, axis: Axis): Lines {
  const row = width * channels;
  return axis === 'rows'
    ? { length: height, step: row, side: row, blocks: 1, block: 0 }
    : { length: width, step: channels, side: channels, blocks: height, block: row };
}

function resizedTo(image: Pixels<number>, axis: Axis, length: number): Pixels<number> {
  const { width, height, channels } = axis === 'rows' ? { ...image, height: length } : { ...image, width: length };
  return { width, height, channels, data: new Uint8Array(width * height * channels) };
}

/** Shrinks one axis by a factor above 1. */
function reduced(image: Pixels<number>, factor: number, axis: Axis): Pixels<number> {
  const { length } = linesOf(image, axis);
  const wanted = Math.max(1, Math.floor(length / factor + 0.5));
  const blocks = Math.max(1, Math.floor(length / wanted / 2));
  const source = blocks > 1 ? blockMeans(image, blocks, axis) : image;
  const rest = factor / blocks;
  if (rest === 1) return source;
  // Pixels that are made up at the end, or left out where that is negative: half of them on each side.
  const more = (wanted * factor - length) / blocks;
  const points = 2 * roundToEven(3 * rest) + 1;
  const before = Math.ceil(points / 2) - 1;
  const masks = new Map<number, Int32Array>();
  const result = resizedTo(image, axis, wanted);
  const [from, to] = [linesOf(source, axis), linesOf(result, axis)];
  let place = 0.5 * rest - 0.5 - ((1 + more) / 2 - 1);
  for (let i = 0; i < wanted; i++) {
    const first = Math.trunc(place);
    const position = ((Math.trunc(place * POSITIONS * 2) & (POSITIONS * 2 - 1)) + 1) >> 1;
    let mask = masks.get(position);
    if (mask === undefined) {
      mask = lanczosMask(points, rest, position / POSITIONS);
      masks.set(position, mask);
    }
    for (let block = 0; block < to.blocks; block++) {
      for (let side = 0; side < to.side; side++) {
        let sum = ONE >> 1;
        for (let k = 0; k < points; k++) {
          const at = Math.min(Math.max(first + k - before, 0), from.length - 1);
          sum += (mask[k] as number) * (source.data[block * from.block + at * from.step + side] as number);
        }
        result.data[block * to.block + i * to.step + side] = clipped(sum >> FRACTION_BITS);
      }
    }
    place += rest;
  }
  return result;
}

/** Means of so many pixels each along an axis; the last block goes on with the last pixel. */
function blockMeans(image: Pixels<number>, size: number, axis: Axis): Pixels<number> {
  const from = linesOf(image, axis);
  const result = resizedTo(image, axis, Math.ceil(from.length / size));
  const to = linesOf(result, axis);
  const share = Math.floor(2 ** 24 / size);
  for (let i = 0; i < to.length; i++) {
    for (let block = 0; block < to.blocks; block++) {
      for (let side = 0; side < to.side; side++) {
        let sum = size >> 1;
        for (let k = 0; k < size; k++) {
          const at = Math.min(i * size + k, from.length - 1);
          sum += image.data[block * from.block + at * from.step + side] as number;
        }
        result.data[block * to.block + i * to.step + side] = Math.floor((sum * share) / 2 ** 24);
      }
    }
  }
  return result;
}

/** The weights of `points` pixels around a place at a fraction of the way between two. */
function lanczosMask(points: number, factor: number, fraction: number): Int32Array {
  const centre = fraction + points / 2 - 1;
  const scale = 1 / factor;
  const weights = Array.from({ length: points }, (_, i) => lanczos3((i - centre) * scale));
  const sum = weights.reduce((a, b) => a + b, 0);
  return Int32Array.from(weights, (weight) => Math.trunc((weight / sum) * ONE));
}

function lanczos3(x: number): number {
  return x >= -3 && x <= 3 ? sinc(x) * sinc(x / 3) : 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
}

/** Enlarges both axes by factors from 1 on. */
function enlarged(image: Pixels<number>, across: number, down: number): Pixels<number> {
  const { data, channels } = image;
  const width = Math.floor(image.width * across + 0.5);
  const height = Math.floor(image.height * down + 0.5);
  const result = { width, height, channels, data: new Uint8Array(width * height * channels) };
  const shrink = 1 / (across * down);
  const columns = stencils(width, image.width, shrink * down);
  const rows = stencils(height, image.height, shrink * across);
  const row = image.width * channels;
  let to = 0;
  for (const vertical of rows) {
    for (const horizontal of columns) {
      for (let c = 0; c < channels; c++) {
        let sum = ONE >> 1;
        for (let j = 0; j < 4; j++) {
          const start = (vertical.at[j] as number) * row + c;
          let line = ONE >> 1;
          for (let i = 0; i < 4; i++) {
            line +=
              (horizontal.weights[i] as number) * (data[start + (horizontal.at[i] as number) * channels] as number);
          }
          sum += (vertical.weights[j] as number) * (line >> FRACTION_BITS);
        }
        result.data[to++] = clipped(sum >> FRACTION_BITS);
      }
    }
  }
  return result;
}

interface Stencil {
  readonly at: readonly number[];
  readonly weights: readonly number[];
}

/** Which four pixels make each pixel of an enlarged axis, and their weights. */
function stencils(count: number, length: number, step: number): readonly Stencil[] {
  // Two pixels in, where the border that goes on has been added; libvips 8.18 shifts by half a pixel, whatever the factor.
  let place = 2 - 0.5;
  return Array.from({ length: count }, () => {
    const first = Math.trunc(place) - 3;
    const position = ((Math.trunc(place * POSITIONS * 2) & (POSITIONS * 2 - 1)) + 1) >> 1;
    place += step;
    return {
      at: [0, 1, 2, 3].map((i) => Math.min(Math.max(first + i, 0), length - 1)),
      weights: catmullRom(position / POSITIONS).map((weight) => Math.trunc(weight * ONE)),
    };
  });
}

/** The weights of four pixels for a place at a fraction of the way between the second and the third. */
function catmullRom(x: number): readonly number[] {
  const left = -0.5 * x * (1 - x) * (1 - x);
  const right = -0.5 * x * x * (1 - x);
  const slope = right - left;
  return [left, 1 - x - left + slope, x - right - slope, right];
}

function clipped(value: number): number {
  return Math.min(255, Math.max(0, value));
}

/** To the nearest integer, halves to the even one. */
function roundToEven(x: number): number {
  const below = Math.floor(x);
  return x - below === 0.5 ? 2 * Math.round(below / 2) : Math.round(x);
}
