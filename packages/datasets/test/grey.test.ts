import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { opaque } from '../src/image/grey.ts';
import { loadImage } from '../src/public/index.ts';
import { folder } from './helpers.ts';
import { noise } from './mirror.ts';

/** The grey of BT.601 by its definition, with 16 bits of fraction. */
const rec601 = (r: number, g: number, b: number): number => (r * 19_595 + g * 38_470 + b * 7_471 + 32_768) >> 16;
const [WIDTH, HEIGHT] = [32, 24];
const plain = { width: WIDTH, height: HEIGHT, invert: false } as const;

describe('grey', () => {
  test('is that of BT.601, of PNG and lossless WebP', async () => {
    const rgb = noise(3 * WIDTH * HEIGHT, 7);
    const expected = Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
      const [r, g, b] = rgb.subarray(3 * i, 3 * i + 3) as unknown as [number, number, number];
      return rec601(r, g, b);
    });
    const image = sharp(rgb, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
    for (const bytes of [await image.png().toBuffer(), await image.webp({ lossless: true }).toBuffer()]) {
      expect([...(await loadImage(bytes, plain)).data]).toEqual(expected);
    }
  });

  test('of pure colours has the weights of BT.601, and grey stays as it is', () => {
    const of = (...data: number[]): number =>
      opaque({ data: Uint8Array.from(data), width: 1, height: 1, channels: data.length }, 1).data[0] as number;
    expect([of(255, 0, 0), of(0, 255, 0), of(0, 0, 255), of(255, 255, 255)]).toEqual([76, 150, 29, 255]);
    for (let v = 0; v < 256; v++) expect([of(v), of(v, v, v), of(v, 255), of(v, v, v, 255)]).toEqual([v, v, v, v]);
  });

  test('of transparent pixels stands on white, rounded to the nearest', () => {
    let farthest = 0;
    for (let alpha = 0; alpha < 256; alpha += 5) {
      for (let v = 0; v < 256; v += 3) {
        const { data } = opaque({ data: Uint8Array.of(v, alpha), width: 1, height: 1, channels: 2 }, 3);
        const exact = (v * alpha + 255 * (255 - alpha)) / 255;
        for (const value of data) farthest = Math.max(farthest, Math.abs(value - exact));
      }
    }
    expect(farthest).toBeLessThanOrEqual(0.5);
  });

  test('of 16 bits takes the high byte', async () => {
    const deep = Uint16Array.from({ length: WIDTH * HEIGHT }, (_, i) => (i * 7919) % 65_536);
    const bytes = await sharp(deep, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer();
    expect([...(await loadImage(bytes, plain)).data]).toEqual(Array.from(deep, (v) => v >> 8));
  });
});

test('pictures have the bytes that Pillow gives', async ({ skip }) => {
  const python = process.env['DESCENT_PYTHON'] ?? 'python3';
  const has = spawnSync(python, ['-c', 'import PIL, numpy']).status === 0;
  skip(!has, `'${python} -c "import PIL, numpy"' fails: set DESCENT_PYTHON to a Python that has Pillow and NumPy`);
  const root = folder();
  const script = fileURLToPath(new URL('./fixtures/make-pictures.py', import.meta.url));
  const run = spawnSync(python, [script, root], { encoding: 'utf8' });
  expect(run.stderr).toBe('');
  const names = run.stdout.trim().split('\n');
  expect(names.length).toBeGreaterThanOrEqual(15);
  for (const name of names) {
    const grey = new Uint8Array(readFileSync(join(root, `${name}.L`)));
    const rgb = new Uint8Array(readFileSync(join(root, `${name}.RGB`)));
    expect(Buffer.compare((await loadImage(join(root, name), plain)).data, grey), name).toBe(0);
    const planes = Uint8Array.from(
      rgb,
      (_, i) => rgb[3 * (i % (WIDTH * HEIGHT)) + Math.floor(i / (WIDTH * HEIGHT))] as number,
    );
    expect(Buffer.compare((await loadImage(join(root, name), { ...plain, channels: 3 })).data, planes), name).toBe(0);
  }
});
