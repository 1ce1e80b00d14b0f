import { adam, mse, sgd } from '@descent/core';
import {
  digits,
  iris,
  mapX,
  mnist,
  moons,
  plane,
  regression,
  sorted,
  unbalanced,
  where,
  withShuffledLabels,
} from '../data.ts';
import type { MadeRun } from '../made-run.ts';
import { mlp, onDigits, small } from '../networks.ts';

/** Data with a fault. */
export const DATA: readonly MadeRun[] = [
  {
    name: 'shuffled labels: mnist',
    data: async () => withShuffledLabels(await mnist()),
    model: mlp(256),
    optimizer: adam({ lr: 0.003 }),
    expected: ['labels do not fit the inputs'],
    epochs: 15,
  },
  {
    name: 'shuffled labels: digits',
    data: async () => withShuffledLabels(await digits()),
    model: onDigits(256),
    optimizer: adam({ lr: 0.01 }),
    expected: ['labels do not fit the inputs'],
    epochs: 25,
  },
  {
    name: 'shuffled labels: iris',
    data: async () => withShuffledLabels(await iris()),
    model: small([4, 64, 64, 3]),
    optimizer: adam({ lr: 0.01 }),
    expected: ['labels do not fit the inputs'],
    epochs: 60,
    batchSize: 16,
  },
  {
    name: 'shuffled labels: moons, sgd',
    data: () => withShuffledLabels(moons()),
    model: small([2, 16, 2]),
    optimizer: sgd({ lr: 0.1 }),
    expected: ['labels do not fit the inputs'],
    epochs: 15,
  },
  {
    name: 'one class: mnist',
    data: async () => where(await mnist(), (l) => l === 3),
    model: mlp(),
    optimizer: sgd({ lr: 0.1 }),
    expected: ['one class only'],
  },
  {
    name: 'one class: iris',
    data: async () => where(await iris(), (l) => l === 0, 'train'),
    model: small([4, 16, 3]),
    optimizer: sgd({ lr: 0.1 }),
    batchSize: 16,
    expected: ['one class only'],
    allowed: ['held-out data differ'],
  },
  {
    name: 'test from raw pixels',
    data: async () => {
      const all = mapX(await mnist(), (v) => v / 255);
      return { train: all.train, test: mapX(all, (v) => v * 255).test };
    },
    model: mlp(64, []),
    optimizer: sgd({ lr: 0.1 }),
    expected: ['held-out data differ'],
    epochs: 10,
  },
  {
    name: 'test inverted',
    data: async () => ({ train: (await mnist()).train, test: mapX(await mnist(), (v) => 255 - v).test }),
    model: mlp(),
    optimizer: sgd({ lr: 0.1 }),
    expected: ['held-out data differ'],
    epochs: 10,
  },
  {
    name: 'test of other classes',
    data: async () => ({
      train: where(await iris(), (l) => l < 2).train,
      test: where(await iris(), (l) => l === 2).test,
    }),
    model: small([4, 16, 3]),
    optimizer: sgd({ lr: 0.1 }),
    batchSize: 16,
    epochs: 20,
    expected: ['held-out data differ'],
  },
  {
    name: 'test shifted: plane',
    data: () => {
      const sets = regression(plane);
      return { train: sets.train, test: mapX(sets, (v) => v + 5).test };
    },
    model: small([6, 32, 1]),
    optimizer: adam({ lr: 0.01 }),
    loss: mse(),
    epochs: 15,
    expected: ['held-out data differ'],
  },
  {
    name: 'sorted: mnist',
    data: async () => sorted(await mnist()),
    model: mlp(),
    optimizer: sgd({ lr: 0.1 }),
    shuffle: false,
    advised: { shuffle: true },
    expected: ['data not shuffled'],
  },
  {
    name: 'sorted: digits, adam',
    data: async () => sorted(await digits()),
    model: onDigits(),
    optimizer: adam({ lr: 0.01 }),
    shuffle: false,
    expected: ['data not shuffled'],
  },
  {
    name: 'sorted: iris',
    data: async () => sorted(await iris()),
    model: small([4, 16, 3]),
    optimizer: sgd({ lr: 0.3 }),
    shuffle: false,
    batchSize: 20,
    epochs: 6,
    advised: { shuffle: true },
    expected: ['data not shuffled'],
  },
  {
    name: 'one class in twenty',
    data: unbalanced,
    model: small([4, 8, 2]),
    optimizer: sgd({ lr: 0.1 }),
    expected: ['class imbalance'],
    epochs: 10,
  },
];
