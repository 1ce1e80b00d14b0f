import type { KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelFunction } from './engine.ts';
import { type Elements, maxPoolGrad, type PoolAttrs, pool } from './pooling.ts';

/** Kernels in place of stock ones of the cpu engine: its max pooling overlooks NaN and windows of −∞, forward and backward. */
export function cpuKernels(backend: KernelBackend): Readonly<Record<string, KernelFunction>> {
  const values = ({ dataId }: TensorInfo): Elements => backend.readSync(dataId) as Float32Array;
  const result = (y: Float32Array, shape: readonly number[]): TensorInfo => ({
    dataId: backend.write(y, [...shape], 'float32'),
    shape: [...shape],
    dtype: 'float32',
  });
  return {
    MaxPool(inputs, attrs) {
      const { x } = inputs as Readonly<Record<'x', TensorInfo>>;
      const { filterSize, strides, pad } = attrs as PoolAttrs;
      const size = ([0, 1] as const).map((i) => {
        const [before = 0, after = 0] = pad === 'valid' ? [] : (pad[i + 1] ?? []);
        return Math.floor(((x.shape[i + 1] as number) + before + after - filterSize[i]) / strides[i]) + 1;
      });
      const shape = [x.shape[0] as number, ...size, x.shape[3] as number];
      const y = new Float32Array(shape.reduce((n, d) => n * d, 1));
      pool('max', values(x), x.shape, y, shape, attrs as PoolAttrs);
      return result(y, shape);
    },

    MaxPoolGrad(inputs, attrs) {
      const { input, output, dy } = inputs as Readonly<Record<'input' | 'output' | 'dy', TensorInfo>>;
      const dx = new Float32Array(input.shape.reduce((n, d) => n * d, 1));
      const views = { x: values(input), y: values(output), dy: values(dy), dx };
      maxPoolGrad(views, input.shape, output.shape, attrs as PoolAttrs);
      return result(dx, input.shape);
    },
  };
}
