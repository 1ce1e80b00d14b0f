// Networks whose weights are drawn, and samples, for the tests of quantisation.
import { exportOnnx } from '@descent/backend-onnx';
import {
  type AnyLayer,
  adaptiveAvgPool2d,
  batchNorm2d,
  conv2d,
  flatten,
  initParameters,
  type Layer,
  linear,
  maxPool2d,
  type NDArray,
  ndarray,
  relu,
  residual,
  sequential,
} from '@descent/core';
import { key, normal } from '@descent/core/random';

export const block = (c: number): Layer =>
  residual(
    sequential(conv2d(c, c, 3, { padding: 1, bias: false }), batchNorm2d(c), relu(), conv2d(c, c, 3, { padding: 1 })),
  );

/** A small ResNet for pictures `[3, 8, 8]`, with batch norms whose statistics are none of the defaults. */
export const resnet = sequential(
  conv2d(3, 16, 3, { padding: 1, bias: false }),
  batchNorm2d(16),
  relu(),
  maxPool2d(2),
  block(16),
  relu(),
  adaptiveAvgPool2d(1),
  flatten(),
  linear(16, 5),
);

export const plain = sequential(conv2d(3, 8, 3), relu(), conv2d(8, 12, 3), relu(), flatten(), linear(192, 5));

export function samples(n: number, seed: number, shape: readonly number[] = [3, 8, 8]): NDArray<'float32'> {
  const data = new Float32Array(n * shape.reduce((a, b) => a * b, 1));
  normal(key(seed), data);
  return ndarray('float32', [n, ...shape], data);
}

/** The file of a network with drawn parameters, moved a little so that no bias is 0 and no variance 1. */
export async function fileOf(
  model: AnyLayer,
  shape: readonly number[] = [3, 8, 8],
  more: object = {},
): Promise<Uint8Array> {
  const drawn = initParameters(model as Layer, 3);
  const moved = Object.entries(drawn).map(([name, array], i) => {
    const noise = new Float32Array(array.data.length);
    normal(key(100 + i), noise);
    const data = (array.data as Float32Array).map((v, j) => {
      const shift = 0.1 * (noise[j] as number);
      return name.endsWith('running_var') ? v + Math.abs(shift) : v + shift * (array.shape.length === 1 ? 1 : 0);
    });
    return [name, { ...array, data }] as const;
  });
  const parameters = Object.fromEntries(moved) as typeof drawn;
  return (await exportOnnx(model as Layer, { parameters, sample: { shape }, verify: false, ...more })).bytes;
}
