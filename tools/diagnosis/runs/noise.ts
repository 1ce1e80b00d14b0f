import { adam, linear, mse, sgd } from '@descent/core';
import { moons, plane, regression, squares } from '../data.ts';
import type { MadeRun } from '../made-run.ts';
import { small } from '../networks.ts';

/** Runs of which the data tell no more than is learnt. */
export const NOISY: readonly MadeRun[] = [
  {
    name: 'noise: plane, linear',
    data: () => regression(plane, { noise: 3 }),
    model: linear(6, 1),
    optimizer: sgd({ lr: 0.05 }),
    loss: mse(),
    epochs: 10,
    expected: ['underfitting'],
  },
  {
    name: 'noise: plane, linear, adam',
    data: () => regression(plane, { noise: 3 }),
    model: linear(6, 1),
    optimizer: adam({ lr: 0.05 }),
    loss: mse(),
    epochs: 20,
    expected: ['underfitting'],
  },
  {
    name: 'noise: moons',
    data: () => moons({ noise: 0.6 }),
    model: small([2, 16, 2]),
    optimizer: adam({ lr: 0.01 }),
    epochs: 20,
    expected: ['underfitting'],
  },
  {
    name: 'squares in the plane, linear',
    data: () => squares(),
    model: linear(2, 2),
    optimizer: sgd({ lr: 0.2 }),
    epochs: 10,
    expected: ['underfitting'],
  },
];
