import type { NDArray, Node, Pads, Pair, Shape } from '@descent/core';
import { node } from '@descent/core/backend';
import { avgPool2dOp, concat, conv2d, conv2dOp, maxPool2dOp, reshape } from '@descent/core/ops';
import { distinct, integers, values } from '@descent/core/testing';
import type { Dice } from '../dice.ts';
import type { RandomCase } from './random-case.ts';

/** A convolution of any kernel, stride, dilation, grouping, and padding up to one more than the kernel reaches. */
export function randomConv2d(d: Dice): RandomCase {
  const kernel = pair(() => d.pick([1, 1, 2, 3, 3, 4, 5]));
  const strides = alike(d, () => d.pick([1, 1, 2, 3, 4]));
  const dilations = alike(d, () => d.pick([1, 1, 1, 2, 3]));
  const reach = pair((i) => dilations[i] * (kernel[i] - 1) + 1);
  const pads = drawPads(d, reach);
  const size = pair((i) => sizeFor(d, reach[i] - pads[i] - pads[(i + 2) as 2 | 3]));
  const groups = d.pick([1, 1, 1, 2, 3, 5]);
  const perGroup = d.pick([1, 1, 2, 3]);
  const x = [batchSize(d), groups * perGroup, ...size];
  const w = [groups * d.int(1, 3), perGroup, ...kernel];
  const attrs = { strides, pads, dilations, groups };
  return {
    name: `conv2d of [${x}] by [${w}], ${JSON.stringify(attrs)}`,
    inputs: [values(x, d.seed()), values(w, d.seed())],
    apply: (...operands) => node(conv2dOp, operands, attrs),
  };
}

/** The same weight in two convolutions, seen the other way round in the second, of images of another size, with another stride. */
export function randomSharedWeight(d: Dice): RandomCase {
  const [filters, channels] = d.pick([
    [1, 4],
    [3, 1],
    [2, 2],
    [2, 3],
  ]) as Pair;
  const kernel = alike(d, () => d.int(1, 3));
  const shapes = [channels, filters].map((n) => [batchSize(d), n, ...pair((i) => d.int(kernel[i], 8))]);
  const strides = shapes.map(() => d.int(1, 3));
  const padding = shapes.map(() => d.int(0, 2));
  return {
    name: `conv2d of ${shapes.map((s) => `[${s}]`).join(' and ')} by [${[filters, channels, ...kernel]}] and back, strides [${strides}], padding [${padding}]`,
    inputs: [...shapes, [filters, channels, ...kernel]].map((shape) => values(shape, d.seed())),
    apply(...operands) {
      const [x, y, w] = operands as [Node, Node, Node];
      const results = [w, reshape(w, [channels, filters, ...kernel])].map((weight, i) =>
        conv2d([x, y][i] as Node, weight, { stride: strides[i] as number, padding: padding[i] as number }),
      );
      return concat(results.map((r) => reshape(r, [r.type.shape.reduce((n, size) => n * size, 1)])));
    },
  };
}

/** A max pooling, of distinct pixels or of few values, so that most windows have ties. */
export function randomMaxPool2d(d: Dice): RandomCase {
  const { x, attrs } = drawPool(d);
  const ties = d.chance(0.4);
  return {
    name: `maxPool2d of [${x}]${ties ? ' with ties' : ''}, ${JSON.stringify(attrs)}`,
    inputs: [ties ? floats(integers(x, d.seed(), { low: -2, high: 1 })) : distinct(x, d.seed())],
    apply: (...operands) => node(maxPool2dOp, operands, attrs),
  };
}

export function randomAvgPool2d(d: Dice): RandomCase {
  const { x, attrs } = drawPool(d);
  const all = { ...attrs, countIncludePad: d.chance(0.5) };
  return {
    name: `avgPool2d of [${x}], ${JSON.stringify(all)}`,
    inputs: [values(x, d.seed())],
    apply: (...operands) => node(avgPool2dOp, operands, all),
  };
}

/** Windows that each hold a pixel: padding is at most half of the kernel. */
function drawPool(d: Dice): { x: Shape; attrs: { kernel: Pair; strides: Pair; pads: Pads } } {
  const kernel = alike(d, () => d.pick([1, 2, 2, 3, 3, 4, 5]));
  const strides = d.chance(0.3) ? kernel : alike(d, () => d.int(1, 4));
  const most = pair((i) => Math.floor(kernel[i] / 2));
  const pads = drawPads(d, most);
  const size = pair((i) => sizeFor(d, kernel[i] - pads[i] - pads[(i + 2) as 2 | 3]));
  return { x: [batchSize(d), d.int(1, 5), ...size], attrs: { kernel, strides, pads } };
}

/** Padding up to `most`: none, the same on all sides, or another number on each. */
function drawPads(d: Dice, most: Pair): Pads {
  const kind = d.int(0, 2);
  if (kind === 0) return [0, 0, 0, 0];
  const [top, left] = pair((i) => d.int(0, most[i]));
  return kind === 1 ? [top, left, top, left] : [top, left, d.int(0, most[0]), d.int(0, most[1])];
}

function batchSize(d: Dice): number {
  return d.pick([1, 1, 2, 3]);
}

function pair(draw: (axis: 0 | 1) => number): Pair {
  return [draw(0), draw(1)];
}

/** Often the same number for both axes. */
function alike(d: Dice, draw: () => number): Pair {
  const first = draw();
  return [first, d.chance(0.5) ? first : draw()];
}

function floats({ shape, data }: NDArray): NDArray {
  return { dtype: 'float32', shape, data: Float32Array.from(data) };
}

/** A height or width of at least `least`, the smallest often. */
function sizeFor(d: Dice, least: number): number {
  const smallest = Math.max(1, least);
  return d.chance(0.2) ? smallest : d.int(smallest, Math.max(smallest, 9) + 1);
}
