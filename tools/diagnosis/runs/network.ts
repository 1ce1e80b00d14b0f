import {
  constantInit,
  dropout,
  flatten,
  kaimingUniform,
  type Layer,
  linear,
  relu,
  rescale,
  sequential,
  sgd,
  sigmoid,
} from '@descent/core';
import { digits, mnist, moons } from '../data.ts';
import type { MadeRun } from '../made-run.ts';
import { mlp, onDigits, small } from '../networks.ts';

/** Networks that cannot learn. */
export const NET: readonly MadeRun[] = [
  {
    name: 'dead units by a negative bias',
    data: () => mnist(),
    model: sequential(
      rescale(1 / 255),
      flatten(),
      linear(784, 64, { biasInit: constantInit(-50) }),
      relu(),
      linear(64, 10),
    ),
    optimizer: sgd({ lr: 0.1 }),
    expected: ['dead units'],
  },
  {
    name: 'deep sigmoid: digits',
    data: digits,
    model: small([64, 32, 32, 32, 32, 32, 32, 10], sigmoid, [rescale(1 / 16), flatten()]),
    optimizer: sgd({ lr: 0.1 }),
    advised: { model: deepRelu() },
    expected: ['vanishing gradients'],
  },
  {
    name: 'deep sigmoid: mnist',
    data: () => mnist(),
    model: small([784, 64, 64, 64, 64, 64, 64, 10], sigmoid, [rescale(1 / 255), flatten()]),
    optimizer: sgd({ lr: 0.1 }),
    expected: ['vanishing gradients'],
  },
  {
    name: 'constant weights: digits',
    data: digits,
    model: sequential(
      rescale(1 / 16),
      flatten(),
      linear(64, 32, { weightInit: constantInit(0.05), biasInit: constantInit(0) }),
      relu(),
      linear(32, 10, { weightInit: constantInit(0.05), biasInit: constantInit(0) }),
    ),
    optimizer: sgd({ lr: 0.1 }),
    advised: { model: onDigits() },
    expected: ['identical units'],
  },
  {
    name: 'zero weights: moons',
    data: () => moons(),
    model: sequential(
      linear(2, 16, { weightInit: constantInit(0), biasInit: constantInit(0) }),
      relu(),
      linear(16, 2, { weightInit: constantInit(0), biasInit: constantInit(0) }),
    ),
    optimizer: sgd({ lr: 0.1 }),
    expected: ['identical units'],
  },
  {
    name: 'weight decay 1: mnist',
    data: () => mnist(),
    model: mlp(),
    optimizer: sgd({ lr: 0.1, weightDecay: 1 }),
    advised: { optimizer: sgd({ lr: 0.1 }) },
    expected: ['weights decay too fast'],
  },
  {
    name: 'dropout 0.97: digits',
    data: digits,
    model: sequential(rescale(1 / 16), flatten(), linear(64, 32), relu(), dropout(0.97), linear(32, 10)),
    optimizer: sgd({ lr: 0.2 }),
    expected: ['dropout too strong'],
    epochs: 10,
  },
];

/** The deep network with what the advice says. */
function deepRelu(): Layer {
  const sizes = [64, 32, 32, 32, 32, 32, 32, 10];
  const layers = sizes
    .slice(1)
    .flatMap((out, i) => [relu(), linear(sizes[i] as number, out, { weightInit: kaimingUniform() })]);
  return sequential(rescale(1 / 16), flatten(), ...layers.slice(1));
}
