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
  DescentError,
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
  prefixPath,
  relu,
  rescale,
  type ScheduleFunction,
  sequential,
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
import { UsageError } from '../errors.ts';
import type { Call } from './define-config.ts';
import { didYouMean } from './suggest.ts';

/** A function that JSON may call: how many arguments it takes before its options, and the options' names. */
interface Callable<T> {
  readonly make: (...args: readonly unknown[]) => T;
  readonly positional: number;
  readonly options: readonly string[];
}

type Table<T> = Readonly<Record<string, Callable<T>>>;

const POOL = ['stride', 'padding'];

const LAYERS: Table<Layer> = {
  linear: callable(linear, 2, 'bias'),
  conv2d: callable(conv2d, 3, 'stride', 'padding', 'dilation', 'groups', 'bias'),
  maxPool2d: callable(maxPool2d, 1, ...POOL),
  avgPool2d: callable(avgPool2d, 1, ...POOL, 'countIncludePad'),
  batchNorm2d: callable(batchNorm2d, 1, 'eps', 'momentum'),
  flatten: callable(flatten, 0),
  relu: callable(relu, 0),
  sigmoid: callable(sigmoid, 0),
  tanh: callable(tanh, 0),
  softmax: callable(softmax, 0, 'axis'),
  logSoftmax: callable(logSoftmax, 0, 'axis'),
  dropout: callable(dropout, 1),
  rescale: callable(rescale, 2),
  normalize: callable(normalize, 2),
};
const LOSSES: Table<Loss> = {
  bceWithLogits: callable(bceWithLogits, 0, 'weight', 'posWeight'),
  crossEntropy: callable(crossEntropy, 0, 'weight', 'labelSmoothing', 'ignoreIndex'),
  mse: callable(mse, 0),
};
const METRICS: Table<Metric> = {
  accuracy: callable(accuracy, 0, 'ignoreIndex'),
  binaryAccuracy: callable(binaryAccuracy, 0, 'threshold'),
};
const SCHEDULES: Table<ScheduleFunction> = {
  cosine: callable(cosine, 0, 'lr', 'steps', 'min', 'warmup'),
  stepDecay: callable(stepDecay, 0, 'lr', 'every', 'gamma'),
};
const OPTIMIZERS: Table<Optimizer> = {
  sgd: withSchedule(sgd, 'lr', 'momentum', 'nesterov', 'weightDecay'),
  adam: withSchedule(adam, 'lr', 'betas', 'eps', 'weightDecay'),
  adamW: withSchedule(adamW, 'lr', 'betas', 'eps', 'weightDecay'),
};

const PAD = ['fill', 'paddingMode'];
const WARP = ['interpolation', 'fill', 'center'];
const TRANSFORMS: Table<Transform | BatchTransform> = {
  centerCrop: callable(centerCrop, 1),
  colorJitter: callable(colorJitter, 0, 'brightness', 'contrast', 'saturation', 'hue'),
  cutmix: callable(cutmix, 0, 'classes', 'alpha'),
  normalize: callable(normalizeItem, 2),
  mixup: callable(mixup, 0, 'classes', 'alpha'),
  oneHot: callable(oneHot, 1),
  pad: callable(pad, 1, ...PAD),
  randomAffine: callable(randomAffine, 1, 'translate', 'scale', 'shear', ...WARP),
  randomCrop: callable(randomCrop, 1, 'padding', ...PAD),
  randomErasing: callable(randomErasing, 0, 'p', 'scale', 'ratio', 'value'),
  randomHorizontalFlip: callable(randomHorizontalFlip, 0, 'p'),
  randomRotation: callable(randomRotation, 1, ...WARP),
  randomVerticalFlip: callable(randomVerticalFlip, 0, 'p'),
  resize: callable(resize, 1, 'interpolation', 'antialias'),
  toFloat: callable(toFloat, 0, 'scale'),
};

/** The network of a config: a layer as it is, or a list of calls as `sequential` of them. */
export function buildModel(model: Layer | readonly Call[]): Layer {
  if (!isList(model)) return model;
  return sequential(...model.map((call, i) => build('layer', LAYERS, call, `model.${i}`)));
}

export function buildLoss(loss: Loss | Call): Loss {
  return isCall(loss) ? build('loss', LOSSES, loss, 'loss') : loss;
}

export function buildOptimizer(optimizer: Optimizer | Call): Optimizer {
  return isCall(optimizer) ? build('optimizer', OPTIMIZERS, optimizer, 'optimizer') : optimizer;
}

export function buildMetrics(metrics: readonly (Metric | Call)[]): readonly Metric[] {
  return metrics.map((metric, i) => (isCall(metric) ? build('metric', METRICS, metric, `metrics.${i}`) : metric));
}

export function buildTransforms(
  transforms: readonly (Transform | BatchTransform | Call)[],
  path: 'augment' | 'transform',
): readonly (Transform | BatchTransform)[] {
  return transforms.map((one, i) => (isCall(one) ? build('transform', TRANSFORMS, one, `${path}.${i}`) : one));
}

function build<T>(kind: string, table: Table<T>, call: Call, path: string): T {
  const [name, ...args] = typeof call === 'string' ? [call] : call;
  const found = Object.hasOwn(table, name) ? table[name] : undefined;
  if (found === undefined) {
    throw new UsageError(`there is no ${kind} '${name}'${didYouMean(name, Object.keys(table))}`, {
      path,
      expected: Object.keys(table).join(', '),
    });
  }
  const { make, positional, options } = found;
  expectArguments(name, args, positional, options, path);
  try {
    return make(...args);
  } catch (error) {
    throw error instanceof DescentError ? prefixPath(error, path) : error;
  }
}

function expectArguments(
  name: string,
  args: readonly unknown[],
  positional: number,
  options: readonly string[],
  path: string,
): void {
  const most = positional + (options.length === 0 ? 0 : 1);
  if (args.length > most) {
    throw new UsageError(`${name} was given too many arguments`, {
      path,
      received: `${args.length}: ${JSON.stringify(args)}`,
      expected: `at most ${most}`,
    });
  }
  for (const option of Object.keys((options.length > 0 && args[positional]) || {})) {
    if (options.includes(option)) continue;
    throw new UsageError(`${name} has no option '${option}'${didYouMean(option, options)}`, {
      path,
      expected: options.join(', '),
    });
  }
}

function callable<T>(make: (...args: never[]) => T, positional: number, ...options: readonly string[]): Callable<T> {
  // JSON has no types: the functions check their arguments themselves.
  return { make: make as (...args: readonly unknown[]) => T, positional, options };
}

/** An optimizer whose `lr` may be a call, too: `["sgd", { "lr": ["cosine", { "lr": 0.1, "steps": 1000 }] }]`. */
function withSchedule(make: (options: never) => Optimizer, ...options: readonly string[]): Callable<Optimizer> {
  const built = (given: unknown = {}): Optimizer => {
    const { lr, ...rest } = given as { lr?: unknown };
    const schedule = isList(lr) ? build('schedule', SCHEDULES, lr as Call, 'lr') : lr;
    return make({ ...rest, ...(schedule !== undefined && { lr: schedule }) } as never);
  };
  return callable(built, 0, ...options);
}

function isCall(value: unknown): value is Call {
  return typeof value === 'string' || Array.isArray(value);
}

function isList(value: unknown): value is readonly Call[] {
  return Array.isArray(value);
}
