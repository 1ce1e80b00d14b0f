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
  type BatchTransform,
  centerCrop,
  colorJitter,
  cutmix,
  mixup,
  normalize as normalizeItem,
  oneHot,
  pad,
  randomAffine,
  randomCrop,
  randomErasing,
  randomHorizontalFlip,
  randomRotation,
  randomVerticalFlip,
  resize,
  type Transform,
  toFloat,
} from '@descent/datasets';
import type * as factories from '@descent/datasets/transforms';
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
  PADDING,
  PAIR,
  PARTS,
  POSITIVE,
  RATE,
  SHARE,
  SIZE,
  TERM,
  WHOLE,
} from './argument.ts';
import { callable, type TableOf, variadic } from './callable.ts';

const POOL = { stride: SIZE, padding: PADDING };
const AXIS = { axis: WHOLE };

export const LAYERS: TableOf<typeof core, AnyLayer> = {
  linear: callable(linear, { inFeatures: COUNT, outFeatures: COUNT }, { bias: FLAG }),
  conv2d: callable(
    conv2d,
    { inChannels: COUNT, outChannels: COUNT, kernelSize: SIZE },
    { stride: SIZE, padding: PADDING, dilation: SIZE, groups: COUNT, bias: FLAG },
  ),
  maxPool2d: callable(maxPool2d, { kernelSize: SIZE }, POOL),
  avgPool2d: callable(avgPool2d, { kernelSize: SIZE }, { ...POOL, countIncludePad: FLAG }),
  batchNorm2d: callable(batchNorm2d, { channels: COUNT }, { eps: POSITIVE, momentum: SHARE }),
  flatten: callable(flatten),
  relu: callable(relu),
  sigmoid: callable(sigmoid),
  tanh: callable(tanh),
  softmax: callable(softmax, {}, AXIS),
  logSoftmax: callable(logSoftmax, {}, AXIS),
  dropout: callable(dropout, { p: SHARE }, {}, 1),
  rescale: callable(rescale, { scale: NUMBER, offset: NUMBER }, {}, 1),
  normalize: callable(normalize, { mean: NUMBERS, std: NUMBERS }),
  concat: callable(concat, {}, AXIS),
  layer: { notByName: 'it takes a function' },
  parallel: callable(parallel, { branches: BRANCHES }),
  residual: callable(residual, { inner: LAYER }, { shortcut: LAYER }),
  sequential: variadic(sequential, LAYER),
};

export const LOSSES: TableOf<typeof core, AnyLoss, AnyLoss, AnyLayer> = {
  bceWithLogits: callable(bceWithLogits, {}, { weight: LIST, posWeight: LIST }),
  crossEntropy: callable(crossEntropy, {}, { weight: LIST, labelSmoothing: SHARE, ignoreIndex: WHOLE }),
  mse: callable(mse),
  lossOn: callable(lossOn, { names: PARTS, loss: LOSS }),
  weightedSum: variadic(weightedSum, TERM),
};

// biome-ignore lint/complexity/noBannedTypes: a function has a name, too, and is no metric.
export const METRICS: TableOf<typeof core, AnyMetric, AnyMetric, Function> = {
  accuracy: callable(accuracy, {}, { ignoreIndex: WHOLE }),
  binaryAccuracy: callable(binaryAccuracy, {}, { threshold: SHARE }),
  metricOn: callable(metricOn, { names: PARTS, metric: METRIC }),
};

export const SCHEDULES: TableOf<typeof core, ScheduleFunction> = {
  cosine: callable(cosine, {}, { lr: NUMBER, steps: COUNT, min: NUMBER, warmup: NUMBER }),
  stepDecay: callable(stepDecay, {}, { lr: NUMBER, every: COUNT, gamma: NUMBER }),
};

// Groups look at their options themselves. `lr` may be a call of a schedule, which is made before, and so may an optimizer within another.
const GROUPS = { groups: ANY, decay: ANY };
const ADAM = { lr: RATE, betas: PAIR, eps: POSITIVE, weightDecay: NUMBER, ...GROUPS };

export const OPTIMIZERS: TableOf<typeof core, Optimizer> = {
  sgd: callable(sgd, {}, { lr: RATE, momentum: SHARE, nesterov: FLAG, weightDecay: NUMBER, ...GROUPS }),
  adam: callable(adam, {}, ADAM),
  adamW: callable(adamW, {}, ADAM),
  accumulate: callable(accumulate, { steps: COUNT, optimizer: OPTIMIZER }),
  averaged: callable(averaged, { decay: SHARE, optimizer: OPTIMIZER }),
  clipped: callable(clipped, { limit: ANY, optimizer: OPTIMIZER }),
};

// These look at their options themselves.
const PAD = { fill: ANY, paddingMode: ANY };
const WARP = { interpolation: ANY, fill: ANY, center: ANY };
const MIX = { classes: ANY, alpha: ANY };

export const TRANSFORMS: TableOf<typeof factories, Transform | BatchTransform> = {
  centerCrop: callable(centerCrop, { size: ANY }),
  colorJitter: callable(colorJitter, {}, { brightness: ANY, contrast: ANY, saturation: ANY, hue: ANY }),
  cutmix: callable(cutmix, {}, MIX),
  mixup: callable(mixup, {}, MIX),
  normalize: callable(normalizeItem, { mean: ANY, std: ANY }),
  oneHot: callable(oneHot, { classes: ANY }),
  pad: callable(pad, { padding: ANY }, PAD),
  randomAffine: callable(randomAffine, { degrees: ANY }, { translate: ANY, scale: ANY, shear: ANY, ...WARP }),
  randomCrop: callable(randomCrop, { size: ANY }, { padding: ANY, ...PAD }),
  randomErasing: callable(randomErasing, {}, { p: ANY, scale: ANY, ratio: ANY, value: ANY }),
  randomHorizontalFlip: callable(randomHorizontalFlip, {}, { p: ANY }),
  randomRotation: callable(randomRotation, { degrees: ANY }, WARP),
  randomVerticalFlip: callable(randomVerticalFlip, {}, { p: ANY }),
  resize: callable(resize, { size: ANY }, { interpolation: ANY, antialias: ANY }),
  toFloat: callable(toFloat, {}, { scale: ANY }),
};
