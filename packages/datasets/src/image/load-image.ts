import { expectOptions, type NDArray, ValueError } from '@descent/core';
import { decodePixels } from '#platform/pixels.js';
import { DataFileError, DataFormatError } from '../errors.ts';
import { type DataSource, sourceBytes, sourceName } from '../sources/source.ts';
import { type Box, centered } from './centered.ts';
import { opaque, type Pixels } from './grey.ts';

export interface LoadImageOptions {
  /** Default 28. */
  readonly width?: number;
  /** Default 28. */
  readonly height?: number;
  /** 1 for grey (the default), 3 for RGB. */
  readonly channels?: 1 | 3;
  /**
   * Exchange dark and bright. MNIST is white on black, but people write dark on bright paper, so `'auto'` (the default) inverts an image
   * whose border is brighter than middle grey on average, since the border shows the background.
   */
  readonly invert?: 'auto' | boolean;
  /**
   * `'contain'` (the default) keeps the proportions and pads with the colour of the border; `'fill'` stretches. `'mnist'`, for grey, prepares a drawing as
   * MNIST did its digits: levels spread from the background to white, cut to what is drawn, 20/28 of the size, the centre of mass in the middle.
   */
  readonly fit?: ImageFit;
  /** The most bytes of a file. Default 64 MiB. */
  readonly limit?: number;
  /** The most pixels of an image, against small files that unpack to huge ones. Default 50 million. */
  readonly maxPixels?: number;
}

export type ImageFit = 'contain' | 'fill' | 'mnist';

const MAX_SIDE = 16_384;
/** Of a file; JPEG cannot say more. */
const LONGEST_SIDE = 65_535;

/**
 * Opens a PNG, JPEG or WebP file (or its bytes) as one input of a network: uint8 `[1, channels, height, width]`, by default `[1, 1, 28, 28]`.
 * Turned upright by its EXIF tag, resized, transparency on white, grey (as Pillow's `convert('L')`) or RGB, and inverted where `invert` says so.
 * Pixels are the same in Node and in browsers for PNG without transparency; JPEG and WebP, colour profiles and transparency differ by a few levels.
 * @throws DataFileError when the file is missing or too large, DataFormatError when it is not a readable image, ValueError for a bad option.
 */
export async function loadImage(source: DataSource, options: LoadImageOptions = {}): Promise<NDArray<'uint8'>> {
  return (await decodeImage(source, options)).x;
}

/** A decoded image, whether dark and bright were exchanged, and the part of the picture that is in it. */
export interface DecodedImage {
  readonly x: NDArray<'uint8'>;
  readonly inverted: boolean;
  /** `null` where it is all of the picture. */
  readonly box: Box | null;
  /** The part of the image that shows the picture; around it is the colour of the border. */
  readonly placed: Placed;
}

export interface Placed {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** As `loadImage`; `file` is the name in errors. */
export async function decodeImage(
  source: DataSource,
  options: LoadImageOptions,
  file: string = sourceName(source, 'image data'),
): Promise<DecodedImage> {
  const { width, height, channels, invert, fit, limit, maxPixels } = checkedImageOptions(options);
  const bytes = await sourceBytes('loadImage', source, limit, file);
  checkSignature(bytes, file);
  checkSides(bytes, file);
  const size = { width, height, fit: FITS[fit], maxPixels } as const;
  const image = opaque(await decodePixels(bytes, file, size), channels);
  const background = borderMeans(image);
  const bright = background.reduce((a, b) => a + b, 0) / channels > 127.5;
  const inverted = invert === 'auto' ? bright : invert;
  const shape = [1, channels, height, width];
  if (fit === 'mnist') {
    const [level] = background as [number];
    if (inverted) exchange(image.data);
    const { data, box, placed } = centered(image, inverted ? 255 - level : level, { width, height });
    return { x: { dtype: 'uint8', shape, data }, inverted, box, placed };
  }
  const place: Placed = {
    left: (width - image.width) >> 1,
    top: (height - image.height) >> 1,
    width: image.width,
    height: image.height,
  };
  const data = onCanvas(image, width, height, place, background);
  if (inverted) exchange(data);
  return { x: { dtype: 'uint8', shape, data }, inverted, box: null, placed: place };
}

/** How pictures are resized while they are decoded. */
const FITS = { contain: 'inside', fill: 'fill', mnist: 'none' } as const;

/** Dark becomes bright, and bright dark. */
function exchange(data: Uint8Array): void {
  for (let i = 0; i < data.length; i++) data[i] = 255 - (data[i] as number);
}

/** The mean of each channel over the outermost pixels. */
function borderMeans({ data, width, height, channels }: Pixels): number[] {
  const sums = new Array<number>(channels).fill(0);
  let count = 0;
  for (let y = 0; y < height; y++) {
    // Inside, only the first and the last pixel of a row.
    const step = y === 0 || y === height - 1 ? 1 : Math.max(1, width - 1);
    for (let x = 0; x < width; x += step) {
      count += 1;
      for (let c = 0; c < channels; c++)
        sums[c] = (sums[c] as number) + (data[(y * width + x) * channels + c] as number);
    }
  }
  return sums.map((sum) => sum / count);
}

/** The image on a canvas of the background colour, channel by channel: `[channels, height, width]`. */
function onCanvas(
  image: Pixels,
  width: number,
  height: number,
  { left, top }: Placed,
  background: readonly number[],
): Uint8Array {
  const { channels } = image;
  const plane = height * width;
  const data = new Uint8Array(channels * plane);
  if (image.width < width || image.height < height) {
    for (const [c, value] of background.entries()) data.fill(Math.round(value), c * plane, (c + 1) * plane);
  }
  const pixels = image.data;
  let from = 0;
  for (let y = 0; y < image.height; y++) {
    let to = (top + y) * width + left;
    const end = to + image.width;
    if (channels === 1) {
      data.set(pixels.subarray(from, from + image.width), to);
      from += image.width;
      continue;
    }
    for (; to < end; to++) {
      data[to] = pixels[from] as number;
      data[to + plane] = pixels[from + 1] as number;
      data[to + 2 * plane] = pixels[from + 2] as number;
      from += 3;
    }
  }
  return data;
}

/** Refuses whatever the image library could open beyond photos and drawings, such as SVG, which may refer to other files. */
function checkSignature(bytes: Uint8Array, file: string): void {
  const starts = (text: string, at = 0): boolean => [...text].every((char, i) => bytes[at + i] === char.charCodeAt(0));
  if (starts('\x89PNG\r\n\x1a\n') || starts('\xff\xd8\xff') || (starts('RIFF') && starts('WEBP', 8))) return;
  const first = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  throw new DataFormatError('this is not an image that Descent reads', {
    file,
    offset: 0,
    received: bytes.length === 0 ? 'an empty file' : `first bytes ${first}`,
    expected: 'a PNG, JPEG or WebP file',
    fix: 'convert the picture to PNG',
  });
}

/**
 * Refuses a PNG file that says it is longer than a JPEG file can be: rows of millions of pixels take gigabytes before the first is found to be
 * missing, within any number of pixels.
 */
function checkSides(bytes: Uint8Array, file: string): void {
  if (bytes[0] !== 0x89 || bytes.length < 24) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  if (width <= LONGEST_SIDE && height <= LONGEST_SIDE) return;
  throw new DataFileError('the image is too large', {
    file,
    received: `${width} × ${height} pixels`,
    expected: `at most ${LONGEST_SIDE} pixels on a side`,
    fix: 'make the picture smaller, or cut it into several',
  });
}

type Checked = Required<{ [K in keyof LoadImageOptions]: Exclude<LoadImageOptions[K], undefined> }>;

/** The options with the defaults filled in. Throws a `ValueError` for an unknown or wrong one. */
export function checkedImageOptions(options: LoadImageOptions): Checked {
  const defaults: Checked = {
    width: 28,
    height: 28,
    channels: 1,
    invert: 'auto',
    fit: 'contain',
    limit: 64 * 2 ** 20,
    maxPixels: 50_000_000,
  };
  expectOptions('loadImage', options, Object.keys(defaults));
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const all: Checked = { ...defaults, ...given };
  const sizes: readonly [string, number, number][] = [
    ['width', all.width, MAX_SIDE],
    ['height', all.height, MAX_SIDE],
    ['limit', all.limit, Number.MAX_SAFE_INTEGER],
    ['maxPixels', all.maxPixels, Number.MAX_SAFE_INTEGER],
  ];
  for (const [name, value, most] of sizes) {
    if (!Number.isInteger(value) || value < 1 || value > most) {
      throw new ValueError(`loadImage: ${name} is out of range`, {
        received: String(value),
        expected: `an integer from 1 to ${most}`,
      });
    }
  }
  const choices: readonly [string, unknown, readonly unknown[]][] = [
    ['channels', all.channels, [1, 3]],
    ['invert', all.invert, ['auto', true, false]],
    ['fit', all.fit, all.channels === 1 ? ['contain', 'fill', 'mnist'] : ['contain', 'fill']],
  ];
  for (const [name, value, allowed] of choices) {
    if (!allowed.includes(value)) {
      throw new ValueError(`loadImage: ${name} has no such setting`, {
        received: JSON.stringify(value),
        expected: allowed.map((a) => JSON.stringify(a)).join(', '),
      });
    }
  }
  return all;
}
