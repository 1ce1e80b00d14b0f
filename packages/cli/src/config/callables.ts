import {
  accuracy,
  adam,
  adamW,
  avgPool2d,
  batchNorm2d,
  bceWithLogits,
  binaryAccuracy,
  conv2d,
  cosine,
  crossEntropy,
  dropout,
  flatten,
  type Layer,
  type Loss,
  linear,
  logSoftmax,
  type Metric,
  maxPool2d,
  mse,
  normalize,
  type Optimizer,
  relu,
  rescale,
  type ScheduleFunction,
  sgd,
  sigmoid,
  softmax,
  stepDecay,
  tanh,
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
import {
  ANY,
  type Argument,
  COUNT,
  FLAG,
  LIST,
  NUMBER,
  NUMBERS,
  PADDING,
  PAIR,
  POSITIVE,
  RATE,
  SHARE,
  SIZE,
  WHOLE,
} from './argument.ts';

/** A function that JSON may call: its arguments by name, those in front and those of its options. */
export interface Callable<T> {
  readonly make: (...args: readonly unknown[]) => T;
  readonly args: Readonly<Record<string, Argument>>;
  /** How many of `args` may be left out, from the end. */
  readonly optional: number;
  readonly options: Readonly<Record<string, Argument>>;
}

export type Table<T> = Readonly<Record<string, Callable<T>>>;

const POOL = { stride: SIZE, padding: PADDING };
const AXIS = { axis: WHOLE };

export const LAYERS: Table<Layer> = {
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
};

export const LOSSES: Table<Loss> = {
  bceWithLogits: callable(bceWithLogits, {}, { weight: LIST, posWeight: LIST }),
  crossEntropy: callable(crossEntropy, {}, { weight: LIST, labelSmoothing: SHARE, ignoreIndex: WHOLE }),
  mse: callable(mse),
};

export const METRICS: Table<Metric> = {
  accuracy: callable(accuracy, {}, { ignoreIndex: WHOLE }),
  binaryAccuracy: callable(binaryAccuracy, {}, { threshold: SHARE }),
};

export const SCHEDULES: Table<ScheduleFunction> = {
  cosine: callable(cosine, {}, { lr: NUMBER, steps: COUNT, min: NUMBER, warmup: NUMBER }),
  stepDecay: callable(stepDecay, {}, { lr: NUMBER, every: COUNT, gamma: NUMBER }),
};

/** `lr` may be a call of a schedule, which is made before. */
const ADAM = { lr: RATE, betas: PAIR, eps: POSITIVE, weightDecay: NUMBER };

export const OPTIMIZERS: Table<Optimizer> = {
  sgd: callable(sgd, {}, { lr: RATE, momentum: SHARE, nesterov: FLAG, weightDecay: NUMBER }),
  adam: callable(adam, {}, ADAM),
  adamW: callable(adamW, {}, ADAM),
};

// These look at their options themselves.
const PAD = { fill: ANY, paddingMode: ANY };
const WARP = { interpolation: ANY, fill: ANY, center: ANY };
const MIX = { classes: ANY, alpha: ANY };

export const TRANSFORMS: Table<Transform | BatchTransform> = {
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

function callable<T>(
  make: (...args: never[]) => T,
  args: Callable<T>['args'] = {},
  options: Callable<T>['options'] = {},
  optional: number = 0,
): Callable<T> {
  // What it is called with was looked at.
  return { make: make as (...args: readonly unknown[]) => T, args, optional, options };
}
