import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { pngValues } from '../src/image/png-values.ts';
import { rejection } from './helpers.ts';
import { pngFile } from './png-file.ts';

const MOST = 1e6;

describe('the numbers of a PNG file are those that were written', () => {
  test.each([
    [1, 0],
    [2, 0],
    [4, 0],
    [8, 0],
    [16, 0],
    [1, 3],
    [2, 3],
    [4, 3],
    [8, 3],
    [8, 2],
    [16, 2],
    [8, 4],
    [16, 4],
    [8, 6],
    [16, 6],
  ] as const)('with %i bits, colours of kind %i', async (depth, colours) => {
    const channels = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[colours];
    const [width, height] = [11, 5];
    const values = Array.from({ length: width * height * channels }, (_, i) => (i * 40_503 + 7) % 2 ** depth);
    const bytes = pngFile({ width, height, depth, colours, values });
    const png = await pngValues(bytes, 'a.png', MOST);
    expect([...png.values]).toEqual(values);
    expect(png).toMatchObject({
      width,
      height,
      depth,
      channels,
      kind: { 0: 'grey', 2: 'colour', 3: 'index', 4: 'grey', 6: 'colour' }[colours],
    });
  });

  test.each([1, 3, 4] as const)('with every filter that libvips chooses, %i channels', async (channels) => {
    const [width, height] = [67, 41];
    // Slopes and noise, so that each kind of filter is the best for some row.
    const data = Uint8Array.from({ length: width * height * channels }, (_, i) =>
      i % 5 < 3 ? (i >> 3) & 255 : (i * i * 31 + (i >> 7)) & 255,
    );
    const bytes = await sharp(data, { raw: { width, height, channels } })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .png({ adaptiveFiltering: true })
      .toBuffer();
    expect([...(await pngValues(bytes, 'a.png', MOST)).values]).toEqual([...data]);
  });

  test('by each filter alone', async () => {
    const rows = [0, 1, 2, 3, 4].flatMap((filter) => [filter, 250, 3, 9, 100, 4, 77]);
    const bytes = pngFile({ width: 3, height: 5, depth: 16, colours: 0, raw: Uint8Array.from(rows) });
    // By hand from the specification: each byte with those to the left (2 bytes), above and between.
    const expected: number[][] = [];
    for (let y = 0; y < 5; y++) {
      const row: number[] = [];
      for (let i = 0; i < 6; i++) {
        const [a, b, c] = [row[i - 2] ?? 0, expected[y - 1]?.[i] ?? 0, expected[y - 1]?.[i - 2] ?? 0];
        const p = a + b - c;
        const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
        const paeth = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
        const add = [0, a, b, Math.floor((a + b) / 2), paeth][y] as number;
        row.push(((rows[7 * y + 1 + i] as number) + add) % 256);
      }
      expected.push(row);
    }
    const values = expected.flatMap((row) => [0, 2, 4].map((i) => 256 * (row[i] as number) + (row[i + 1] as number)));
    expect([...(await pngValues(bytes, 'a.png', MOST)).values]).toEqual(values);
  });
});

describe('refused, with the file', () => {
  const good = { width: 4, height: 3, depth: 8, colours: 0, values: new Array<number>(12).fill(1) } as const;

  test.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'an empty file'],
    ['a JPEG file', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), 'JPEG changes them'],
    ['half a file', pngFile(good).subarray(0, 50), 'cut off'],
    ['a wrong checksum', Uint8Array.from(pngFile(good), (v, i) => (i === 20 ? v ^ 1 : v)), 'checksum'],
    ['interlaced pixels', pngFile({ ...good, interlaced: 1 }), 'interlaced'],
    ['too few pixels', pngFile({ ...good, raw: new Uint8Array(10) }), '10 bytes for 15'],
    ['too many pixels', pngFile({ ...good, raw: new Uint8Array(20) }), 'more bytes for 15'],
    ['a filter that there is not', pngFile({ ...good, raw: new Uint8Array(15).fill(7) }), 'a row of kind 7'],
    ['colours that there are not', pngFile({ ...good, colours: 5 as 0 }), 'colours of kind 5'],
    ['a depth that there is not', pngFile({ ...good, depth: 3 as 8 }), 'with 3 bits'],
    ['pixels that do not unpack', pngFile({ ...good, packed: Uint8Array.of(1, 2, 3) }), 'cannot be decoded'],
    ['no size', pngFile({ ...good, width: 0 }), '0 × 3'],
  ])('%s', async (_, bytes, message) => {
    const error = await rejection(pngValues(bytes, 'mask.png', MOST));
    expect(error.name).toMatch(/^Data(Format|File)Error$/);
    expect(error.message).toContain('mask.png');
    expect(error.message).toContain(message);
  });

  test('more pixels than the limit, before they are unpacked', async () => {
    const bytes = pngFile({ ...good, width: 60_000, height: 60_000, packed: deflateSync(new Uint8Array(10)) });
    expect((await rejection(pngValues(bytes, 'mask.png', MOST))).message).toContain('at most 1000000 pixels');
  });
});
