import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { folder } from './helpers.ts';

/** A folder `a`, `b` of JPEG files of 16 × 16, each of one colour: image `i` in the order of the list is grey, of value `8 i`. Up to 32. */
export async function jpegFolder(count: number): Promise<string> {
  const root = folder();
  for (const name of ['a', 'b']) mkdirSync(join(root, name));
  for (let i = 0; i < count; i++) {
    const value = 8 * i;
    const bytes = await sharp({
      create: { width: 16, height: 16, channels: 3, background: { r: value, g: value, b: value } },
    })
      .jpeg({ quality: 100 })
      .toBuffer();
    writeFileSync(join(root, i < count / 2 ? 'a' : 'b', `${String(i).padStart(2, '0')}.jpg`), bytes);
  }
  return root;
}
