import { adam, flatten, mse, relu, rescale, sgd, tanh } from '@descent/core';
import { digits, mapX, mapY, mnist, plane, regression } from '../data.ts';
import type { MadeRun } from '../made-run.ts';
import { lenet, mlp, small } from '../networks.ts';

/** Inputs and targets of the wrong scale. */
export const SCALE: readonly MadeRun[] = [
  {
    name: 'raw pixels: mnist, mlp',
    data: () => mnist(),
    model: mlp(64, [rescale(1)]),
    optimizer: sgd({ lr: 0.1 }),
    advised: { model: mlp() },
    expected: ['input too large'],
  },
  {
    name: 'raw pixels: mnist, lenet',
    data: () => mnist(),
    model: lenet([rescale(1)]),
    optimizer: sgd({ lr: 0.1 }),
    advised: { model: lenet() },
    expected: ['input too large'],
  },
  {
    name: 'raw pixels: mnist, lr 0.01',
    data: () => mnist(),
    model: mlp(64, [rescale(1)]),
    optimizer: sgd({ lr: 0.01 }),
    expected: ['input too large'],
  },
  {
    name: 'raw pixels: mnist, tanh',
    data: () => mnist(),
    model: small([784, 32, 10], tanh, [rescale(1), flatten()]),
    optimizer: sgd({ lr: 0.1 }),
    expected: ['input too large'],
  },
  {
    name: 'features in thousands',
    data: () => mapX(regression(plane), (v) => 1000 * v + 3000),
    model: small([6, 32, 1]),
    optimizer: adam({ lr: 0.001 }),
    loss: mse(),
    expected: ['input too large'],
  },
  {
    name: 'rescale twice: mnist, mlp',
    data: () => mnist(),
    model: mlp(64, [rescale(1 / 255), rescale(1 / 255)]),
    optimizer: sgd({ lr: 0.1 }),
    advised: { model: mlp() },
    expected: ['input too small'],
  },
  {
    name: 'rescale twice: mnist, lenet',
    data: () => mnist(),
    model: lenet([rescale(1 / 255), rescale(1 / 255)]),
    optimizer: sgd({ lr: 0.1 }),
    advised: { model: lenet() },
    expected: ['input too small'],
  },
  {
    name: 'rescale of scaled floats: mnist',
    data: async () => mapX(await mnist(), (v) => v / 255),
    model: mlp(),
    optimizer: sgd({ lr: 0.1 }),
    expected: ['input too small'],
  },
  {
    name: 'rescale(1/255) of digits up to 16',
    data: digits,
    model: small([64, 32, 10], relu, [rescale(1 / 255), flatten()]),
    optimizer: sgd({ lr: 0.02 }),
    expected: ['input too small'],
  },
  {
    name: 'targets in hundred thousands',
    data: () => mapY(regression(plane), (v) => 1e5 * v + 3e5),
    model: small([6, 32, 1]),
    optimizer: adam({ lr: 0.01 }),
    loss: mse(),
    advised: { data: () => regression(plane) },
    expected: ['targets not scaled'],
  },
  {
    name: 'targets of thousandths',
    data: () => mapY(regression(plane), (v) => v / 1000),
    model: small([6, 32, 1]),
    optimizer: sgd({ lr: 0.01 }),
    loss: mse(),
    advised: { data: () => regression(plane) },
    expected: ['targets not scaled'],
  },
];
