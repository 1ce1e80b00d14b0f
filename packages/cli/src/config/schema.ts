import type { Layer, Loss, Metric, MetricPath, Optimizer } from '@descent/core';
import type { BatchTransform, Transform } from '@descent/datasets';
import { z } from 'zod';
import { UsageError } from '../errors.ts';
import { dataSchema, isObject, NAMES } from './data-schema.ts';
import type { Call, DescentConfig } from './define-config.ts';
import { didYouMean } from './suggest.ts';

const call = z.union([z.string(), z.custom<Call>((v) => Array.isArray(v) && typeof v[0] === 'string')]);
const layer = z.custom<Layer>((v) => has(v, 'apply', 'function') && has(v, 'parameters', 'object'));
const loss = z.custom<Loss>((v) => has(v, 'apply', 'function') && has(v, 'label', 'string'));
const metric = z.custom<Metric>((v) => has(v, 'apply', 'function') && has(v, 'name', 'string'));
const transform = z.custom<Transform | BatchTransform>(
  (v) => has(v, 'transform', 'string') || has(v, 'batchTransform', 'string'),
);
const optimizer = z.custom<Optimizer>((v) => has(v, 'transform', 'object') && has(v, 'lr'));

const SHARE = 'a share of the training data, above 0 and below 1';
const metricPath = z.custom<MetricPath>((v) => typeof v === 'string' && /^(train|validation|test)\../.test(v), {
  error: "a number of an epoch, such as 'validation.loss' or 'test.accuracy'",
});
const mode = z.enum(['min', 'max'], {
  error: "'min' or 'max': whether the smallest or the largest number is the best",
});
const checkpoints = z.strictObject(
  {
    everySteps: integer(1).optional(),
    everyEpochs: integer(1).optional(),
    keepLast: integer(1).optional(),
    best: metricPath.optional(),
    mode: mode.optional(),
  },
  { error: '{ everySteps, everyEpochs, keepLast, best, mode }' },
);
const earlyStopping = z.strictObject({
  metric: metricPath.optional(),
  mode: mode.optional(),
  patience: integer(1).optional(),
  minDelta: z.number().min(0).optional(),
  restoreBest: z.boolean().optional(),
});

const fields = {
  model: z.union([layer, z.array(call).min(1)], { error: 'a layer, such as sequential(flatten(), linear(784, 10))' }),
  loss: z.union([loss, call], { error: 'a loss, such as crossEntropy()' }).optional(),
  optimizer: z.union([optimizer, call], { error: 'an optimizer, such as sgd({ lr: 0.1 })' }),
  metrics: z.array(z.union([metric, call]), { error: 'a list of metrics, such as [accuracy()]' }).optional(),
  batchSize: integer(1).optional(),
  epochs: integer(1).optional(),
  seed: integer(0).optional(),
  backend: z
    .union([z.string(), z.strictObject({ training: z.string(), inference: z.string().optional() })], {
      error: "the name of a backend, such as 'onnx:cpu', or { training, inference }",
    })
    .optional(),
  validation: z.number({ error: SHARE }).gt(0, { error: SHARE }).lt(1, { error: SHARE }).optional(),
  checkpoints: checkpoints.optional(),
  earlyStopping: z
    .union([z.boolean(), earlyStopping], { error: 'true, false or { metric, mode, patience, minDelta, restoreBest }' })
    .optional(),
  augment: z
    .array(z.union([transform, call]), { error: 'a list of transforms, such as [randomCrop(28, { padding: 2 })]' })
    .optional(),
  transform: z
    .array(z.union([transform, call]), { error: 'a list of transforms, such as [resize(32), centerCrop(28)]' })
    .optional(),
  workers: integer(0).optional(),
  tensorboard: z.boolean({ error: 'true or false' }).optional(),
  out: z.string({ error: 'a folder, as text' }).min(1, { error: 'a folder, as text' }).optional(),
};

/**
 * Checks what a config file exports.
 * @throws UsageError with one line for each problem: the key, what it is, what was expected.
 */
export function validateConfig(config: unknown, file: string): DescentConfig {
  const given = isObject(config) ? config['data'] : undefined;
  const data = dataSchema(given);
  const schema = z.strictObject({ ...fields, data: data.schema }, { error: 'an object, as defineConfig takes it' });
  // A dataset's name stands for the object with that name, so that there is one schema for both.
  const result = schema.safeParse(
    typeof given === 'string' ? { ...(config as object), data: { name: given } } : config,
  );
  // The schema of the data is chosen by what they are; the compiler cannot follow that.
  if (result.success) return result.data as unknown as DescentConfig;
  const keys = {
    '': [...Object.keys(fields), 'data'],
    ...data.keys,
    checkpoints: Object.keys(checkpoints.shape),
    earlyStopping: Object.keys(earlyStopping.shape),
    backend: ['training', 'inference'],
  };
  const lines = result.error.issues.flatMap((issue) => problems(issue, config, keys));
  throw new UsageError(['the config is not valid', ...new Set(lines)].join('\n  '), { path: file });
}

function problems(
  issue: z.core.$ZodIssue,
  config: unknown,
  keys: Readonly<Record<string, readonly string[]>>,
): readonly string[] {
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const known = keys[path] ?? [];
    return issue.keys.map((key) => {
      const guess = didYouMean(key, known);
      return `${[...issue.path, key].join('.')}: unknown key${guess === '' ? `; the keys are ${known.join(', ')}` : guess}`;
    });
  }
  const value = issue.path.reduce<unknown>((v, key) => (isObject(v) ? v[String(key)] : undefined), config);
  if (value === undefined && path !== '' && typeof config === 'object') {
    // `data` may have been given by its name alone.
    return path === 'data.name' ? nameProblem(config) : [`${path}: missing, expected ${issue.message}`];
  }
  if (path === 'data.name') return [`data.name: ${unknownName(value)}`];
  return [`${path === '' ? 'default export' : path}: received ${show(value)}, expected ${issue.message}`];
}

function nameProblem(config: unknown): readonly string[] {
  return [`data: ${unknownName(isObject(config) ? config['data'] : undefined)}`];
}

function unknownName(name: unknown): string {
  const guess = typeof name === 'string' ? didYouMean(name, NAMES) : '';
  return `received ${show(name)}, expected one of ${NAMES.join(', ')}${guess}`;
}

function integer(least: number): z.ZodNumber {
  const error = `a whole number of at least ${least}`;
  return z.int({ error }).min(least, { error });
}

function has(value: unknown, key: string, type?: string): boolean {
  return isObject(value) && key in value && (type === undefined || typeof value[key] === type);
}

function show(value: unknown): string {
  if (typeof value === 'function') return `the function ${value.name || '(without a name)'}, which was not called`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isObject(value)) return `an object with the keys ${Object.keys(value).join(', ') || '(none)'}`;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
