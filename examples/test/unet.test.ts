import { expect, test } from 'vitest';
import { unet } from '../unet/example.ts';
import { SIDE, shapes } from '../unet/shapes.ts';
import { expectOneCurve } from './curves.ts';

test('unet has one curve on two engines, and its file the numbers of the network', async () => {
  const { curve, numbers } = await expectOneCurve(unet);
  expect(curve.at(-1)).toBeLessThan(curve[0] as number);
  expect(numbers['test_mean_iou']).toBeGreaterThan(0.15);
  expect(numbers['largest_difference_of_file']).toBeLessThan(1e-4);
});

test('shapes are where their masks say, brighter than what is behind them, and the same each time', () => {
  const { x, y } = shapes(40, 3);
  const plane = SIDE * SIDE;
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < 40; i++) {
    const sums = [0, 0];
    const sizes = [0, 0];
    for (let p = i * plane; p < (i + 1) * plane; p++) {
      const label = y.data[p] as number;
      const side = Math.min(label, 1);
      counts[label] = (counts[label] as number) + 1;
      sums[side] = (sums[side] as number) + (x.data[p] as number);
      sizes[side] = (sizes[side] as number) + 1;
    }
    const [behind = 0, inside = 0] = sums.map((sum, side) => sum / Math.max(1, sizes[side] as number));
    if ((sizes[1] as number) > 30) expect(inside).toBeGreaterThan(behind + 20);
  }
  expect(Math.min(...counts)).toBeGreaterThan(500);
  expect(shapes(40, 3).x.data).toEqual(x.data);
  expect(shapes(40, 4).x.data).not.toEqual(x.data);
});
