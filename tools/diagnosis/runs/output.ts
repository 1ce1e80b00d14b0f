import { adam, linear, mse, relu, rescale, sequential, sgd, sigmoid, softmax } from '@descent/core';
import { digits, iris, mnist, plane, regression } from '../data.ts';
import type { MadeRun } from '../made-run.ts';
import { mlp, onDigits, small } from '../networks.ts';

/** Networks whose last activation does not fit the loss. */
export const OUTPUT: readonly MadeRun[] = [
  {
    name: 'softmax: mnist, sgd',
    data: () => mnist(),
    model: mlp(64, [rescale(1 / 255)], [softmax()]),
    optimizer: sgd({ lr: 0.1 }),
    advised: { model: mlp() },
    expected: ['activation before the loss'],
  },
  {
    name: 'softmax: mnist, adam',
    data: () => mnist(),
    model: mlp(64, [rescale(1 / 255)], [softmax()]),
    optimizer: adam({ lr: 0.003 }),
    expected: ['activation before the loss'],
  },
  {
    name: 'softmax: iris',
    data: iris,
    model: sequential(linear(4, 16), relu(), linear(16, 3), softmax()),
    optimizer: adam({ lr: 0.01 }),
    epochs: 25,
    expected: ['activation before the loss'],
  },
  {
    name: 'sigmoid: digits',
    data: digits,
    model: onDigits(32, [sigmoid()]),
    optimizer: sgd({ lr: 0.2 }),
    advised: { model: onDigits() },
    expected: ['activation before the loss'],
  },
  {
    name: 'relu: digits',
    data: digits,
    model: onDigits(32, [relu()]),
    optimizer: sgd({ lr: 0.2 }),
    advised: { model: onDigits() },
    expected: ['activation before the loss'],
  },
  {
    name: 'sigmoid for numbers beyond 1',
    data: () => regression(plane),
    model: sequential(linear(6, 16), relu(), linear(16, 1), sigmoid()),
    optimizer: adam({ lr: 0.01 }),
    loss: mse(),
    advised: { model: small([6, 16, 1]) },
    expected: ['output cannot reach the targets'],
  },
  {
    name: 'relu for numbers below 0',
    data: () => regression(plane),
    model: sequential(linear(6, 16), relu(), linear(16, 1), relu()),
    optimizer: adam({ lr: 0.01 }),
    loss: mse(),
    expected: ['output cannot reach the targets'],
  },
];
