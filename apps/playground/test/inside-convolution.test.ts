import { fold, type Key, key, randint } from '@descent/core/random';
import { expect, test } from 'vitest';
import { convolve } from '../src/views/inside/convolution/convolve.ts';
import { type Geometry, outputNear, outputSizeOf, tapsAt } from '../src/views/inside/convolution/geometry.ts';

const PADDINGS = ['valid', 'same', 0, 1, 2, 3] as const;

/** Geometries drawn from a seed; some have no place for their window. */
const GEOMETRIES: readonly Geometry[] = Array.from({ length: 120 }, (_, i) => {
  const draw = (name: number, from: number, to: number): number =>
    integers(fold(fold(key(11), i), name), 1, from, to)[0] as number;
  return {
    size: draw(0, 1, 9),
    channels: draw(1, 1, 3),
    kernel: draw(2, 1, 5),
    stride: draw(3, 1, 3),
    dilation: draw(4, 1, 3),
    padding: PADDINGS[draw(5, 0, PADDINGS.length - 1)] as Geometry['padding'],
  };
});

function integers(seed: Key, count: number, from: number, to: number): Int32Array {
  const drawn = new Int32Array(count);
  randint(seed, drawn, from, to + 1);
  return drawn;
}

function numbers(seed: number, count: number): Float32Array<ArrayBuffer> {
  return Float32Array.from(integers(key(seed), count, -9, 9));
}

test('the sums of the animation are the outputs of conv2d, and its sizes too', async () => {
  let outputs = 0;
  for (const [i, geometry] of GEOMETRIES.entries()) {
    const { size, channels, kernel } = geometry;
    const image = numbers(2 * i, channels * size * size);
    const weight = numbers(2 * i + 1, channels * kernel * kernel);
    const side = outputSizeOf(geometry);
    if (side === 0) {
      await expect(convolve(geometry, image, weight)).rejects.toThrow(/window is larger/);
      continue;
    }
    const sums = Array.from({ length: side * side }, (_, at) =>
      tapsAt(geometry, image, weight, [Math.floor(at / side), at % side]).reduce((sum, tap) => sum + tap.product, 0),
    );
    expect(sums, JSON.stringify(geometry)).toEqual(await convolve(geometry, image, weight));
    outputs += sums.length;
  }
  expect(outputs).toBeGreaterThan(1000);
});

test('a place under the pointer is the output whose window has it in its middle', () => {
  const geometry: Geometry = { size: 7, channels: 1, kernel: 3, stride: 2, dilation: 1, padding: 1 };
  expect([0, 1, 2, 3, 4, 5, 8].map((place) => outputNear(geometry, place))).toEqual([0, 0, 1, 1, 2, 2, 3]);
});
