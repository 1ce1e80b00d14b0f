import { expect, test } from 'vitest';
import { drawnNumbers } from '../src/views/inside/drawn-numbers.ts';
import { pool, pooledSize } from '../src/views/inside/pooling/pool.ts';

const SETUPS = [2, 3].flatMap((kernel) => [1, 2, 3].map((stride) => ({ size: 6, kernel, stride })));

test('each window gives its largest number or its mean, and its gradient goes to the first largest, or evenly to all', async () => {
  for (const setup of SETUPS) {
    const { size, kernel, stride } = setup;
    const side = pooledSize(setup);
    // Few different numbers: many windows have several that are the largest.
    const image = drawnNumbers(3, size * size, 0, 3);
    const dy = drawnNumbers(4, side * side, -5, 5);
    const most = { output: [] as number[], gradient: new Array<number>(size * size).fill(0) };
    const mean = { output: [] as number[], gradient: new Array<number>(size * size).fill(0) };
    for (let at = 0; at < side * side; at++) {
      const window = Array.from({ length: kernel * kernel }, (_, i) => {
        const row = Math.floor(at / side) * stride + Math.floor(i / kernel);
        return row * size + (at % side) * stride + (i % kernel);
      });
      const values = window.map((place) => image[place] as number);
      const largest = Math.max(...values);
      most.output.push(largest);
      mean.output.push(values.reduce((sum, value) => sum + value, 0) / values.length);
      const first = window[values.indexOf(largest)] as number;
      most.gradient[first] = (most.gradient[first] as number) + (dy[at] as number);
      for (const place of window)
        mean.gradient[place] = (mean.gradient[place] as number) + (dy[at] as number) / values.length;
    }
    const [max, average] = [await pool('max', setup, image, dy), await pool('mean', setup, image, dy)];
    expect(max).toEqual(most);
    for (const part of ['output', 'gradient'] as const) {
      expect(average[part]).toHaveLength(mean[part].length);
      for (const [i, value] of mean[part].entries()) expect(average[part][i]).toBeCloseTo(value, 5);
    }
  }
});
