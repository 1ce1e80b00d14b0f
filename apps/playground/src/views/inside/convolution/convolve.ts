import { ndarray } from '@descent/core';
import { conv2d } from '@descent/core/ops';
import { compute } from '../reference.ts';
import type { Geometry } from './geometry.ts';

/** The output of core's `conv2d` without its bias, `[size', size']` in one row after the other. */
export async function convolve(
  geometry: Geometry,
  image: Float32Array<ArrayBuffer>,
  weight: Float32Array<ArrayBuffer>,
): Promise<readonly number[]> {
  const { size, channels, kernel, stride, dilation, padding } = geometry;
  const { data } = await compute(
    (x, w) => conv2d(x!, w!, { stride, dilation, padding }),
    [ndarray('float32', [1, channels, size, size], image), ndarray('float32', [1, channels, kernel, kernel], weight)],
  );
  return Array.from(data as Float32Array);
}
