import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { imageHeader } from '../src/image/headers.ts';
import { resampled } from '../src/image/resample.ts';
import { noise } from './mirror.ts';

type Case = readonly [width: number, height: number, toWidth: number, toHeight: number];

/** Factors below and above those at which blocks are averaged, of one axis and of both, whole and not; and a single pixel. */
const SIZES: readonly Case[] = [
  [28, 28, 28, 28],
  [40, 33, 28, 28],
  [301, 17, 28, 28],
  [640, 480, 28, 28],
  [113, 451, 10, 40],
  [224, 224, 28, 28],
  [29, 31, 28, 30],
  [8, 8, 28, 28],
  [5, 4, 61, 40],
  [13, 90, 40, 12],
  [90, 13, 12, 40],
  [1, 1, 7, 5],
  [2, 700, 1, 3],
  [57, 57, 57, 19],
  [19, 57, 57, 57],
];

describe('pictures are resized as by sharp, to the bit', () => {
  const cases = SIZES.flatMap((sizes) =>
    (['inside', 'fill'] as const).flatMap((fit) => ([1, 3] as const).map((channels) => ({ sizes, fit, channels }))),
  );
  test.each(cases)(
    '$sizes, $fit, $channels channels',
    async ({ sizes: [width, height, toWidth, toHeight], fit, channels }) => {
      const rough = noise(width * height * channels, width * height);
      const data = rough.map((value, i) => (i % 3 === 0 ? value : 128 + 120 * Math.sin(i / 50)));
      const { data: expected, info } = await sharp(data, { raw: { width, height, channels } })
        .toColourspace(channels === 1 ? 'b-w' : 'srgb')
        .resize(toWidth, toHeight, { fit })
        .raw()
        .toBuffer({ resolveWithObject: true });
      const result = resampled({ data, width, height, channels }, toWidth, toHeight, fit);
      expect([result.width, result.height]).toEqual([info.width, info.height]);
      expect(Buffer.from(result.data).equals(expected)).toBe(true);
    },
  );
});

describe('what the bytes of a picture say about it', () => {
  const data = noise(3 * 37 * 23);
  const picture = (): Sharp => sharp(data, { raw: { width: 37, height: 23, channels: 3 } });

  test.each<[string, () => Promise<Buffer>]>([
    ['PNG', () => picture().png().toBuffer()],
    ['interlaced PNG', () => picture().png({ progressive: true }).toBuffer()],
    ['JPEG', () => picture().jpeg().toBuffer()],
    ['progressive JPEG', () => picture().jpeg({ progressive: true }).toBuffer()],
    ['JPEG with restarts', () => picture().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer()],
    ['WebP', () => picture().webp().toBuffer()],
    ['lossless WebP', () => picture().webp({ lossless: true }).toBuffer()],
  ])('%s', async (name, make) => {
    const bytes = new Uint8Array(await make());
    const type = name.endsWith('PNG') ? 'image/png' : name.endsWith('WebP') ? 'image/webp' : 'image/jpeg';
    expect(imageHeader(bytes)).toEqual({ type, width: 37, height: 23, hasProfile: false });
    for (const share of [0.1, 0.5, 0.9, 1 - 1 / bytes.length]) {
      const cut = bytes.slice(0, Math.floor(share * bytes.length));
      if (cut.length > 12) expect(() => imageHeader(cut), String(share)).toThrow(Error);
    }
  });

  test('a profile is seen', async () => {
    for (const make of [() => picture().png(), () => picture().jpeg(), () => picture().webp()]) {
      const bytes = await make().withIccProfile('p3').toBuffer();
      expect(imageHeader(new Uint8Array(bytes)).hasProfile).toBe(true);
    }
  });

  test('a part of a PNG file that was changed is told', async () => {
    const bytes = new Uint8Array(await picture().png().toBuffer());
    expect(() => imageHeader(bytes.with(80, (bytes[80] as number) ^ 4))).toThrow('a wrong checksum of its part IDAT');
  });
});
