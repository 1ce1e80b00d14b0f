import {
  batchNorm2d,
  bceWithLogits,
  conv2d,
  convTranspose2d,
  type Layer,
  layer,
  maxPool2d,
  relu,
  rescale,
  sequential,
} from '@descent/core';
import { concat } from '@descent/core/ops';
import type { Network } from '../network.ts';

const [BATCH, SIDE] = [4, 64];

/** Marks pixels: down by two poolings and up again, beside ways that keep the places (Ronneberger et al. 2015). */
export function unet(): Network {
  const parts = {
    bytes: rescale(1 / 255),
    down1: double(1, 16),
    down2: double(16, 32),
    middle: double(32, 64),
    up2: convTranspose2d(64, 32, 2, { stride: 2 }),
    join2: double(64, 32),
    up1: convTranspose2d(32, 16, 2, { stride: 2 }),
    join1: double(32, 16),
    head: conv2d(16, 1, 1),
    pool: maxPool2d(2),
  };
  return {
    title: `U-Net of 16-32-64 channels, ${BATCH} images of ${SIDE} × ${SIDE}`,
    model: layer('unet', parts, (x, { bytes, down1, down2, middle, up2, join2, up1, join1, head, pool }) => {
      const one = down1(bytes(x));
      const two = down2(pool(one));
      const low = join2(concat([two, up2(middle(pool(two)))], 1));
      return head(join1(concat([one, up1(low)], 1)));
    }),
    loss: bceWithLogits(),
    optimizer: { kind: 'adam', lr: 1e-3 },
    batch: (draws) => ({ x: draws.bytes(BATCH, 1, SIDE, SIDE), y: draws.integers(0, 2, BATCH, 1, SIDE, SIDE) }),
  };
}

function double(from: number, to: number): Layer {
  const conv = (before: number): Layer => conv2d(before, to, 3, { padding: 1, bias: false });
  return sequential(conv(from), batchNorm2d(to), relu(), conv(to), batchNorm2d(to), relu());
}
