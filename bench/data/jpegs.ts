import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { key, uniform } from '@descent/core/random';
import sharp from 'sharp';

/** A folder of JPEG files, one folder a class. */
export interface JpegFolder {
  readonly folder: string;
  readonly count: number;
  remove(): void;
}

const SIDE = 256;
const CLASSES = 4;

/** Makes `count` photos of 256 × 256 in a temporary folder: a disk of one colour on another, with noise, as large as photos are. */
export async function makeJpegs(count: number): Promise<JpegFolder> {
  const folder = mkdtempSync(join(tmpdir(), 'descent-jpegs-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    for (let c = 0; c < CLASSES; c++) mkdirSync(join(folder, `class${c}`));
    for (let i = 0; i < count; i++) {
      const jpeg = await sharp(picture(i), { raw: { width: SIDE, height: SIDE, channels: 3 } })
        .jpeg({ quality: 85 })
        .toBuffer();
      await writeFile(join(folder, `class${i % CLASSES}`, `${i}.jpg`), jpeg);
    }
  } catch (error) {
    remove();
    throw error;
  }
  return { folder, count, remove };
}

function picture(index: number): Uint8ClampedArray {
  const draws = new Float32Array(9 + 3 * SIDE * SIDE);
  uniform(key(index), draws);
  const draw = (i: number): number => draws[i] as number;
  const [x0, y0, radius] = [SIDE * draw(0), SIDE * draw(1), 20 + 60 * draw(2)];
  const pixels = new Uint8ClampedArray(3 * SIDE * SIDE);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const colour = (x - x0) ** 2 + (y - y0) ** 2 < radius ** 2 ? 3 : 6;
      for (let c = 0; c < 3; c++) {
        const at = 3 * (SIDE * y + x) + c;
        pixels[at] = 255 * draw(colour + c) + 40 * (draw(9 + at) - 0.5);
      }
    }
  }
  return pixels;
}
