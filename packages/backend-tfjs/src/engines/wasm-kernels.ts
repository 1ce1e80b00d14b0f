import { strides } from '@descent/core/backend';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { DeviceDType, Engine, KernelFunction } from './engine.ts';

type Floats = Float32Array | Int32Array | Uint8Array;

/**
 * Kernels in place of stock ones of wasm that are wrong or slow: plain loops over the heap, which the JavaScript engine compiles well.
 * - MaxPoolGrad loses the gradient of negative maxima, gives that of ties to the last, and is slow.
 * - Slice copies all of its operand first.
 * - Sign is 0 below 1e-7.
 * - Sin and Cos are right to 2e-7 of 1, not of themselves.
 * - BatchMatMul remembers each right operand with the shape in which it was first multiplied, and goes on using that.
 */
export function wasmKernels(backend: BackendWasm, stock: Engine['kernel']): Readonly<Record<string, KernelFunction>> {
  const result = (shape: readonly number[], dtype: DeviceDType): TensorInfo => backend.makeOutput([...shape], dtype);
  const heap = (x: TensorInfo): Floats => backend.typedArrayFromHeap(x) as Floats;

  const unary =
    (f: (x: number) => number): KernelFunction =>
    (inputs) => {
      const { x } = inputs as Readonly<Record<'x', TensorInfo>>;
      const y = result(x.shape, x.dtype as DeviceDType);
      const [from, to] = [heap(x), heap(y)];
      for (let i = 0; i < from.length; i++) to[i] = f(from[i] as number);
      return y;
    };

  const product = stock('BatchMatMul');
  const seenAs = new WeakMap<object, string>();

  return {
    Sin: unary(Math.sin),
    Cos: unary(Math.cos),
    Sign: unary((v) => Number(v > 0) - Number(v < 0)),

    BatchMatMul(inputs, attrs) {
      const { a, b } = inputs as Readonly<Record<'a' | 'b', TensorInfo>>;
      const shape = b.shape.join();
      const before = seenAs.get(b.dataId);
      if (before === undefined) seenAs.set(b.dataId, shape);
      if (before === undefined || before === shape) return product(inputs, attrs);
      const copy = result(b.shape, 'float32');
      heap(copy).set(heap(b));
      const y = product({ a, b: copy }, attrs);
      backend.disposeData(copy.dataId);
      return y;
    },

    MaxPoolGrad(inputs, attrs) {
      const { input, output, dy } = inputs as Readonly<Record<'input' | 'output' | 'dy', TensorInfo>>;
      const dx = result(input.shape, 'float32');
      // Views are taken last: growing the heap invalidates earlier ones.
      const views = { x: heap(input), y: heap(output), dy: heap(dy), dx: heap(dx) };
      maxPoolGrad(views, input.shape, output.shape, attrs as PoolAttrs);
      return dx;
    },

    Slice(inputs, attrs) {
      const { x } = inputs as Readonly<Record<'x', TensorInfo>>;
      const { begin, size } = attrs as Readonly<Record<'begin' | 'size', readonly number[]>>;
      const y = result(size, x.dtype as DeviceDType);
      slice(heap(x), x.shape, heap(y), begin, size);
      return y;
    },
  };
}

interface PoolAttrs {
  readonly filterSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly pad: 'valid' | readonly (readonly [number, number])[];
}

/** Adds each element of `dy` at the first largest pixel of its window, whose value `y` holds. All tensors are channels-last. */
function maxPoolGrad(
  { x, y, dy, dx }: Readonly<Record<'x' | 'y' | 'dy' | 'dx', Floats>>,
  image: readonly number[],
  pooled: readonly number[],
  { filterSize, strides: steps, pad }: PoolAttrs,
): void {
  const [batch, height, width, channels] = image as [number, number, number, number];
  const [, rows, columns] = pooled as [number, number, number];
  const [top, left] = pad === 'valid' ? [0, 0] : [pad[1]?.[0] ?? 0, pad[2]?.[0] ?? 0];
  const [kh, kw] = filterSize;
  const line = width * channels;
  const taps = kh * kw;
  const offsets = Int32Array.from({ length: taps }, (_, i) => Math.floor(i / kw) * line + (i % kw) * channels);
  dx.fill(0);
  let at = 0;
  for (let n = 0; n < batch; n++) {
    for (let r = 0; r < rows; r++) {
      const y0 = r * steps[0] - top;
      for (let c = 0; c < columns; c++) {
        const x0 = c * steps[1] - left;
        const whole = y0 >= 0 && x0 >= 0 && y0 + kh <= height && x0 + kw <= width;
        const start = (n * height + y0) * line + x0 * channels;
        for (let ch = 0; ch < channels; ch++, at++) {
          let tap = 0;
          if (whole) {
            // Counts the pixels in front of the first that equals the maximum, without a branch to mispredict.
            const max = y[at] as number;
            let before = 1;
            for (let t = 0; t < taps; t++) {
              before &= Number(x[start + ch + (offsets[t] as number)] !== max);
              tap += before;
            }
          }
          // At the border, and where the maximum is NaN, pixels are compared one by one.
          const found = whole && tap < taps;
          const winner = found ? start + ch + (offsets[tap] as number) : firstLargest(x, n * height, y0, x0, ch);
          dx[winner] = (dx[winner] as number) + (dy[at] as number);
        }
      }
    }
  }

  function firstLargest(x: Floats, above: number, y0: number, x0: number, channel: number): number {
    let winner = -1;
    for (let row = Math.max(y0, 0); row < Math.min(y0 + kh, height); row++) {
      for (let column = Math.max(x0, 0); column < Math.min(x0 + kw, width); column++) {
        const i = (above + row) * line + column * channels + channel;
        const [v, best] = [x[i] as number, x[winner] as number];
        if (winner < 0 || v > best || (Number.isNaN(v) && !Number.isNaN(best))) winner = i;
      }
    }
    return winner;
  }
}

/** Copies rows of the last axis from `begin` on, until `to` is full. */
function slice(
  from: Floats,
  shape: readonly number[],
  to: Floats,
  begin: readonly number[],
  size: readonly number[],
): void {
  const rank = shape.length;
  const steps = strides(shape);
  const row = size[rank - 1] ?? 1;
  const index = new Int32Array(rank);
  let start = begin.reduce((sum, i, axis) => sum + i * (steps[axis] as number), 0);
  for (let at = 0; at < to.length; at += row) {
    to.set(from.subarray(start, start + row), at);
    // The next row, carrying over like an odometer.
    for (let axis = rank - 2; axis >= 0; axis--) {
      start += steps[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (size[axis] as number)) break;
      start -= (size[axis] as number) * (steps[axis] as number);
      index[axis] = 0;
    }
  }
}
