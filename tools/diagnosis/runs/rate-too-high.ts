import { adam, flatten, mse, rescale, sgd, tanh } from '@descent/core';
import { digits, iris, mnist, plane, regression, wavy } from '../data.ts';
import type { MadeRun } from '../made-run.ts';
import { lenet, mlp, onDigits, small } from '../networks.ts';

const HIGH = ['learning rate too high'] as const;

/** Learning rates that throw a network off. */
export const TOO_HIGH: readonly MadeRun[] = [
  ...[3, 10, 1000].flatMap((lr): readonly MadeRun[] => [
    { name: `lr ${lr}: mnist, mlp`, data: () => mnist(), model: mlp(), optimizer: sgd({ lr }), expected: HIGH },
    { name: `lr ${lr}: mnist, lenet`, data: () => mnist(), model: lenet(), optimizer: sgd({ lr }), expected: HIGH },
    {
      name: `lr ${lr}: digits`,
      data: digits,
      model: onDigits(),
      optimizer: sgd({ lr }),
      expected: lr === 3 ? [] : HIGH,
      allowed: HIGH,
    },
  ]),
  {
    name: 'lr 10: mnist, one epoch',
    data: () => mnist(),
    model: mlp(),
    optimizer: sgd({ lr: 10 }),
    expected: HIGH,
    epochs: 1,
  },
  {
    name: 'lr 30: iris',
    data: iris,
    model: small([4, 16, 3]),
    optimizer: sgd({ lr: 30 }),
    expected: HIGH,
    batchSize: 16,
    epochs: 10,
  },
  {
    name: 'lr 1, momentum 0.9: mnist',
    data: () => mnist(),
    model: mlp(),
    optimizer: sgd({ lr: 1, momentum: 0.9 }),
    expected: HIGH,
  },
  { name: 'adam 1: mnist', data: () => mnist(), model: mlp(), optimizer: adam({ lr: 1 }), expected: HIGH },
  { name: 'adam 0.3: mnist', data: () => mnist(), model: mlp(), optimizer: adam({ lr: 0.3 }), expected: HIGH },
  { name: 'adam 0.3: lenet', data: () => mnist(), model: lenet(), optimizer: adam({ lr: 0.3 }), expected: HIGH },
  {
    name: 'adam 3: digits, tanh',
    data: digits,
    model: small([64, 32, 10], tanh, [rescale(1 / 16), flatten()]),
    optimizer: adam({ lr: 3 }),
    expected: HIGH,
  },
  {
    name: 'lr 0.6: plane',
    data: () => regression(plane),
    model: small([6, 32, 1]),
    optimizer: sgd({ lr: 0.6 }),
    loss: mse(),
    expected: HIGH,
  },
  {
    name: 'adam 1: wave',
    data: () => regression(wavy),
    model: small([6, 32, 1]),
    optimizer: adam({ lr: 1 }),
    loss: mse(),
    expected: HIGH,
  },
];
