import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadImage } from '@descent/datasets';
import { expect, test } from 'vitest';
import { classTile, greyTile, writeSheet } from '../lib/sheet.ts';

test('a sheet has its pictures in rows and columns, on white', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'descent-sheet-'));
  try {
    const path = join(folder, 'sheet.png');
    await writeSheet(path, [[greyTile([10, 20]), classTile([0, 1])], [greyTile([30, 40])]], 1, 2);
    const { data } = await loadImage(path, { width: 6, height: 4, channels: 3, invert: false });
    const plane = (c: number): number[][] =>
      [0, 1, 2, 3].map((y) => [...data.slice(24 * c + 6 * y, 24 * c + 6 * y + 6)]);
    const white = [255, 255, 255, 255, 255, 255];
    expect(plane(0)).toEqual([[10, 20, 255, 255, 24, 230], white, white, [30, 40, 255, 255, 255, 255]]);
    expect(plane(2)[0]).toEqual([10, 20, 255, 255, 32, 76]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
