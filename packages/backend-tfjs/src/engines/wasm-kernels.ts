import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelFunction } from './engine.ts';

type Floats = Float32Array | Int32Array;

/**
 * Kernels in place of stock ones of wasm that are wrong or slow: plain loops over the heap, which the JavaScript engine compiles well.
 * - MaxPoolGrad loses the gradient of negative maxima, gives that of ties to the last, and is slow.
 * - Sign is 0 below 1e-7.
 */
export function wasmKernels(backend: BackendWasm): Readonly<Record<string, KernelFunction>> {
  const result = (shape: readonly number[], dtype: 'float32' | 'int32' | 'bool'): TensorInfo =>
    backend.makeOutput([...shape], dtype);
  const heap = (x: TensorInfo): Floats => backend.typedArrayFromHeap(x) as Floats;

  return {
    MaxPoolGrad(inputs, attrs) {
      const { input, output, dy } = inputs as Readonly<Record<'input' | 'output' | 'dy', TensorInfo>>;
      const dx = result(input.shape, 'float32');
      // Views are taken last: growing the heap invalidates earlier ones.
      maxPoolGrad(heap(input), heap(dy), heap(dx), input.shape, output.shape, attrs as PoolAttrs);
      return dx;
    },

    Sign(inputs) {
      const { x } = inputs as Readonly<Record<'x', TensorInfo>>;
      const y = result(x.shape, x.dtype as 'float32');
      const [from, to] = [heap(x), heap(y)];
      for (let i = 0; i < from.length; i++) to[i] = Number((from[i] as number) > 0) - Number((from[i] as number) < 0);
      return y;
    },
  };
}

interface PoolAttrs {
  readonly filterSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly pad: 'valid' | readonly (readonly [number, number])[];
}

/** Adds each element of `dy` at the first largest pixel of its window. All tensors are channels-last. */
function maxPoolGrad(
  x: Floats,
  dy: Floats,
  dx: Floats,
  image: readonly number[],
  pooled: readonly number[],
  { filterSize, strides, pad }: PoolAttrs,
): void {
  const [batch, height, width, channels] = image as [number, number, number, number];
  const [, rows, columns] = pooled as [number, number, number];
  const [top, left] = pad === 'valid' ? [0, 0] : [pad[1]?.[0] ?? 0, pad[2]?.[0] ?? 0];
  const line = width * channels;
  dx.fill(0);
  for (let n = 0; n < batch; n++) {
    for (let r = 0; r < rows; r++) {
      const y0 = r * strides[0] - top;
      const firstRow = Math.max(y0, 0);
      const endRow = Math.min(y0 + filterSize[0], height);
      for (let c = 0; c < columns; c++) {
        const x0 = c * strides[1] - left;
        const first = Math.max(x0, 0);
        const end = Math.min(x0 + filterSize[1], width);
        const from = ((n * rows + r) * columns + c) * channels;
        for (let ch = 0; ch < channels; ch++) {
          let winner = (n * height + firstRow) * line + first * channels + ch;
          let best = x[winner] as number;
          for (let row = firstRow; row < endRow; row++) {
            const start = (n * height + row) * line + ch;
            for (let i = start + first * channels; i < start + end * channels; i += channels) {
              const v = x[i] as number;
              if (v > best || (v !== v && best === best)) {
                best = v;
                winner = i;
              }
            }
          }
          dx[winner] = (dx[winner] as number) + (dy[from + ch] as number);
        }
      }
    }
  }
}
