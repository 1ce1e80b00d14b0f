import { adam, mse, sgd, tanh } from '@descent/core';
import { digits, iris, mnist, moons, regression, wavy } from '../data.ts';
import type { MadeRun } from '../made-run.ts';
import { lenet, mlp, onDigits, small } from '../networks.ts';

const HIGH = ['learning rate too high'] as const;

/** Learning rates that are somewhat too high: the network learns, but far less than it could. */
export const SOMEWHAT: readonly MadeRun[] = [
  {
    name: 'lr 1: mnist, mlp',
    data: () => mnist(),
    model: mlp(),
    optimizer: sgd({ lr: 1 }),
    expected: [],
    // Rounding decides how far it gets: 71 % of the training images on one machine, and 93 % on another.
    allowed: [...HIGH, 'dead units', 'overfitting'],
  },
  { name: 'lr 2: mnist, mlp', data: () => mnist(), model: mlp(), optimizer: sgd({ lr: 2 }), expected: HIGH },
  { name: 'lr 1: mnist, lenet', data: () => mnist(), model: lenet(), optimizer: sgd({ lr: 1 }), expected: HIGH },
  {
    name: 'lr 0.3, momentum 0.9: mnist',
    data: () => mnist(),
    model: mlp(),
    optimizer: sgd({ lr: 0.3, momentum: 0.9 }),
    expected: [],
    allowed: [...HIGH, 'overfitting'],
  },
  {
    name: 'adam 0.03: mnist',
    data: () => mnist(),
    model: mlp(),
    optimizer: adam({ lr: 0.03 }),
    expected: [],
    allowed: ['overfitting'],
  },
  { name: 'adam 0.1: mnist', data: () => mnist(), model: mlp(), optimizer: adam({ lr: 0.1 }), expected: HIGH },
  {
    name: 'adam 0.05: lenet',
    data: () => mnist(),
    model: lenet(),
    optimizer: adam({ lr: 0.05 }),
    expected: [],
    allowed: [...HIGH, 'overfitting'],
  },
  {
    name: 'adam 0.1: digits',
    data: digits,
    model: onDigits(),
    optimizer: adam({ lr: 0.1 }),
    expected: [],
    allowed: HIGH,
    epochs: 10,
  },
  {
    name: 'adam 0.5: digits',
    data: digits,
    model: onDigits(),
    optimizer: adam({ lr: 0.5 }),
    expected: HIGH,
    epochs: 10,
  },
  {
    name: 'adam 1: iris',
    data: iris,
    model: small([4, 16, 3]),
    optimizer: adam({ lr: 1 }),
    expected: [],
    allowed: HIGH,
    epochs: 20,
    batchSize: 16,
  },
  {
    name: 'lr 3: iris',
    data: iris,
    model: small([4, 16, 3]),
    optimizer: sgd({ lr: 3 }),
    expected: [],
    allowed: HIGH,
    epochs: 20,
    batchSize: 16,
  },
  {
    name: 'lr 0.3: wave',
    data: () => regression(wavy),
    model: small([6, 32, 1]),
    optimizer: sgd({ lr: 0.3 }),
    loss: mse(),
    expected: [],
    allowed: HIGH,
    epochs: 15,
  },
  {
    name: 'adam 0.3: wave',
    data: () => regression(wavy),
    model: small([6, 32, 1]),
    optimizer: adam({ lr: 0.3 }),
    loss: mse(),
    expected: HIGH,
    epochs: 15,
  },
  {
    name: 'lr 1: moons, tanh',
    data: () => moons(),
    model: small([2, 32, 2], tanh),
    optimizer: sgd({ lr: 1 }),
    expected: [],
    epochs: 20,
  },
];
