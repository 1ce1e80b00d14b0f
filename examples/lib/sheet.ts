import type { NDArray } from '@descent/core';
import { writePng } from '@descent/datasets';

/** Red, green and blue of a class. */
type Color = readonly [number, number, number];

const COLORS: readonly Color[] = [
  [24, 24, 32],
  [230, 97, 76],
  [86, 180, 120],
  [84, 132, 222],
];

/** Pictures in rows and columns as one PNG file; each is RGB, `3 × height × width` bytes, and two pixels are between them. */
export async function writeSheet(
  path: string,
  tiles: readonly (readonly Uint8Array[])[],
  height: number,
  width: number,
): Promise<void> {
  const gap = 2;
  const columns = Math.max(...tiles.map((row) => row.length));
  const across = columns * (width + gap) - gap;
  const down = tiles.length * (height + gap) - gap;
  const data = new Uint8Array(3 * down * across).fill(255);
  for (const [r, row] of tiles.entries()) {
    for (const [c, tile] of row.entries()) {
      for (let line = 0; line < 3 * height; line++) {
        const [channel, y] = [Math.floor(line / height), line % height];
        const at = (channel * down + r * (height + gap) + y) * across + c * (width + gap);
        data.set(tile.subarray(line * width, (line + 1) * width), at);
      }
    }
  }
  await writePng(path, { dtype: 'uint8', shape: [3, down, across], data });
}

/** A grey picture as RGB. */
export function greyTile(pixels: ArrayLike<number>): Uint8Array {
  const grey = Uint8Array.from(pixels);
  return Uint8Array.from([...grey, ...grey, ...grey]);
}

/** A picture of classes in their colours. */
export function classTile(classes: ArrayLike<number>): Uint8Array {
  return Uint8Array.from([0, 1, 2].flatMap((c) => Array.from(classes, (label) => COLORS[label % 4]?.[c] ?? 0)));
}

/** Row `index` of an array. */
export function rowOf({ shape, data }: NDArray, index: number): NDArray['data'] {
  const size = data.length / (shape[0] as number);
  return data.subarray(index * size, (index + 1) * size);
}
