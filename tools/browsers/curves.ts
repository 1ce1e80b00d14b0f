// Trained the same in a page and in Node: an MLP and LeNet on the first images of the MNIST sample.
import {
  type Backend,
  conv2d,
  createTrainer,
  crossEntropy,
  dropout,
  flatten,
  linear,
  maxPool2d,
  relu,
  rescale,
  sequential,
  sgd,
  type Trainer,
} from '@descent/core';
import { type Loader, loader, mnistSample, subset } from '@descent/datasets';

export const NETWORKS = {
  mlp: sequential(rescale(1 / 255), flatten(), linear(784, 32), relu(), dropout(0.2), linear(32, 10)),
  lenet: sequential(
    ...[rescale(1 / 255), conv2d(1, 6, 5), relu(), maxPool2d(2), conv2d(6, 16, 5), relu(), maxPool2d(2)],
    ...[flatten(), linear(256, 120), relu(), linear(120, 84), relu(), linear(84, 10)],
  ),
} as const;

const BATCH = 16;

export function trainerOn(network: keyof typeof NETWORKS, backend: Backend): Promise<Trainer> {
  const optimizer = sgd({ lr: 0.1, momentum: 0.9 });
  return createTrainer({ model: NETWORKS[network], loss: crossEntropy(), optimizer, backend, seed: 4 });
}

/** The batches of `steps` steps from step `first` on. */
export async function firstBatches(steps: number, first = 0): Promise<Loader> {
  const all = await mnistSample({ train: true });
  const indices = Array.from({ length: steps * BATCH }, (_, i) => first * BATCH + i);
  return loader(subset(all, indices), { batchSize: BATCH });
}

/** Losses of the next steps, whose batches begin at step `first`. */
export async function lossesOf(trainer: Trainer, first: number, steps: number): Promise<readonly number[]> {
  const losses: number[] = [];
  for (const { x, y } of (await firstBatches(steps, first)).epoch(0)) losses.push((await trainer.step(x, y)).loss);
  return losses;
}
