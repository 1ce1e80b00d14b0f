import type { NDArray } from '@descent/core';
import { fold, type Key, key, normal, uniform } from '@descent/core/random';
import type { ArrayDataset } from '@descent/datasets';

export const SIDE = 32;

/** Whether the point (x, y), from the middle of a shape of radius 1, is inside. */
const SHAPES: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => x * x + y * y < 1,
  (x, y) => Math.max(Math.abs(x), Math.abs(y)) < 0.85,
  (x, y) => y < 0.8 && y > 2 * Math.abs(x) - 1,
];

/**
 * Grey pictures of circles, squares and triangles of any brightness on noise, and the class of each pixel: uint8 `[n, 1, 32, 32]`, int32 `[n, 32, 32]`. The
 * masks are said to be masks, so that the loader flips them with the pictures.
 */
export function shapes(count: number, seed: number): ArrayDataset {
  const plane = SIDE * SIDE;
  const x: NDArray<'uint8'> = { dtype: 'uint8', shape: [count, 1, SIDE, SIDE], data: new Uint8Array(count * plane) };
  const y: NDArray<'int32'> = { dtype: 'int32', shape: [count, SIDE, SIDE], data: new Int32Array(count * plane) };
  for (let i = 0; i < count; i++) {
    const part = [i * plane, (i + 1) * plane] as const;
    draw(fold(fold(key(seed), 'shapes'), i), x.data.subarray(...part), y.data.subarray(...part));
  }
  return {
    name: 'shapes',
    length: count,
    classes: ['background', 'circle', 'square', 'triangle'],
    x,
    y,
    annotations: { kind: 'mask' },
    licence: 'CC0-1.0',
    source: 'made up',
    citation: '',
  };
}

/** Three shapes, the later ones in front. */
function draw(of: Key, picture: Uint8Array, mask: Int32Array): void {
  const noise = new Float32Array(picture.length);
  normal(fold(of, 'noise'), noise);
  const numbers = new Float32Array(16);
  uniform(fold(of, 'shapes'), numbers);
  const at = (i: number): number => numbers[i] as number;
  const levels = new Float32Array(picture.length).fill(60 + 60 * at(15));
  for (let s = 0; s < 3; s++) {
    const [kind, cx, cy, radius, level] = [
      at(5 * s),
      at(5 * s + 1),
      at(5 * s + 2),
      at(5 * s + 3),
      at(5 * s + 4),
    ] as const;
    const shape = Math.min(2, Math.floor(3 * kind));
    const size = 4 + 4 * radius;
    for (let p = 0; p < picture.length; p++) {
      const [dx, dy] = [(p % SIDE) + 0.5 - SIDE * cx, Math.floor(p / SIDE) + 0.5 - SIDE * cy];
      if (SHAPES[shape]?.(dx / size, dy / size) !== true) continue;
      mask[p] = shape + 1;
      levels[p] = 150 + 90 * level;
    }
  }
  for (let p = 0; p < picture.length; p++) {
    picture[p] = Math.min(255, Math.max(0, Math.round((levels[p] as number) + 20 * (noise[p] as number))));
  }
}
