// How pictures are opened and made in a browser: its own decoders and a canvas.
import { DescentError } from '@descent/core';
import { reason } from '../errors.ts';
import type { Pixels } from '../image/grey.ts';
import { imageHeader } from '../image/headers.ts';
import { corruptImage, tooManyPixels } from '../image/image-error.ts';
import { resampled } from '../image/resample.ts';
import type { DecodeOptions } from '../node/pixels.ts';

/** What is used of a browser here; the types of Node do not know it. */
interface Browser {
  createImageBitmap(picture: Blob, options: Readonly<Record<string, string>>): Promise<Bitmap>;
  readonly OffscreenCanvas: new (width: number, height: number) => Canvas;
  readonly ImageData: new (data: Uint8ClampedArray, width: number, height: number) => ImageData;
}

interface Bitmap {
  readonly width: number;
  readonly height: number;
  close(): void;
}

interface ImageData {
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

interface Canvas {
  getContext(kind: '2d', options: Readonly<Record<string, unknown>>): Context | null;
  convertToBlob(options: { readonly type: string }): Promise<Blob>;
}

interface Context {
  drawImage(bitmap: Bitmap, x: number, y: number): void;
  getImageData(x: number, y: number, width: number, height: number): ImageData;
  putImageData(data: ImageData, x: number, y: number): void;
}

/**
 * The pixels of a PNG, JPEG or WebP picture, upright, in sRGB, resized: RGB, with or without alpha.
 * @throws DataFileError for too many pixels, DataFormatError for a picture that cannot be decoded, DescentError where the browser has no canvas or alters it.
 */
export async function decodePixels(bytes: Uint8Array, file: string, options: DecodeOptions): Promise<Pixels<number>> {
  const { width, height, fit, maxPixels } = options;
  const browser = expectCanvas();
  const bitmap = await bitmapOf(browser, bytes, file, maxPixels);
  const { width: across, height: down } = bitmap;
  const { context } = canvasOf(browser, across, down);
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  const { data } = context.getImageData(0, 0, across, down);
  return resizedPixels(new Uint8Array(data.buffer), across, down, (pixels) =>
    fit === 'none' ? pixels : resampled(pixels, width, height, fit),
  );
}

/** Width and height of a picture turned upright. Throws as `decodePixels` does. */
export async function uprightSize(
  bytes: Uint8Array,
  file: string,
  maxPixels: number,
): Promise<Pick<Pixels, 'width' | 'height'>> {
  const bitmap = await bitmapOf(expectCanvas(), bytes, file, maxPixels);
  const { width, height } = bitmap;
  bitmap.close();
  return { width, height };
}

async function bitmapOf(browser: Browser, bytes: Uint8Array, file: string, maxPixels: number): Promise<Bitmap> {
  try {
    const header = imageHeader(bytes);
    if (header.width * header.height > maxPixels) {
      throw tooManyPixels(file, `${header.width} × ${header.height} pixels`, maxPixels);
    }
    return await browser.createImageBitmap(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: header.type }), {
      premultiplyAlpha: 'none',
      imageOrientation: 'from-image',
      // Without a profile the numbers are meant as sRGB; a gamma beside them is not looked at elsewhere.
      colorSpaceConversion: header.hasProfile ? 'default' : 'none',
    });
  } catch (cause) {
    throw cause instanceof DescentError ? cause : corruptImage(file, bytes.length, reason(cause), cause);
  }
}

/** Resizes RGBA pixels, those that are opaque as RGB. Where pixels are more or less transparent, colours count by as much as they are seen. */
function resizedPixels(
  rgba: Uint8Array,
  width: number,
  height: number,
  resize: (pixels: Pixels<number>) => Pixels<number>,
): Pixels<number> {
  const isOpaque = rgba.every((value, i) => i % 4 !== 3 || value === 255);
  if (isOpaque) return resize({ data: rgba.filter((_, i) => i % 4 !== 3), width, height, channels: 3 });
  const weigh = (value: number, alpha: number): number => Math.round((value * alpha) / 255);
  const unweigh = (value: number, alpha: number): number =>
    alpha === 0 ? 0 : Math.min(255, Math.round((value * 255) / alpha));
  const changed = (data: Uint8Array, change: (value: number, alpha: number) => number): Uint8Array =>
    data.map((value, i) => (i % 4 === 3 ? value : change(value, data[i | 3] as number)));
  const resized = resize({ data: changed(rgba, weigh), width, height, channels: 4 });
  return { ...resized, data: changed(resized.data, unweigh) };
}

/** The bytes of a PNG file of interleaved grey or RGB pixels. */
export async function encodePng({ data, width, height, channels }: Pixels): Promise<Uint8Array> {
  const browser = expectCanvas();
  const { canvas, context } = canvasOf(browser, width, height);
  const rgba = Uint8ClampedArray.from({ length: 4 * width * height }, (_, i) =>
    i % 4 === 3 ? 255 : (data[channels === 1 ? i >> 2 : 3 * (i >> 2) + (i & 3)] as number),
  );
  context.putImageData(new browser.ImageData(rgba, width, height), 0, 0);
  return new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
}

function canvasOf({ OffscreenCanvas }: Browser, width: number, height: number): { canvas: Canvas; context: Context } {
  const canvas = new OffscreenCanvas(width, height);
  // Read back at once, so a canvas in the memory of the processor is the quicker one.
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context !== null) return { canvas, context };
  throw new DescentError('the browser gives no canvas of this size', { received: `${width} × ${height} pixels` });
}

/** The numbers of the side of a square that shows whether a canvas gives back what was put into it. */
const PROBE = 16;

/** The browser, once it has shown that a canvas keeps pixels: some change them a little, so that pages cannot tell users by them. */
function expectCanvas(): Browser {
  const browser = globalThis as unknown as Browser;
  if (typeof browser.createImageBitmap !== 'function' || typeof browser.OffscreenCanvas !== 'function') {
    throw new DescentError('images need createImageBitmap and OffscreenCanvas, which this browser does not have', {
      fix: 'use a browser of 2023 or later',
    });
  }
  const pixels = Uint8ClampedArray.from({ length: 4 * PROBE * PROBE }, (_, i) => (i % 4 === 3 ? 255 : (i * 37) % 256));
  const { context } = canvasOf(browser, PROBE, PROBE);
  context.putImageData(new browser.ImageData(pixels, PROBE, PROBE), 0, 0);
  const back = context.getImageData(0, 0, PROBE, PROBE).data;
  if (pixels.every((value, i) => back[i] === value)) return browser;
  throw new DescentError('this browser changes the pixels of pictures that a page reads', {
    received: 'other pixels than were put into a canvas',
    expected: 'the same pixels',
    fix: 'switch off the protection against fingerprinting for this page, since a network would learn and answer from altered pictures',
  });
}
