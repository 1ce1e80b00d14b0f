// Convolutions of square images with stride 1, forward and backward, as they were fastest in ONNX Runtime 1.30 on a CPU with AVX-512.
import type { Model } from './model.ts';

export interface ConvShape {
  readonly batch: number;
  /** Channels of the images and of the result. */
  readonly from: number;
  readonly to: number;
  /** Height and width of the images and of the result. */
  readonly size: number;
  readonly result: number;
  readonly kernel: number;
  readonly padding: number;
}

export function convolve(m: Model, x: string, w: string, bias: string, { kernel, padding }: ConvShape): string {
  return m.node('Conv', [x, w, bias], { kernel_shape: [kernel, kernel], pads: new Array<number>(4).fill(padding) });
}

/**
 * The gradient of the images. A transposed convolution is a little faster on one thread, but a part of it runs on one thread only; then a
 * convolution with the turned filter is.
 */
export function imageGradient(m: Model, dy: string, w: string, shape: ConvShape, threads: number): string {
  const { kernel, padding } = shape;
  const kernelShape = [kernel, kernel];
  if (threads === 1) {
    return m.node('ConvTranspose', [dy, w], { kernel_shape: kernelShape, pads: new Array<number>(4).fill(padding) });
  }
  const end = -kernel - 1;
  const turned = m.node('Slice', [w, m.ints([-1, -1]), m.ints([end, end]), m.ints([2, 3]), m.ints([-1, -1])]);
  const swapped = m.node('Transpose', [turned], { perm: [1, 0, 2, 3] });
  return m.node('Conv', [dy, swapped], {
    kernel_shape: kernelShape,
    pads: new Array<number>(4).fill(kernel - 1 - padding),
  });
}

/** The gradient of the filter, `[to, from, kernel, kernel]`. */
export function filterGradient(m: Model, x: string, dy: string, shape: ConvShape): string {
  const { batch, from, to, result } = shape;
  const rows = m.node('Reshape', [dy, m.ints([batch, to, result * result])]);
  if (from === 1 && to >= 32) return byIdentityColumns(m, x, rows, shape);
  return byColumnShifts(m, x, rows, shape);
}

/** Columns of the image by a convolution with unit filters, then one product for each image. */
function byIdentityColumns(m: Model, x: string, dy: string, { batch, to, result, kernel, padding }: ConvShape): string {
  const taps = kernel * kernel;
  const units = Array.from({ length: taps * taps }, (_, i) => (i % (taps + 1) === 0 ? 1 : 0));
  const columns = m.node('Conv', [x, m.constant('float32', [taps, 1, kernel, kernel], units)], {
    kernel_shape: [kernel, kernel],
    pads: new Array<number>(4).fill(padding),
  });
  const flat = m.node('Reshape', [columns, m.ints([batch, taps, result * result])]);
  return m.node('Reshape', [productSum(m, dy, flat), m.ints([to, 1, kernel, kernel])]);
}

/**
 * Copies the images once for each column of the filter, shifted; a row of the filter is then a contiguous part of the copies, and one
 * product for each image.
 */
function byColumnShifts(
  m: Model,
  image: string,
  dy: string,
  { batch, from, to, size, result, kernel, padding }: ConvShape,
): string {
  const height = size + 2 * padding;
  const border = [0, 0, padding, padding, 0, 0, padding, padding];
  const x = padding === 0 ? image : m.node('Pad', [image, m.ints(border), m.float(0)]);
  const shifted = Array.from({ length: kernel }, (_, column) =>
    m.node('Slice', [x, m.ints([column]), m.ints([column + result]), m.ints([3])]),
  );
  const copies = m.node('Reshape', [
    m.node('Concat', shifted, { axis: 1 }),
    m.ints([batch, kernel * from, height * result]),
  ]);
  const byRow = Array.from({ length: kernel }, (_, row) => {
    const start = row * result;
    const part = m.node('Slice', [copies, m.ints([start]), m.ints([start + result * result]), m.ints([2])]);
    return productSum(m, dy, part);
  });
  const all = m.node('Reshape', [m.node('Concat', byRow, { axis: 1 }), m.ints([to, kernel, kernel, from])]);
  return m.node('Transpose', [all], { perm: [0, 3, 1, 2] });
}

/** The sum over the batch of `a · bᵀ`. */
function productSum(m: Model, a: string, b: string): string {
  const products = m.node('FusedMatMul', [a, b], { transB: 1 }, 'com.microsoft');
  return m.node('ReduceSum', [products, m.ints([0])], { keepdims: 0 });
}

/** The maximum of each window of 2 × 2. */
export function maxPool(m: Model, x: string): string {
  return m.node('MaxPool', [x], { kernel_shape: [2, 2], strides: [2, 2] });
}

/**
 * The gradient at the first maximum of each window, without the slow indices of MaxPool: where the image equals its window's maximum it is
 * marked by its position, counted from the end; the largest mark of a window is the first maximum, and gives the index for MaxUnpool.
 */
export function maxPoolGradient(
  m: Model,
  x: string,
  pooled: string,
  dy: string,
  { batch, to: channels, result: size }: ConvShape,
): string {
  const pixels = size * size;
  const scales = m.constant('float32', [4], [1, 1, 2, 2]);
  const upsampled = m.node('Resize', [pooled, '', scales], {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
    nearest_mode: 'floor',
  });
  const isMax = m.node('Cast', [m.node('Equal', [x, upsampled])], { to: 1 });
  const fromEnd = Array.from({ length: pixels }, (_, i) => pixels - 1 - i);
  const marks = m.node('Mul', [isMax, m.constant('float32', [size, size], fromEnd)]);
  const last = Array.from({ length: batch * channels }, (_, plane) => plane * pixels + pixels - 1);
  const planes = m.constant('float32', [batch, channels, 1, 1], last);
  const index = m.node('Cast', [m.node('Sub', [planes, maxPool(m, marks)])], { to: 7 });
  return m.node('MaxUnpool', [dy, index], { kernel_shape: [2, 2], strides: [2, 2] });
}
