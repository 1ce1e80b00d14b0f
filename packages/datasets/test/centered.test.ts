import { describe, expect, test } from 'vitest';
import { loadImage, mnistSample, pngBytes, prepareImage } from '../src/public/index.ts';

/** A grey picture as PNG. */
async function png(width: number, height: number, at: (x: number, y: number) => number): Promise<Uint8Array> {
  const data = Uint8Array.from({ length: width * height }, (_, i) => at(i % width, Math.floor(i / width)));
  return pngBytes({ dtype: 'uint8', shape: [1, height, width], data });
}

const isIn = (x: number, y: number, [left, top, right, bottom]: readonly [number, number, number, number]): boolean =>
  x >= left && x < right && y >= top && y < bottom;

describe("fit: 'mnist'", () => {
  test('leaves the digits of MNIST as they are, but for faint pixels on their edges', async () => {
    const { x } = await mnistSample({ train: false });
    let same = 0;
    for (let i = 0; i < 100; i++) {
      const data = x.data.slice(784 * i, 784 * (i + 1)) as Uint8Array;
      const file = await pngBytes({ dtype: 'uint8', shape: [1, 28, 28], data });
      const digit = (await loadImage(file, { fit: 'mnist' })).data;
      const difference = data.reduce((sum, value, k) => sum + Math.abs(value - (digit[k] as number)), 0);
      if (difference === 0) same += 1;
    }
    expect(same).toBeGreaterThanOrEqual(60);
  });

  test('brings a small drawing far from the middle to the size and the place of a digit, dark on grey paper', async () => {
    const file = await png(300, 200, (x, y) => (isIn(x, y, [220, 20, 240, 60]) ? 40 : 180));
    const { x, inverted, box } = await prepareImage(file, {
      width: 28,
      height: 28,
      channels: 1,
      fit: 'mnist',
      invert: 'auto',
    });
    expect(inverted).toBe(true);
    expect(box).toEqual({ left: 220, top: 20, width: 20, height: 40 });
    // 10 × 20 pixels, white on black, whose middle is that of pixel 14.
    const white = [...x.data.keys()].filter((i) => x.data[i] === 255);
    expect(white.length).toBe(200);
    expect([white[0], white.at(-1)]).toEqual([28 * 5 + 10, 28 * 24 + 19]);
    expect(x.data.filter((value) => value !== 0).length).toBe(200);
  });

  test('a photograph whose light comes from one side is cut like one in even light', async () => {
    const drawn: readonly [number, number, number, number] = [60, 40, 80, 120];
    const preprocessing = { width: 28, height: 28, channels: 1, fit: 'mnist', invert: 'auto' } as const;
    // Paper from 240 to 110, with grain, and ink that swallows most of the light; one stroke leaves the picture.
    const grain = (x: number, y: number): number => 3 * Math.sin(12.9898 * x + 78.233 * y);
    const light = (x: number, y: number): number => 240 - 0.35 * x - 0.3 * y + grain(x, y);
    const photo = (touches: boolean) =>
      png(200, 200, (x, y) =>
        Math.round(light(x, y) * (isIn(x, y, drawn) || (touches && isIn(x, y, [60, 40, 70, 200])) ? 0.3 : 1)),
      );
    const { x, inverted, box } = await prepareImage(await photo(false), preprocessing);
    expect([inverted, box]).toEqual([true, { left: 60, top: 40, width: 20, height: 80 }]);
    const even = await prepareImage(await png(200, 200, (a, b) => (isIn(a, b, drawn) ? 60 : 200)), preprocessing);
    for (const [i, value] of x.data.entries()) expect((value as number) > 100).toBe((even.x.data[i] as number) > 100);
    expect((await prepareImage(await photo(true), preprocessing)).box).toEqual({
      left: 60,
      top: 40,
      width: 20,
      height: 160,
    });
  });

  test('puts the centre of mass, not that of the box, in the middle', async () => {
    // A heavy bar at the left, a lighter one at the bottom.
    const file = await png(80, 80, (x, y) => (isIn(x, y, [20, 20, 32, 60]) || isIn(x, y, [32, 50, 60, 60]) ? 255 : 0));
    const { data } = await loadImage(file, { fit: 'mnist', invert: false });
    const sum = data.reduce((a, b) => a + b, 0);
    const across = data.reduce((a, b, i) => a + b * (i % 28), 0) / sum;
    const down = data.reduce((a, b, i) => a + b * Math.floor(i / 28), 0) / sum;
    expect(Math.abs(across - 14)).toBeLessThanOrEqual(0.5);
    expect(Math.abs(down - 14)).toBeLessThanOrEqual(0.5);
  });

  test('makes black of a picture without a drawing, and is refused for colours', async () => {
    const { data } = await loadImage(await png(40, 30, () => 200), { fit: 'mnist' });
    expect(Math.max(...data)).toBe(0);
    await expect(loadImage(await png(4, 4, () => 0), { fit: 'mnist', channels: 3 })).rejects.toThrow(
      'expected: "contain", "fill"',
    );
  });
});
