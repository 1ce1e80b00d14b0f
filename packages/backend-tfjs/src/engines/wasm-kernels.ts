import { strides } from '@descent/core/backend';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { DeviceDType, Engine, KernelFunction } from './engine.ts';
import { allFinite, type Elements, maxPoolGrad, type PoolAttrs, pool } from './pooling.ts';

/**
 * Kernels in place of stock ones of wasm that are wrong or slow: plain loops over the heap, which the JavaScript engine compiles well.
 * - MaxPoolGrad loses the gradient of negative maxima, gives that of ties to the last, and is slow.
 * - Slice copies all of its operand first.
 * - Sign is 0 below 1e-7.
 * - Sin and Cos are right to 2e-7 of 1, not of themselves.
 * - ReluGrad, which there is none of, chooses where the list would compare, cast and multiply.
 * - MaxPool and AvgPool make −∞ of NaN.
 * - BatchMatMul remembers each right operand with the shape in which it was first multiplied, and goes on using that.
 */
export function wasmKernels(backend: BackendWasm, stock: Engine['kernel']): Readonly<Record<string, KernelFunction>> {
  const result = (shape: readonly number[], dtype: DeviceDType): TensorInfo => backend.makeOutput([...shape], dtype);
  const heap = (x: TensorInfo): Elements => backend.typedArrayFromHeap(x) as Elements;

  const unary =
    (f: (x: number) => number): KernelFunction =>
    (inputs) => {
      const { x } = inputs as Readonly<Record<'x', TensorInfo>>;
      const y = result(x.shape, x.dtype as DeviceDType);
      const [from, to] = [heap(x), heap(y)];
      for (let i = 0; i < from.length; i++) to[i] = f(from[i] as number);
      return y;
    };

  /** A stock pooling, whose limits turn NaN into −∞: images that are not finite are pooled here. */
  const pooling = (name: 'MaxPool' | 'AvgPool'): KernelFunction => {
    const quick = stock(name);
    return (inputs, attrs) => {
      const { x } = inputs as Readonly<Record<'x', TensorInfo>>;
      const y = quick(inputs, attrs);
      if (!allFinite(heap(x)))
        pool(name === 'MaxPool' ? 'max' : 'mean', heap(x), x.shape, heap(y), y.shape, attrs as PoolAttrs);
      return y;
    };
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

    MaxPool: pooling('MaxPool'),
    AvgPool: pooling('AvgPool'),

    MaxPoolGrad(inputs, attrs) {
      const { input, output, dy } = inputs as Readonly<Record<'input' | 'output' | 'dy', TensorInfo>>;
      const dx = result(input.shape, 'float32');
      // Views are taken last: growing the heap invalidates earlier ones.
      const views = { x: heap(input), y: heap(output), dy: heap(dy), dx: heap(dx) };
      maxPoolGrad(views, input.shape, output.shape, attrs as PoolAttrs);
      return dx;
    },

    ReluGrad(inputs) {
      const { y, dy } = inputs as Readonly<Record<'y' | 'dy', TensorInfo>>;
      const dx = result(dy.shape, 'float32');
      reluGrad(bits(heap(y)), bits(heap(dy)), bits(heap(dx)));
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

/** The same memory as integers. */
function bits({ buffer, byteOffset, length }: Elements): Int32Array {
  return new Int32Array(buffer, byteOffset, length);
}

/** The bits of −∞ as a float: all negative numbers lie at or below them, NaN with a sign above. */
const MINUS_INFINITY = -0x800000;

/**
 * The bits of `from` where those of `out` are a number above 0 or NaN, else 0. Numbers would be chosen by a branch, which processors guess wrongly
 * half of the time: that takes three times as long.
 */
function reluGrad(out: Int32Array, from: Int32Array, to: Int32Array): void {
  for (let i = 0; i < to.length; i++) {
    const y = out[i] as number;
    to[i] = (from[i] as number) & -Number(y > MINUS_INFINITY) & -Number(y !== 0);
  }
}

/** Copies rows of the last axis from `begin` on, until `to` is full. */
function slice(
  from: Elements,
  shape: readonly number[],
  to: Elements,
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
