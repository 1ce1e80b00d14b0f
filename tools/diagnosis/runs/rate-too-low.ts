import { adam, flatten, mse, rescale, sgd, tanh } from '@descent/core';
import { digits, iris, mnist, moons, plane, regression, wavy } from '../data.ts';
import type { MadeRun } from '../made-run.ts';
import { lenet, mlp, onDigits, small } from '../networks.ts';

const LOW = ['learning rate too low'] as const;

/** Learning rates that lead nowhere in the time given, and too few updates. */
export const TOO_LOW: readonly MadeRun[] = [
  ...[0, 1e-6, 1e-4].flatMap((lr): readonly MadeRun[] => [
    { name: `lr ${lr}: mnist, mlp`, data: () => mnist(), model: mlp(), optimizer: sgd({ lr }), expected: LOW },
    { name: `lr ${lr}: digits`, data: digits, model: onDigits(), optimizer: sgd({ lr }), expected: LOW },
    {
      name: `lr ${lr}: wave`,
      data: () => regression(wavy),
      model: small([6, 32, 1]),
      optimizer: sgd({ lr }),
      loss: mse(),
      expected: LOW,
    },
  ]),
  { name: 'lr 0.003: mnist', data: () => mnist(), model: mlp(), optimizer: sgd({ lr: 0.003 }), expected: LOW },
  {
    name: 'lr 0.01: wave',
    data: () => regression(wavy),
    model: small([6, 32, 1]),
    optimizer: sgd({ lr: 0.01 }),
    loss: mse(),
    expected: LOW,
  },
  { name: 'lr 0.01: lenet', data: () => mnist(), model: lenet(), optimizer: sgd({ lr: 0.01 }), expected: LOW },
  { name: 'lr 0.001: lenet', data: () => mnist(), model: lenet(), optimizer: sgd({ lr: 0.001 }), expected: LOW },
  { name: 'lr 0.01: digits', data: digits, model: onDigits(), optimizer: sgd({ lr: 0.01 }), expected: LOW },
  {
    name: 'lr 0.003: digits, tanh',
    data: digits,
    model: small([64, 32, 10], tanh, [rescale(1 / 16), flatten()]),
    optimizer: sgd({ lr: 0.003 }),
    expected: LOW,
  },
  {
    name: 'lr 0.003: moons',
    data: () => moons(),
    model: small([2, 16, 2]),
    optimizer: sgd({ lr: 0.003 }),
    expected: LOW,
    epochs: 5,
  },
  {
    name: 'adam 1e-5: plane',
    data: () => regression(plane),
    model: small([6, 32, 1]),
    optimizer: adam({ lr: 1e-5 }),
    loss: mse(),
    expected: LOW,
    epochs: 10,
  },
  { name: 'adam 1e-6: mnist', data: () => mnist(), model: mlp(), optimizer: adam({ lr: 1e-6 }), expected: LOW },
  { name: 'adam 1e-5: lenet', data: () => mnist(), model: lenet(), optimizer: adam({ lr: 1e-5 }), expected: LOW },
  {
    name: 'lr 0.001: iris',
    data: iris,
    model: small([4, 16, 3]),
    optimizer: sgd({ lr: 0.001 }),
    expected: LOW,
    batchSize: 16,
    epochs: 10,
  },
  {
    name: 'one batch an epoch: mnist',
    data: () => mnist(),
    model: mlp(),
    optimizer: sgd({ lr: 0.1 }),
    batchSize: 1500,
    epochs: 10,
    advised: { batchSize: 32 },
    expected: ['too few updates'],
  },
  {
    name: 'one batch an epoch: iris',
    data: iris,
    model: small([4, 16, 3]),
    optimizer: sgd({ lr: 0.05 }),
    batchSize: 120,
    epochs: 15,
    expected: ['too few updates'],
  },
  {
    name: 'one batch an epoch: digits',
    data: digits,
    model: onDigits(),
    optimizer: sgd({ lr: 0.1 }),
    batchSize: 1438,
    epochs: 12,
    advised: { batchSize: 32 },
    expected: ['too few updates'],
  },
];
