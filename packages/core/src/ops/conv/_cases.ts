import { type NDArray, zeros } from '../../ir/ndarray.ts';
import type { Shape } from '../../ir/shape.ts';
import type { Pool2dAttrs } from './_pool.ts';
import { outputSize, type Pads, type Pair } from './_window.ts';
import type { Conv2dAttrs } from './conv2d.ts';

/** A convolution to try: shapes of the image batch and of the weight, and the attributes. */
export interface ConvConfig {
  readonly name: string;
  readonly x: Shape;
  readonly w: Shape;
  /** Shape of the result. */
  readonly y: Shape;
  readonly attrs: Conv2dAttrs;
}

const PLAIN: Conv2dAttrs = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], groups: 1 };
const SAME3: Pads = [1, 1, 1, 1];

/** Convolutions over every attribute, alone and combined, and the shapes that networks have. */
export const CONVS: readonly ConvConfig[] = [
  conv('plain', [2, 2, 5, 6], [3, 2, 3, 3], {}),
  conv('one pixel', [1, 1, 1, 1], [1, 1, 1, 1], {}),
  conv('kernel 1×1', [2, 3, 3, 4], [4, 3, 1, 1], {}),
  conv('kernel 1×1, stride 2', [2, 3, 4, 5], [2, 3, 1, 1], { strides: [2, 2] }),
  conv('kernel 2×2', [1, 2, 4, 4], [2, 2, 2, 2], {}),
  conv('kernel 1×3', [2, 2, 4, 5], [3, 2, 1, 3], {}),
  conv('kernel 3×2', [2, 2, 5, 4], [3, 2, 3, 2], {}),
  conv('kernel as large as the image', [2, 2, 3, 4], [3, 2, 3, 4], {}),
  conv('one image, one channel', [1, 1, 4, 4], [1, 1, 3, 3], {}),
  conv('first layer of a LeNet', [2, 1, 8, 8], [6, 1, 5, 5], {}),
  conv('padding', [2, 2, 4, 3], [3, 2, 3, 3], { pads: SAME3 }),
  conv('padding of height alone', [1, 2, 4, 4], [2, 2, 3, 3], { pads: [2, 0, 2, 0] }),
  conv('padding that differs on all sides', [1, 2, 4, 4], [2, 2, 3, 3], { pads: [0, 1, 2, 3] }),
  conv('padding of an even kernel', [1, 2, 4, 4], [2, 2, 4, 4], { pads: [1, 1, 2, 2] }),
  conv('padding larger than the kernel needs', [1, 1, 3, 3], [2, 1, 3, 3], { pads: [4, 4, 4, 4] }),
  conv('stride 2', [2, 2, 7, 7], [3, 2, 3, 3], { strides: [2, 2] }),
  conv('stride 2 that leaves rows out', [2, 2, 6, 8], [3, 2, 3, 3], { strides: [2, 2] }),
  conv('stride larger than the kernel', [1, 2, 7, 8], [2, 2, 2, 2], { strides: [3, 3] }),
  conv('strides that differ', [1, 2, 6, 6], [2, 2, 3, 3], { strides: [2, 1] }),
  conv('stride 2 with padding', [2, 2, 6, 5], [3, 2, 3, 3], { strides: [2, 2], pads: SAME3 }),
  conv('stride 2 with odd padding', [2, 2, 6, 6], [2, 2, 3, 3], { strides: [2, 2], pads: [0, 0, 1, 1] }),
  conv('dilation 2', [1, 2, 7, 6], [2, 2, 3, 3], { dilations: [2, 2] }),
  conv('dilations that differ', [1, 2, 6, 7], [2, 2, 2, 3], { dilations: [3, 2] }),
  conv('dilation 2 with padding', [2, 2, 5, 5], [2, 2, 3, 3], { dilations: [2, 2], pads: [2, 2, 2, 2] }),
  conv('dilation 2, stride 2, padding that differs', [1, 2, 8, 7], [2, 2, 3, 3], {
    dilations: [2, 2],
    strides: [2, 2],
    pads: [1, 2, 0, 3],
  }),
  conv('2 groups', [2, 4, 4, 5], [6, 2, 3, 3], { groups: 2 }),
  conv('2 groups, stride 2, padding', [1, 4, 6, 5], [4, 2, 3, 3], { groups: 2, strides: [2, 2], pads: SAME3 }),
  conv('2 groups, dilation 2', [1, 4, 5, 6], [2, 2, 3, 3], { groups: 2, dilations: [2, 2] }),
  conv('depthwise', [2, 3, 4, 4], [3, 1, 3, 3], { groups: 3 }),
  conv('depthwise, stride 2, padding', [2, 3, 5, 5], [3, 1, 3, 3], { groups: 3, strides: [2, 2], pads: SAME3 }),
  conv('depthwise, two filters a channel', [1, 3, 4, 4], [6, 1, 3, 3], { groups: 3 }),
  conv('no images', [0, 2, 4, 4], [3, 2, 3, 3], {}),
];

function conv(name: string, x: Shape, w: Shape, attrs: Partial<Conv2dAttrs>): ConvConfig {
  const all = { ...PLAIN, ...attrs };
  const y = [x[0] as number, w[0] as number, ...outputSize('conv2d', image(x), image(w), all, all.dilations)];
  return { name, x, w, y, attrs: all };
}

/** A pooling to try: shape of the image batch and the attributes. */
export interface PoolConfig {
  readonly name: string;
  readonly x: Shape;
  /** Shape of the result. */
  readonly y: Shape;
  readonly attrs: Pool2dAttrs;
}

/** Poolings over every attribute, and image sizes that do not divide. */
export const POOLS: readonly PoolConfig[] = [
  pool('kernel 2, stride 2', [2, 3, 4, 6], {}),
  pool('odd sizes, whose last row and column are left out', [2, 2, 5, 7], {}),
  pool('kernel 3, stride 2', [1, 2, 7, 6], { kernel: [3, 3] }),
  pool('kernel 3, stride 2, padding 1', [2, 2, 6, 5], { kernel: [3, 3], pads: [1, 1, 1, 1] }),
  pool('kernel 3, stride 1, padding 1', [1, 2, 4, 3], { kernel: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] }),
  pool('kernel 2, stride 1: windows overlap', [2, 1, 4, 4], { strides: [1, 1] }),
  pool('kernel 2, stride 3: windows leave gaps', [1, 2, 7, 8], { strides: [3, 3] }),
  pool('kernel 2×3', [1, 2, 5, 7], { kernel: [2, 3], strides: [2, 3] }),
  pool('kernel 3×1, strides that differ', [1, 2, 6, 4], { kernel: [3, 1], strides: [1, 2] }),
  pool('padding at the bottom and right alone', [1, 2, 5, 5], { pads: [0, 0, 1, 1] }),
  pool('the whole image', [2, 3, 3, 4], { kernel: [3, 4], strides: [3, 4] }),
  pool('kernel 1', [1, 2, 3, 3], { kernel: [1, 1], strides: [1, 1] }),
  pool('one pixel', [1, 1, 1, 1], { kernel: [1, 1], strides: [1, 1] }),
  pool('no images', [0, 2, 4, 4], {}),
];

function pool(name: string, x: Shape, attrs: Partial<Pool2dAttrs>): PoolConfig {
  const all: Pool2dAttrs = { kernel: [2, 2], strides: [2, 2], pads: [0, 0, 0, 0], ...attrs };
  return { name, x, y: [...x.slice(0, 2), ...outputSize('pool', image(x), all.kernel, all, [1, 1])], attrs: all };
}

/** The largest pixel of each window, which the gradient of a max pooling takes as an operand. */
export function windowMaxima(x: NDArray, y: Shape, { kernel, strides, pads }: Pool2dAttrs): NDArray {
  const out = zeros(y);
  const [[height, width], [rows, cols]] = [image(x.shape), image(y)];
  for (let i = 0; i < out.data.length; i++) {
    const [plane, row, col] = [Math.floor(i / (rows * cols)), Math.floor(i / cols) % rows, i % cols];
    const [top, left] = [row * strides[0] - pads[0], col * strides[1] - pads[1]];
    let largest = Number.NEGATIVE_INFINITY;
    for (let r = Math.max(0, top); r < Math.min(height, top + kernel[0]); r++) {
      for (let c = Math.max(0, left); c < Math.min(width, left + kernel[1]); c++) {
        largest = Math.max(largest, x.data[(plane * height + r) * width + c] as number);
      }
    }
    out.data[i] = largest;
  }
  return out;
}

function image(shape: Shape): Pair {
  return [shape.at(-2) as number, shape.at(-1) as number];
}
