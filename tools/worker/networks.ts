import {
  accuracy,
  type Backend,
  conv2d,
  createTrainer,
  crossEntropy,
  dropout,
  flatten,
  type Layer,
  linear,
  maxPool2d,
  ndarray,
  relu,
  rescale,
  sequential,
  sgd,
  type Trainer,
} from '@descent/core';

export const NETWORKS: Readonly<Record<'mlp' | 'lenet', () => Layer>> = {
  mlp: () => sequential(rescale(1 / 255), flatten(), linear(784, 256), relu(), dropout(0.2), linear(256, 10)),
  lenet: () =>
    sequential(
      ...[rescale(1 / 255), conv2d(1, 6, 5), relu(), maxPool2d(2), conv2d(6, 16, 5), relu(), maxPool2d(2)],
      ...[flatten(), linear(256, 120), relu(), linear(120, 84), relu(), linear(84, 10)],
    ),
};

export type NetworkName = keyof typeof NETWORKS;

export function makeTrainer(name: NetworkName, backend: Backend): Promise<Trainer> {
  return createTrainer({
    model: NETWORKS[name](),
    loss: crossEntropy(),
    optimizer: sgd({ lr: 0.05, momentum: 0.9 }),
    metrics: [accuracy()],
    backend,
    seed: 3,
  }) as unknown as Promise<Trainer>;
}

export const BATCH = 64;

/** Pictures of ten kinds, of as many pixels as those of MNIST, for `fit`: another order each epoch. */
export function pictures(count: number) {
  const pixels = new Uint8Array(count * 784);
  for (let i = 0; i < pixels.length; i++) pixels[i] = ((i % 784) * (3 + (Math.floor(i / 784) % 10)) * 7) % 256;
  const dataset = {
    x: ndarray('uint8', [count, 1, 28, 28], pixels),
    y: ndarray(
      'int32',
      [count],
      Int32Array.from({ length: count }, (_, i) => i % 10),
    ),
  };
  return {
    length: Math.ceil(count / BATCH),
    batchSize: BATCH,
    dataset,
    epoch: () => [],
    indices: (epoch: number) => Uint32Array.from({ length: count }, (_, i) => (i * 7 + epoch * 13) % count),
  };
}
