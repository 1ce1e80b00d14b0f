import {
  conv2d,
  crossEntropy,
  flatten,
  layer,
  linear,
  maxPool2d,
  type Node,
  relu,
  rescale,
  sequential,
} from '@descent/core';
import { concat } from '@descent/core/ops';
import type { Network } from '../network.ts';

type PictureAndNumbers = { readonly picture: Node; readonly numbers: Node };

const [BATCH, SIDE, NUMBERS, CLASSES] = [64, 28, 16, 10];

/** Tells classes by a picture and numbers about it. */
export function twoInputs(): Network {
  const see = sequential(
    rescale(1 / 255),
    conv2d(1, 16, 3, { padding: 1 }),
    relu(),
    maxPool2d(2),
    conv2d(16, 32, 3, { padding: 1 }),
    relu(),
    maxPool2d(2),
    flatten(),
  );
  const parts = { see, read: sequential(linear(NUMBERS, 64), relu()), decide: linear(32 * 7 * 7 + 64, CLASSES) };
  return {
    title: `picture and numbers, ${BATCH} pairs`,
    model: layer('twoInputs', parts, ({ picture, numbers }: PictureAndNumbers, { see, read, decide }) =>
      decide(concat([see(picture), read(numbers)], 1)),
    ),
    loss: crossEntropy(),
    optimizer: { kind: 'adam', lr: 1e-3 },
    batch: (draws) => ({
      x: { picture: draws.bytes(BATCH, 1, SIDE, SIDE), numbers: draws.normal(BATCH, NUMBERS) },
      y: draws.integers(0, CLASSES, BATCH),
    }),
  };
}
