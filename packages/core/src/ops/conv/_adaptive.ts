import { ndarray } from '../../ir/ndarray.ts';
import { type Node, node } from '../../ir/node.ts';
import { constant } from '../leaf/constant.ts';
import { productAlong } from '../linalg/_along.ts';
import { maxOfSeen, type Seen } from './_max-images.ts';
import type { Pair } from './_window.ts';
import { avgPool2dOp } from './avg-pool2d.ts';
import { maxPool2dOp } from './max-pool2d.ts';

/** Window `i` of `count` over an axis of `size` goes from `⌊i·size/count⌋` to before `⌈(i + 1)·size/count⌉`, as in PyTorch. */
function spans(size: number, count: number): readonly Pair[] {
  return Array.from({ length: count }, (_, i) => [Math.floor((i * size) / count), Math.ceil(((i + 1) * size) / count)]);
}

/** The windows that tile images `[batch, channels, height, width]`, or null where the output does not divide them. */
function tiling({ type: { shape } }: Node, output: Pair): { readonly kernel: Pair; readonly strides: Pair } | null {
  const [height, width] = shape.slice(2) as [number, number];
  if (height % output[0] !== 0 || width % output[1] !== 0) return null;
  const kernel = [height / output[0], width / output[1]] as const;
  return { kernel, strides: kernel };
}

const BARE = [0, 0, 0, 0] as const;

/** Means over windows of images, however many: one pooling where they tile the images, else a product with a matrix for each axis. */
export function adaptiveMeans(x: Node, output: Pair): Node {
  const tiles = tiling(x, output);
  if (tiles !== null) return node(avgPool2dOp, [x], { ...tiles, pads: BARE, countIncludePad: true });
  const [height, width] = x.type.shape.slice(2) as [number, number];
  const wide = width === output[1] ? x : productAlong(x, 3, averaging(width, output[1]));
  return height === output[0] ? wide : productAlong(wide, 2, averaging(height, output[0]));
}

/** A matrix `[count, size]` whose rows average the windows of `spans`. */
function averaging(size: number, count: number): Node {
  const data = new Float32Array(count * size);
  for (const [i, [start, end]] of spans(size, count).entries()) {
    data.fill(1 / (end - start), i * size + start, i * size + end);
  }
  return constant(ndarray('float32', [count, size], data));
}

/** Maxima over windows of images, however many. */
export function adaptiveMaxima(x: Node, output: Pair): Node {
  const tiles = tiling(x, output);
  if (tiles !== null) return node(maxPool2dOp, [x], { ...tiles, pads: BARE });
  const [height, width] = x.type.shape.slice(2) as [number, number];
  return maxOfSeen(x, [seen(height, output[0]), seen(width, output[1])]);
}

/** Windows differ in size by one or two: the smaller ones see their last pixel again. */
function seen(size: number, count: number): Seen {
  const all = spans(size, count);
  const most = Math.max(...all.map(([start, end]) => end - start));
  return all.map(([start, end]) => Array.from({ length: most }, (_, t) => Math.min(start + t, end - 1)));
}
