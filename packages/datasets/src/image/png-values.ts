import { inflate } from '#platform/compression.js';
import { DataFileError, DataFormatError, reason } from '../errors.ts';
import { joined } from '../sources/pieces.ts';
import { imageHeader } from './headers.ts';
import { corruptImage, tooManyPixels } from './image-error.ts';

/** The numbers of a PNG file as they are written, not as colours on a screen. */
export interface PngValues {
  readonly width: number;
  readonly height: number;
  /** What a number is: a level of grey, the number of a colour of `palette`, or one of the parts of a colour. */
  readonly kind: 'grey' | 'index' | 'colour';
  /** Numbers of a pixel, side by side; the last of 2 or 4 is its opacity. */
  readonly channels: number;
  /** Bits of a number. */
  readonly depth: number;
  readonly values: Uint8Array | Uint16Array;
  /** Red, green and blue of each colour by number, for `index`. */
  readonly palette: Uint8Array;
}

const KINDS: Readonly<Record<number, readonly [kind: PngValues['kind'], channels: number]>> = {
  0: ['grey', 1],
  2: ['colour', 3],
  3: ['index', 1],
  4: ['grey', 2],
  6: ['colour', 4],
};

/**
 * Reads the numbers of a PNG file (its bytes), of any depth and kind of colours.
 * @throws DataFormatError when it is not a whole PNG file, or an interlaced one; DataFileError when it has more pixels than `maxPixels`.
 */
export async function pngValues(bytes: Uint8Array, file: string, maxPixels: number): Promise<PngValues> {
  const { width, height, depth, kind, channels } = headerOf(bytes, file);
  if (width * height > maxPixels) throw tooManyPixels(file, `${width} × ${height} pixels`, maxPixels);
  const rowBytes = Math.ceil((width * channels * depth) / 8);
  const size = height * (1 + rowBytes);
  const { pieces, palette } = partsOf(bytes);
  let rows: Uint8Array | undefined;
  try {
    rows = await inflate(await joined(pieces), size);
  } catch (cause) {
    throw corruptImage(file, bytes.length, reason(cause), cause);
  }
  if (rows?.length !== size)
    throw corruptImage(file, bytes.length, `${rows === undefined ? 'more' : rows.length} bytes for ${size} of pixels`);
  const step = Math.max(1, (channels * depth) >> 3);
  const plain = unfiltered(rows, height, rowBytes, step, (filter) =>
    corruptImage(file, bytes.length, `a row of kind ${filter}`),
  );
  return {
    width,
    height,
    kind,
    channels,
    depth,
    values: unpacked(plain, width * channels, height, rowBytes, depth),
    palette,
  };
}

function headerOf(bytes: Uint8Array, file: string): Omit<PngValues, 'values' | 'palette'> {
  if (bytes[0] !== 0x89 || bytes[1] !== 0x50) {
    throw new DataFormatError('this is no PNG file', {
      file,
      offset: 0,
      received: bytes.length === 0 ? 'an empty file' : `first bytes ${[...bytes.subarray(0, 4)].join(', ')}`,
      expected: 'a PNG file, which keeps every number as it is',
      fix: 'make PNG files from the numbers: JPEG changes them, and a converted JPEG file has them changed already',
    });
  }
  let size: { readonly width: number; readonly height: number };
  try {
    size = imageHeader(bytes);
  } catch (cause) {
    throw corruptImage(file, bytes.length, reason(cause), cause);
  }
  const [depth, colours, , , interlaced] = bytes.subarray(24, 29) as unknown as [
    number,
    number,
    number,
    number,
    number,
  ];
  const [kind, channels] = KINDS[colours] ?? [];
  if (
    kind === undefined ||
    channels === undefined ||
    ![1, 2, 4, 8, 16].includes(depth) ||
    (depth < 8 && channels > 1)
  ) {
    throw corruptImage(file, bytes.length, `colours of kind ${colours} with ${depth} bits`);
  }
  if (interlaced !== 0) {
    throw new DataFileError('the PNG file is interlaced', {
      file,
      received: 'pixels in the order of Adam7',
      expected: 'pixels row by row',
      fix: 'save it again without interlacing',
    });
  }
  return { width: size.width, height: size.height, depth, kind, channels };
}

/** The compressed pixels, in pieces, and the colours of a file that was looked at. */
function partsOf(bytes: Uint8Array): { readonly pieces: readonly Uint8Array[]; readonly palette: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pieces: Uint8Array[] = [];
  let palette = new Uint8Array();
  for (let at = 8; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at);
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (name === 'IDAT') pieces.push(body);
    if (name === 'PLTE') palette = body.slice();
    if (name === 'IEND') break;
    at += 12 + length;
  }
  return { pieces, palette };
}

/** Rows without their filters (PNG specification, 9.2). */
function unfiltered(
  rows: Uint8Array,
  height: number,
  rowBytes: number,
  step: number,
  unknown: (filter: number) => Error,
): Uint8Array {
  const out = new Uint8Array(height * rowBytes);
  for (let y = 0; y < height; y++) {
    const from = y * (1 + rowBytes);
    const to = y * rowBytes;
    const filter = rows[from] as number;
    if (filter > 4) throw unknown(filter);
    for (let i = 0; i < rowBytes; i++) {
      const left = i < step ? 0 : (out[to + i - step] as number);
      const up = y === 0 ? 0 : (out[to + i - rowBytes] as number);
      const corner = i < step || y === 0 ? 0 : (out[to + i - rowBytes - step] as number);
      out[to + i] = (rows[from + 1 + i] as number) + predicted(filter, left, up, corner);
    }
  }
  return out;
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** One number an element; rows begin with a byte of their own. */
function unpacked(
  rows: Uint8Array,
  perRow: number,
  height: number,
  rowBytes: number,
  depth: number,
): PngValues['values'] {
  if (depth === 8) return rows;
  const out = depth === 16 ? new Uint16Array(perRow * height) : new Uint8Array(perRow * height);
  const mask = 2 ** depth - 1;
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < perRow; i++) {
      const bit = i * depth;
      const at = y * rowBytes + (bit >> 3);
      out[y * perRow + i] =
        depth === 16
          ? ((rows[at] as number) << 8) | (rows[at + 1] as number)
          : ((rows[at] as number) >> (8 - depth - (bit & 7))) & mask;
    }
  }
  return out;
}
