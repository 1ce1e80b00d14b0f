// How pictures are opened and made in Node: by sharp.
import type { DescentError } from '@descent/core';
import { reason } from '../errors.ts';
import type { Pixels } from '../image/grey.ts';
import { corruptImage, tooManyPixels } from '../image/image-error.ts';
import { loadSharp } from './sharp.ts';

export interface DecodeOptions {
  readonly width: number;
  readonly height: number;
  /** `inside` keeps the proportions, `none` the size of the picture. */
  readonly fit: 'inside' | 'fill' | 'none';
  readonly maxPixels: number;
}

/**
 * The pixels of a PNG, JPEG or WebP picture, upright, in sRGB, resized: grey or RGB, with or without alpha.
 * @throws DataFileError for too many pixels, DataFormatError for a picture that cannot be decoded.
 */
export async function decodePixels(bytes: Uint8Array, file: string, options: DecodeOptions): Promise<Pixels<number>> {
  const { width, height, fit, maxPixels } = options;
  const sharp = await loadSharp();
  try {
    const upright = sharp(bytes, { limitInputPixels: maxPixels, failOn: 'error' })
      .autoOrient()
      // Grey comes later: that of the library is of other weights, in linear light.
      .toColourspace('srgb');
    const { data, info } = await (fit === 'none' ? upright : upright.resize(width, height, { fit }))
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    // Not a Buffer, which is slower in loops.
    const pixels = new Uint8Array(data.buffer, data.byteOffset, data.length);
    return { data: pixels, width: info.width, height: info.height, channels: info.channels };
  } catch (cause) {
    throw undecodable(cause, bytes, file, maxPixels);
  }
}

/** Width and height of a picture turned upright. Throws as `decodePixels` does. */
export async function uprightSize(
  bytes: Uint8Array,
  file: string,
  maxPixels: number,
): Promise<Pick<Pixels, 'width' | 'height'>> {
  const sharp = await loadSharp();
  try {
    const { autoOrient } = await sharp(bytes, { limitInputPixels: maxPixels }).metadata();
    return { width: autoOrient.width, height: autoOrient.height };
  } catch (cause) {
    throw undecodable(cause, bytes, file, maxPixels);
  }
}

function undecodable(cause: unknown, bytes: Uint8Array, file: string, maxPixels: number): DescentError {
  const message = reason(cause);
  return message.includes('exceeds pixel limit')
    ? tooManyPixels(file, 'more pixels than the limit', maxPixels, cause)
    : corruptImage(file, bytes.length, message, cause);
}

/** The bytes of an 8-bit PNG file of interleaved grey or RGB pixels. */
export async function encodePng({ data, width, height, channels }: Pixels): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const png = await sharp(data, { raw: { width, height, channels } })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .png()
    .toBuffer();
  return new Uint8Array(png.buffer, png.byteOffset, png.length);
}
