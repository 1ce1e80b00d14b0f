import {
  batchNorm2d,
  conv2d,
  flatten,
  type Layer,
  layer,
  linear,
  maxPool2d,
  relu,
  residual,
  sequential,
} from '@descent/core';
import { drawModel } from '@descent/core/draw';
import { concat } from '@descent/core/ops';

const block = (from: number, to: number): Layer =>
  sequential(conv2d(from, to, 3, { padding: 1, bias: false }), batchNorm2d(to), relu());
/** What was there before the block stays beside what the block makes of it. */
const beside = layer('beside', { block: block(16, 16) }, (x, parts) => concat([x, parts.block(x)], 1));
const model = sequential(
  conv2d(3, 16, 3, { padding: 1 }),
  residual(block(16, 16)),
  beside,
  maxPool2d(2),
  flatten(),
  linear(32 * 4 * 4, 10),
);
export const svg: string = drawModel(model, { sample: { shape: [3, 8, 8] } });
console.log(svg.slice(0, 4)); // <svg
