import { onnx } from '@descent/backend-onnx';
import {
  accuracy,
  adam,
  type Batch,
  batchNorm2d,
  constantInit,
  conv2d,
  createTrainer,
  crossEntropy,
  dropout,
  type FindingRule,
  type FitResult,
  fit,
  flatten,
  type Layer,
  type Loss,
  linear,
  maxPool2d,
  mse,
  type Optimizer,
  relu,
  rescale,
  sequential,
  sgd,
  sigmoid,
  softmax,
  tanh,
} from '@descent/core';
import { loader } from '@descent/datasets';
import {
  digits,
  floats,
  iris,
  labels,
  mapX,
  mapY,
  mnist,
  moons,
  named,
  randomFrom,
  regression,
  type Sets,
  sorted,
  where,
  withShuffledLabels,
} from './data.ts';

/** A run with a known fault, or without one. */
export interface MadeRun {
  readonly name: string;
  readonly data: () => Sets | Promise<Sets>;
  readonly model: Layer;
  readonly optimizer: Optimizer;
  readonly loss?: Loss;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly shuffle?: boolean;
  readonly seed?: number;
  /** The findings that it must have; none for a run that does well. */
  readonly expected: readonly FindingRule[];
  /** Findings that would be right as well. */
  readonly allowed?: readonly FindingRule[];
  /** What the advice of its finding comes to. */
  readonly advised?: Partial<Pick<MadeRun, 'model' | 'data' | 'shuffle' | 'batchSize' | 'optimizer'>>;
}

const mlp = (hidden = 64, front: readonly Layer[] = [rescale(1 / 255)], back: readonly Layer[] = []): Layer =>
  sequential(...front, flatten(), linear(784, hidden), relu(), linear(hidden, 10), ...back);
const lenet = (front: readonly Layer[] = [rescale(1 / 255)]): Layer =>
  sequential(
    ...front,
    conv2d(1, 6, 5),
    relu(),
    maxPool2d(2),
    conv2d(6, 12, 5),
    relu(),
    maxPool2d(2),
    flatten(),
    linear(192, 48),
    relu(),
    linear(48, 10),
  );
const small = (sizes: readonly number[], activation: () => Layer = relu, front: readonly Layer[] = []): Layer =>
  sequential(
    ...front,
    ...sizes.slice(1).flatMap((out, i) => [...(i === 0 ? [] : [activation()]), linear(sizes[i] as number, out)]),
  );
const onDigits = (hidden = 32, back: readonly Layer[] = []): Layer =>
  sequential(rescale(1 / 16), flatten(), linear(64, hidden), relu(), linear(hidden, 10), ...back);

const wavy = (x: readonly number[]): number => Math.sin(2 * (x[0] as number)) + (x[1] as number) * (x[2] as number);
const plane = (x: readonly number[]): number => 2 * (x[0] as number) - (x[1] as number) + 0.5 * (x[2] as number);

function unbalanced(): Sets {
  const random = randomFrom(5);
  const make = (count: number): Batch => {
    const x = Array.from({ length: count * 4 }, () => random() - 0.5);
    return { x: floats([count, 4], x), y: labels(Array.from({ length: count }, () => (random() < 0.05 ? 1 : 0))) };
  };
  return { train: make(600), test: make(200) };
}

const HIGH = ['learning rate too high'] as const;
const LOW = ['learning rate too low'] as const;

/** Runs that do well: no finding is right. */
const GOOD: readonly MadeRun[] = [
  {
    name: 'good: mnist, mlp, sgd 0.2',
    data: () => mnist(3000),
    model: mlp(),
    optimizer: sgd({ lr: 0.2 }),
    expected: [],
    epochs: 5,
  },
  {
    name: 'good: mnist, mlp, sgd 0.1',
    data: () => mnist(3000),
    model: mlp(128),
    optimizer: sgd({ lr: 0.1 }),
    expected: [],
    epochs: 6,
  },
  {
    name: 'good: mnist, mlp, adam',
    data: () => mnist(3000),
    model: mlp(),
    optimizer: adam({ lr: 0.002 }),
    expected: [],
    epochs: 5,
  },
  {
    name: 'good: mnist, momentum',
    data: () => mnist(3000),
    model: mlp(),
    optimizer: sgd({ lr: 0.03, momentum: 0.9 }),
    expected: [],
    epochs: 5,
  },
  {
    name: 'good: mnist, lenet, adam',
    data: () => mnist(3000),
    model: lenet(),
    optimizer: adam({ lr: 0.003 }),
    expected: [],
    epochs: 4,
  },
  {
    name: 'good: mnist, lenet, momentum',
    data: () => mnist(3000),
    model: lenet(),
    optimizer: sgd({ lr: 0.05, momentum: 0.9 }),
    expected: [],
    epochs: 5,
  },
  {
    name: 'good: mnist, raw pixels behind batch norm',
    data: () => mnist(3000),
    model: sequential(rescale(1), batchNorm2d(1), flatten(), linear(784, 64), relu(), linear(64, 10)),
    optimizer: sgd({ lr: 0.1 }),
    expected: [],
    allowed: ['overfitting'],
    epochs: 5,
  },
  {
    name: 'good: mnist, dropout',
    data: () => mnist(3000),
    model: sequential(rescale(1 / 255), flatten(), linear(784, 128), relu(), dropout(0.3), linear(128, 10)),
    optimizer: adam({ lr: 0.002 }),
    expected: [],
    epochs: 6,
  },
  {
    name: 'good: mnist, one epoch',
    data: () => mnist(4000),
    model: mlp(),
    optimizer: sgd({ lr: 0.2 }),
    expected: [],
    epochs: 1,
    batchSize: 20,
  },
  {
    name: 'good: mnist, softmax regression',
    data: () => mnist(4000),
    model: sequential(rescale(1 / 255), flatten(), linear(784, 10)),
    optimizer: sgd({ lr: 0.2 }),
    expected: [],
    epochs: 8,
  },
  { name: 'good: digits, mlp', data: digits, model: onDigits(), optimizer: sgd({ lr: 0.2 }), expected: [], epochs: 15 },
  {
    name: 'good: digits, adam',
    data: digits,
    model: onDigits(64),
    optimizer: adam({ lr: 0.01 }),
    expected: [],
    epochs: 10,
  },
  {
    name: 'good: digits, tanh',
    data: digits,
    model: small([64, 32, 10], tanh, [rescale(1 / 16), flatten()]),
    optimizer: sgd({ lr: 0.2 }),
    expected: [],
    epochs: 15,
  },
  {
    name: 'good: digits, label smoothing',
    data: digits,
    model: onDigits(64),
    optimizer: adam({ lr: 0.005 }),
    loss: crossEntropy({ labelSmoothing: 0.1 }),
    expected: [],
    epochs: 12,
  },
  {
    name: 'good: iris, mlp',
    data: iris,
    model: small([4, 16, 3]),
    optimizer: sgd({ lr: 0.1 }),
    expected: [],
    epochs: 40,
    batchSize: 16,
  },
  {
    name: 'good: iris, adam',
    data: iris,
    model: small([4, 16, 3]),
    optimizer: adam({ lr: 0.01 }),
    expected: [],
    epochs: 40,
    batchSize: 16,
  },
  {
    name: 'good: iris, linear',
    data: iris,
    model: linear(4, 3),
    optimizer: sgd({ lr: 0.3 }),
    expected: [],
    epochs: 40,
    batchSize: 16,
  },
  {
    name: 'good: moons',
    data: () => moons(),
    model: small([2, 32, 2]),
    optimizer: adam({ lr: 0.02 }),
    expected: [],
    epochs: 30,
  },
  {
    name: 'good: plane, linear',
    data: () => regression(plane),
    model: linear(6, 1),
    optimizer: sgd({ lr: 0.05 }),
    loss: mse(),
    expected: [],
    epochs: 10,
  },
  {
    name: 'good: wave, mlp',
    data: () => regression(wavy, { features: 3, train: 2000 }),
    model: small([3, 64, 64, 1]),
    optimizer: adam({ lr: 0.005 }),
    loss: mse(),
    expected: [],
    epochs: 20,
  },
  {
    name: 'good: plane, tanh',
    data: () => regression(plane, { features: 3, train: 1500 }),
    model: small([3, 32, 1], tanh),
    optimizer: adam({ lr: 0.01 }),
    loss: mse(),
    expected: [],
    epochs: 20,
  },
  {
    name: 'good: sigmoid for numbers from 0 to 1',
    data: () => regression((x) => 1 / (1 + Math.exp(-plane(x))), { noise: 0 }),
    model: sequential(linear(6, 16), relu(), linear(16, 1), sigmoid()),
    optimizer: adam({ lr: 0.02 }),
    loss: mse(),
    expected: [],
    epochs: 15,
  },
];

const TOO_HIGH: readonly MadeRun[] = [
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

const TOO_LOW: readonly MadeRun[] = [
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

const SCALE: readonly MadeRun[] = [
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

const OUTPUT: readonly MadeRun[] = [
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
    advised: { model: small([4, 16, 3]) },
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

const FIT: readonly MadeRun[] = [
  {
    name: 'two units: mnist',
    data: () => mnist(),
    model: mlp(2),
    optimizer: sgd({ lr: 0.1 }),
    advised: { model: mlp(32) },
    expected: ['underfitting'],
    epochs: 10,
  },
  {
    name: 'two units: mnist, adam',
    data: () => mnist(),
    model: mlp(2),
    optimizer: adam({ lr: 0.005 }),
    expected: ['underfitting'],
    epochs: 10,
  },
  {
    name: 'two units: digits',
    data: digits,
    model: onDigits(2),
    optimizer: sgd({ lr: 0.1 }),
    advised: { model: onDigits(32) },
    expected: ['underfitting'],
    epochs: 12,
  },
  {
    name: 'one unit: digits',
    data: digits,
    model: small([64, 32, 1, 10], relu, [rescale(1 / 16), flatten()]),
    optimizer: adam({ lr: 0.005 }),
    expected: ['underfitting'],
    epochs: 12,
  },
  {
    name: 'linear: wave',
    data: () => regression(wavy),
    model: linear(6, 1),
    optimizer: sgd({ lr: 0.05 }),
    loss: mse(),
    expected: ['underfitting'],
    epochs: 10,
  },
  {
    name: 'no activation: wave',
    data: () => regression(wavy),
    model: sequential(linear(6, 32), linear(32, 1)),
    optimizer: adam({ lr: 0.01 }),
    loss: mse(),
    advised: { model: small([6, 32, 1]) },
    expected: ['underfitting'],
    epochs: 10,
  },
  {
    name: 'no activation: moons',
    data: () => moons({ noise: 0.2 }),
    model: sequential(linear(2, 32), linear(32, 2)),
    optimizer: adam({ lr: 0.01 }),
    advised: { model: small([2, 32, 2]) },
    expected: ['underfitting'],
    epochs: 15,
  },
  {
    name: 'three units: wave',
    data: () => regression(wavy),
    model: small([6, 3, 1]),
    optimizer: adam({ lr: 0.02 }),
    loss: mse(),
    expected: ['underfitting'],
    epochs: 20,
  },
  {
    name: 'overfit: wave, few samples',
    data: () => regression(wavy, { train: 60, noise: 0.5 }),
    model: small([6, 128, 128, 1]),
    optimizer: adam({ lr: 0.005 }),
    loss: mse(),
    expected: ['overfitting'],
    epochs: 80,
    batchSize: 16,
  },
  {
    name: 'overfit: moons with noise',
    data: () => moons({ train: 60, noise: 0.5 }),
    model: small([2, 128, 128, 2]),
    optimizer: adam({ lr: 0.01 }),
    expected: ['overfitting'],
    epochs: 80,
    batchSize: 16,
  },
  {
    name: 'overfit: mnist, 200 samples',
    data: () => mnist(200),
    model: mlp(256),
    optimizer: adam({ lr: 0.003 }),
    expected: ['overfitting'],
    epochs: 25,
    batchSize: 20,
  },
  {
    name: 'overfit: lenet, 150 samples',
    data: () => mnist(150),
    model: lenet(),
    optimizer: adam({ lr: 0.003 }),
    expected: ['overfitting'],
    epochs: 30,
    batchSize: 10,
  },
  {
    name: 'overfit: digits, 80 samples',
    data: async () => where(await digits(), (_, i) => i < 80, 'train'),
    model: onDigits(128),
    optimizer: adam({ lr: 0.01 }),
    expected: ['overfitting'],
    epochs: 30,
    batchSize: 16,
  },
];

/** Runs of which the data tell no more than is learnt. */
const NOISY: readonly MadeRun[] = [
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

function squares(): Sets {
  const random = randomFrom(3);
  const make = (count: number): Batch => {
    const x = Array.from({ length: count * 2 }, () => 2 * random() - 1);
    return {
      x: floats([count, 2], x),
      y: labels(Array.from({ length: count }, (_, i) => ((x[2 * i] as number) * (x[2 * i + 1] as number) > 0 ? 1 : 0))),
    };
  };
  return { train: make(600), test: make(200) };
}

const DATA: readonly MadeRun[] = [
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

const NET: readonly MadeRun[] = [
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
    advised: {
      model: small([64, 32, 32, 32, 32, 32, 32, 10], relu, [rescale(1 / 16), flatten()]),
      optimizer: sgd({ lr: 0.1 }),
    },
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

/** Learning rates that are somewhat too high: the network learns, but far less than it could. */
const SOMEWHAT: readonly MadeRun[] = [
  {
    name: 'lr 1: mnist, mlp',
    data: () => mnist(),
    model: mlp(),
    optimizer: sgd({ lr: 1 }),
    expected: [],
    allowed: HIGH,
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

export const MADE_RUNS: readonly MadeRun[] = [
  ...GOOD,
  ...TOO_HIGH,
  ...SOMEWHAT,
  ...TOO_LOW,
  ...SCALE,
  ...OUTPUT,
  ...FIT,
  ...NOISY,
  ...DATA,
  ...NET,
];

/** Trains a made run. Throws a `NumericError` when its loss becomes infinite, as `fit` does. */
export async function trained(run: MadeRun & { readonly seed?: number }): Promise<FitResult> {
  const { model, optimizer, loss = crossEntropy(), epochs = 6, batchSize = 50, shuffle = true, seed = 1 } = run;
  const { train, test } = await run.data();
  const trainer = await createTrainer({
    model,
    loss,
    optimizer,
    metrics: train.y.dtype === 'float32' ? [] : [accuracy()],
    backend: onnx(),
    seed,
  });
  try {
    return await fit(trainer, {
      train: loader(named(train), { batchSize, shuffle, seed }),
      test: loader(named(test), { batchSize: 500 }),
      epochs,
      log: null,
    });
  } finally {
    trainer.dispose();
  }
}
