import type * as core from '@descent/core';
import {
  type AnyLayer,
  type AnyLoss,
  type AnyMetric,
  accumulate,
  accuracy,
  adam,
  adamW,
  averaged,
  avgPool2d,
  batchNorm2d,
  bceWithLogits,
  binaryAccuracy,
  clipped,
  concat,
  conv2d,
  cosine,
  crossEntropy,
  dropout,
  flatten,
  linear,
  logSoftmax,
  lossOn,
  maxPool2d,
  metricOn,
  mse,
  normalize,
  type Optimizer,
  parallel,
  relu,
  rescale,
  residual,
  type ScheduleFunction,
  sequential,
  sgd,
  sigmoid,
  softmax,
  stepDecay,
  tanh,
  weightedSum,
} from '@descent/core';
import {
  ANY,
  BRANCHES,
  COUNT,
  FLAG,
  LAYER,
  LIST,
  LOSS,
  METRIC,
  NUMBER,
  NUMBERS,
  OPTIMIZER,
  or,
  PADDING,
  PAIR,
  PARTS,
  POSITIVE,
  RATE,
  required,
  SHARE,
  SIZE,
  TERM,
  WHOLE,
} from './argument.ts';
import { callable, type TableOf, variadic } from './callable.ts';

const YES = or(FLAG, true);
const NO = or(FLAG, false);
// The stride is the kernel size where it is left out.
const POOL = { stride: SIZE, padding: or(PADDING, 0) };
const AXIS = { axis: or(WHOLE, -1) };

export const LAYERS: TableOf<typeof core, AnyLayer> = {
  linear: callable(linear, { inFeatures: COUNT, outFeatures: COUNT }, { bias: YES }),
  conv2d: callable(
    conv2d,
    { inChannels: COUNT, outChannels: COUNT, kernelSize: SIZE },
    { stride: or(SIZE, 1), padding: or(PADDING, 0), dilation: or(SIZE, 1), groups: or(COUNT, 1), bias: YES },
  ),
  maxPool2d: callable(maxPool2d, { kernelSize: SIZE }, POOL),
  avgPool2d: callable(avgPool2d, { kernelSize: SIZE }, { ...POOL, countIncludePad: YES }),
  batchNorm2d: callable(batchNorm2d, { channels: COUNT }, { eps: or(POSITIVE, 1e-5), momentum: or(SHARE, 0.1) }),
  flatten: callable(flatten),
  relu: callable(relu),
  sigmoid: callable(sigmoid),
  tanh: callable(tanh),
  softmax: callable(softmax, {}, AXIS),
  logSoftmax: callable(logSoftmax, {}, AXIS),
  dropout: callable(dropout, { p: or(SHARE, 0.5) }, {}, 1),
  rescale: callable(rescale, { scale: NUMBER, offset: or(NUMBER, 0) }, {}, 1),
  normalize: callable(normalize, { mean: NUMBERS, std: NUMBERS }),
  concat: callable(concat, {}, { axis: or(WHOLE, 1) }),
  layer: { notByName: 'it takes a function' },
  parallel: callable(parallel, { branches: BRANCHES }),
  residual: callable(residual, { inner: LAYER }, { shortcut: LAYER }),
  sequential: variadic(sequential, LAYER),
};

export const LOSSES: TableOf<typeof core, AnyLoss, AnyLoss, AnyLayer> = {
  bceWithLogits: callable(bceWithLogits, {}, { weight: LIST, posWeight: LIST }),
  crossEntropy: callable(crossEntropy, {}, { weight: LIST, labelSmoothing: or(SHARE, 0), ignoreIndex: WHOLE }),
  mse: callable(mse),
  lossOn: callable(lossOn, { names: PARTS, loss: LOSS }),
  weightedSum: variadic(weightedSum, TERM),
};

// biome-ignore lint/complexity/noBannedTypes: a function has a name, too, and is no metric.
export const METRICS: TableOf<typeof core, AnyMetric, AnyMetric, Function> = {
  accuracy: callable(accuracy, {}, { ignoreIndex: WHOLE }),
  binaryAccuracy: callable(binaryAccuracy, {}, { threshold: or(SHARE, 0.5) }),
  metricOn: callable(metricOn, { names: PARTS, metric: METRIC }),
};

export const SCHEDULES: TableOf<typeof core, ScheduleFunction> = {
  cosine: callable(
    cosine,
    {},
    { lr: required(NUMBER), steps: required(COUNT), min: or(NUMBER, 0), warmup: or(NUMBER, 0) },
  ),
  stepDecay: callable(stepDecay, {}, { lr: required(NUMBER), every: required(COUNT), gamma: or(NUMBER, 0.1) }),
};

// Groups look at their options themselves. `lr` may be a call of a schedule, which is made before, and so may an optimizer within another.
const GROUPS = { groups: ANY, decay: ANY };
const ADAM = { lr: or(RATE, 1e-3), betas: or(PAIR, [0.9, 0.999]), eps: or(POSITIVE, 1e-8), ...GROUPS };

export const OPTIMIZERS: TableOf<typeof core, Optimizer> = {
  sgd: callable(
    sgd,
    {},
    { lr: required(RATE), momentum: or(SHARE, 0), nesterov: NO, weightDecay: or(NUMBER, 0), ...GROUPS },
  ),
  adam: callable(adam, {}, { ...ADAM, weightDecay: or(NUMBER, 0) }),
  adamW: callable(adamW, {}, { ...ADAM, weightDecay: or(NUMBER, 0.01) }),
  accumulate: callable(accumulate, { steps: COUNT, optimizer: OPTIMIZER }),
  averaged: callable(averaged, { decay: SHARE, optimizer: OPTIMIZER }),
  clipped: callable(clipped, { limit: ANY, optimizer: OPTIMIZER }),
};
