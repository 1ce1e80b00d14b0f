import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import {
  concatDatasets,
  DataFileError,
  DataFormatError,
  loadImage,
  map,
  mnistSample,
  normalize,
  prepareImage,
  subset,
  toFloat,
  transformed,
  writePng,
} from '../src/public/index.ts';
import { folder, rejection } from './helpers.ts';

/** A picture of one colour with a filled rectangle in another, as `format`. */
async function picture(
  {
    width = 28,
    height = 28,
    paper = '#ffffff',
    ink = '#000000',
  }: { width?: number; height?: number; paper?: string; ink?: string },
  format: 'png' | 'jpeg' | 'webp' = 'png',
): Promise<Buffer> {
  const stroke = await sharp({ create: { width: width >> 1, height: height >> 1, channels: 3, background: ink } })
    .png()
    .toBuffer();
  return sharp({ create: { width, height, channels: 4, background: paper } })
    .composite([{ input: stroke }])
    .toFormat(format)
    .toBuffer();
}

function pixel(image: { shape: readonly number[]; data: Uint8Array }, channel: number, y: number, x: number): number {
  const [, , height, width] = image.shape as [number, number, number, number];
  return image.data[(channel * height + y) * width + x] as number;
}

describe('loadImage', () => {
  test('gives back the exact pixels of a digit that writePng wrote', async () => {
    const digit = subset(await mnistSample({ train: false }), [3]).x;
    const path = join(folder(), 'digit.png');
    await writePng(path, digit);
    const image = await loadImage(path);
    expect(image.shape).toEqual([1, 1, 28, 28]);
    expect(image.data).toEqual(digit.data);
    expect((await sharp(path).metadata()).channels).toBe(1);
  });

  test('inverts dark on bright, leaves bright on dark, and obeys true and false', async () => {
    const dark = await picture({});
    const bright = await picture({ paper: '#000000', ink: '#ffffff' });
    for (const source of [dark, bright]) {
      const image = await loadImage(source);
      expect([pixel(image, 0, 14, 14), pixel(image, 0, 1, 1), pixel(image, 0, 14, 1)]).toEqual([255, 0, 0]);
    }
    expect(pixel(await loadImage(dark, { invert: false }), 0, 14, 14)).toBe(0);
    expect(pixel(await loadImage(bright, { invert: true }), 0, 14, 14)).toBe(0);
  });

  test.each(['png', 'jpeg', 'webp'] as const)('reads and resizes a large %s', async (format) => {
    const image = await loadImage(await picture({ width: 300, height: 300 }, format));
    expect(image.shape).toEqual([1, 1, 28, 28]);
    expect(pixel(image, 0, 14, 14)).toBeGreaterThan(250);
    expect(pixel(image, 0, 2, 2)).toBeLessThan(5);
  });

  test('contain pads with the background, fill stretches', async () => {
    const wide = await picture({ width: 56, height: 28 });
    const contained = await loadImage(wide, { invert: false });
    expect([pixel(contained, 0, 14, 14), pixel(contained, 0, 2, 14), pixel(contained, 0, 9, 2)]).toEqual([0, 255, 255]);
    const filled = await loadImage(wide, { invert: false, fit: 'fill' });
    expect([pixel(filled, 0, 14, 14), pixel(filled, 0, 8, 14), pixel(filled, 0, 2, 14)]).toEqual([0, 0, 255]);
  });

  test('three channels are planes, in any size', async () => {
    const image = await loadImage(await picture({ paper: '#102030', ink: '#ff8000' }), {
      channels: 3,
      width: 40,
      height: 28,
    });
    expect(image.shape).toEqual([1, 3, 28, 40]);
    expect([0, 1, 2].map((c) => pixel(image, c, 14, 20))).toEqual([255, 128, 0]);
    expect([0, 1, 2].map((c) => pixel(image, c, 14, 2))).toEqual([16, 32, 48]);
  });

  test('transparency is white paper', async () => {
    const image = await loadImage(await picture({ paper: '#00000000' }), { invert: false });
    expect([pixel(image, 0, 14, 14), pixel(image, 0, 1, 1)]).toEqual([0, 255]);
  });

  test('16-bit grey and EXIF orientation', async () => {
    const raw = { width: 28, height: 28, channels: 1 } as const;
    const deep = await sharp(
      new Uint16Array(784).map((_, i) => (i < 392 ? 0 : 0xffff)),
      { raw },
    )
      .toColourspace('grey16')
      .png()
      .toBuffer();
    expect((await sharp(deep).metadata()).depth).toBe('ushort');
    const image = await loadImage(deep, { invert: false });
    expect([pixel(image, 0, 2, 14), pixel(image, 0, 25, 14)]).toEqual([0, 255]);
    const turned = await sharp(deep).toColourspace('b-w').jpeg().withMetadata({ orientation: 3 }).toBuffer();
    const upright = await loadImage(turned, { invert: false });
    expect(pixel(upright, 0, 2, 14)).toBeGreaterThan(250);
    expect(pixel(upright, 0, 25, 14)).toBeLessThan(5);
  });

  test('what is no image is a typed error', async () => {
    const png = await picture({ width: 200, height: 200 });
    const root = folder({
      'note.txt': Buffer.from('seven'),
      'empty.png': new Uint8Array(0),
      'cut.png': png.subarray(0, png.length >> 1),
      'drawing.svg': Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="28" height="28"/>'),
    });
    const text = await rejection(loadImage(join(root, 'note.txt')));
    expect(text).toBeInstanceOf(DataFormatError);
    expect(text.message).toContain('received: first bytes 73 65 76 65 6e\n  expected: a PNG, JPEG or WebP file');
    expect((await rejection(loadImage(join(root, 'empty.png')))).message).toContain('received: an empty file');
    expect((await rejection(loadImage(join(root, 'drawing.svg')))).message).toContain('this is not an image');
    const cut = await rejection(loadImage(join(root, 'cut.png')));
    expect(cut).toBeInstanceOf(DataFormatError);
    expect(cut.message).toContain('cut.png: the image is corrupt or truncated');
    expect(await rejection(loadImage(join(root, 'none.png')))).toBeInstanceOf(DataFileError);
  });

  test('files and images above the limits are refused', async () => {
    const png = await picture({ width: 200, height: 200 });
    const bytes = await rejection(loadImage(png, { limit: 100 }));
    expect(bytes).toBeInstanceOf(DataFileError);
    expect(bytes.message).toContain(`received: ${png.length} bytes\n  expected: at most 100 bytes`);
    // 42 million pixels, but in rows that take gigabytes.
    const long = Buffer.from(png);
    long.writeUInt32BE(4_194_316, 16);
    long.writeUInt32BE(10, 20);
    expect(await rejection(loadImage(long))).toBeInstanceOf(DataFileError);
    expect((await rejection(loadImage(long))).message).toMatch(/4194316 × 10 pixels[\s\S]*at most 65535/);
    const pixels = await rejection(loadImage(png, { maxPixels: 39_999 }));
    expect(pixels).toBeInstanceOf(DataFileError);
    expect(pixels.message).toContain('expected: at most 39999 pixels');
    expect((await loadImage(png, { maxPixels: 40_000 })).shape).toEqual([1, 1, 28, 28]);
  });

  test.each<[Record<string, unknown>, string]>([
    [{ width: 0 }, 'width is out of range\n  received: 0'],
    [{ height: 1.5 }, 'height is out of range'],
    [{ channels: 4 }, 'channels has no such setting\n  received: 4\n  expected: 1, 3'],
    [{ invert: 'maybe' }, 'expected: "auto", true, false'],
    [{ fit: 'cover' }, 'expected: "contain", "fill"'],
    [{ heigth: 28 }, "loadImage has no option 'heigth'"],
  ])('refuses %j', async (options, message) => {
    expect((await rejection(loadImage(await picture({}), options))).message).toContain(message);
  });
});

describe('writePng', () => {
  test('takes [height, width] too', async () => {
    const path = join(folder(), 'two.png');
    await writePng(path, { dtype: 'uint8', shape: [1, 2], data: Uint8Array.of(0, 200) });
    expect(readFileSync(path).subarray(1, 4).toString()).toBe('PNG');
    const { data, info } = await sharp(path).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
    expect([Array.from(data), info.width, info.height, info.channels]).toEqual([[0, 200], 2, 1, 1]);
  });

  test('refuses what is not one grey image of bytes', async () => {
    const path = join(folder(), 'x.png');
    const floats = { dtype: 'float32', shape: [1, 1], data: new Float32Array(1) } as const;
    const two = { dtype: 'uint8', shape: [2, 1, 4, 4], data: new Uint8Array(32) } as const;
    expect((await rejection(writePng(path, floats))).message).toContain('received: float32');
    expect((await rejection(writePng(path, two))).message).toContain('received: [2, 1, 4, 4] with 32 bytes');
    const one = { dtype: 'uint8', shape: [1, 1], data: new Uint8Array(1) } as const;
    const error = await rejection(writePng(join(path, 'no', 'folder.png'), one));
    expect(error.message).toMatch(/the picture cannot be written[\s\S]*the folder is not there \(ENOENT\)/);
  });
});

describe('prepareImage', () => {
  test('opens what writePng wrote in colour, on any scale', async () => {
    const data = Uint8Array.from({ length: 3 * 4 * 5 }, (_, i) => (i * 37) % 256);
    const path = join(folder(), 'photo.png');
    await writePng(path, { dtype: 'uint8', shape: [3, 4, 5], data });
    const size = { width: 5, height: 4, channels: 3 } as const;
    expect((await prepareImage(path, size)).x).toEqual({ dtype: 'uint8', shape: [3, 4, 5], data });
    const turned = await prepareImage(path, { ...size, invert: true, dtype: 'float32', range: [-1, 1] });
    expect(turned.inverted).toBe(true);
    expect(turned.x.data).toEqual(Float32Array.from(data, (v) => -1 + 2 * ((255 - v) / 255)));
    const few = await prepareImage(path, { ...size, range: [0, 16] });
    expect(few.x.data).toEqual(data.map((v) => Math.round((v * 16) / 255)));
  });

  test('datasets say how their pictures are prepared, as long as it is known', async () => {
    const digits = subset(await mnistSample(), [0, 1]);
    const floats = transformed(digits, [toFloat()]);
    expect(floats.pictures?.transforms).toEqual([toFloat()]);
    expect(transformed(floats, [normalize(0.5, 0.5)]).pictures?.transforms).toHaveLength(2);
    expect(concatDatasets([digits, digits]).pictures).toEqual(digits.pictures);
    expect(concatDatasets([floats, transformed(digits, [toFloat({ scale: 1 })])]).pictures).toBeUndefined();
    expect(map(digits, (item) => item).pictures).toBeUndefined();
  });
});
