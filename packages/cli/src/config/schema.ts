import type { Initializer, Layer, Loss, Metric, MetricPath, Optimizer } from '@descent/core';
import type { BatchTransform, Transform } from '@descent/datasets';
import * as z from 'zod';
import { UsageError } from '../errors.ts';
import { dataSchema } from './data-schema.ts';
import type { Call, DescentConfig, ImportedNetwork } from './define-config.ts';
import { isImported } from './is-imported.ts';
import { isObject } from './is-object.ts';
import { problemsOf } from './problems.ts';

const call = z.union([z.string(), z.custom<Call>((v) => Array.isArray(v) && typeof v[0] === 'string')]);
const layer = z.custom<Layer>((v) => has(v, 'apply', 'function') && has(v, 'parameters', 'object'));
const replacements = z.record(z.string(), call).optional();
/** The network of an ONNX file. */
export const importedNetwork: z.ZodObject = z.strictObject({
  importOnnx: z.string().min(1),
  replace: replacements,
  batchNorm: z.enum(['batch', 'running']).optional(),
  trainable: z
    .union([z.string().min(1).refine(isPattern), z.array(z.string().min(1)).min(1)], {
      error: "a regular expression for names of tensors in the file, such as '^fc\\.', or a list of names",
    })
    .optional(),
  head: z.strictObject({ classes: integer(1), pool: z.enum(['first', 'mean']) }).optional(),
});

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

const imported = z.custom<ImportedNetwork>((v) => isImported(v) && importedNetwork.safeParse(v).success);
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

const openShape = z.array(z.union([z.int().min(1), z.string().min(1)]));
const exported = z.strictObject(
  {
    shape: z.union([openShape, z.record(z.string(), openShape)], {
      error: "the shape of a sample with names for axes of any size, such as ['time'] or [1, 'height', 'width']",
    }),
    axes: z
      .record(
        z.string(),
        z.strictObject({ min: integer(1).optional(), max: integer(1).optional(), multipleOf: integer(1).optional() }),
        { error: 'ranges by axis, such as { time: { max: 128 } }' },
      )
      .optional(),
  },
  { error: "{ shape, axes }, such as { shape: ['time'], axes: { time: { max: 128 } } }" },
);

const initializer = z.custom<Initializer>((v) => typeof v === 'function');
const pattern = z.custom<RegExp | string>((v) => v instanceof RegExp || (typeof v === 'string' && v !== ''), {
  error: "a regular expression for names of parameters, such as 'weight$'",
});
const initRule = z.strictObject(
  {
    match: pattern,
    init: z.union([initializer, call], { error: 'an initializer, such as ["truncatedNormal", { "std": 0.02 }]' }),
  },
  { error: '{ match, init }, such as { "match": "weight$", "init": ["truncatedNormal", { "std": 0.02 }] }' },
);

const backendName = z.string({ error: "the name of a backend, such as 'onnx:cpu'" });

/** What each key may be, but for `data`, whose schema depends on what they are. */
export const fields: Readonly<Record<string, z.ZodType>> = {
  model: z.union(
    [
      layer,
      imported,
      z
        .array(
          z.union([layer, imported, call], {
            error:
              'a layer, such as ["linear", 784, 10] or { "importOnnx": "net.onnx", "replace": { "fc": ["linear", 512, 10] } }',
          }),
          {
            error: 'a list of layers',
          },
        )
        .min(1, { error: 'a list of at least one layer' }),
    ],
    { error: 'a layer, such as sequential(flatten(), linear(784, 10))' },
  ),
  loss: z.union([loss, call], { error: 'a loss, such as crossEntropy()' }).optional(),
  optimizer: z.union([optimizer, call], { error: 'an optimizer, such as sgd({ lr: 0.1 })' }),
  metrics: z
    .array(element(metric, 'a metric, such as accuracy()'), { error: 'a list of metrics, such as [accuracy()]' })
    .optional(),
  init: z
    .array(initRule, {
      error: 'a list of rules, such as [{ "match": "weight$", "init": ["truncatedNormal", { "std": 0.02 }] }]',
    })
    .optional(),
  batchSize: integer(1).optional(),
  epochs: integer(1).optional(),
  seed: integer(0).optional(),
  backend: z
    .union([z.string(), z.strictObject({ training: backendName, inference: backendName.optional() })], {
      error: "the name of a backend, such as 'onnx:cpu', or { training, inference }",
    })
    .optional(),
  choices: z.enum(['rules', 'measured'], { error: "'rules' or 'measured'" }).optional(),
  validation: z.number({ error: SHARE }).gt(0, { error: SHARE }).lt(1, { error: SHARE }).optional(),
  checkpoints: checkpoints.optional(),
  earlyStopping: z
    .union([z.boolean(), earlyStopping], { error: 'true, false or { metric, mode, patience, minDelta, restoreBest }' })
    .optional(),
  augment: z
    .array(element(transform, 'a transform, such as ["randomCrop", 28]'), {
      error: 'a list of transforms, such as [randomCrop(28, { padding: 2 })]',
    })
    .optional(),
  transform: z
    .array(element(transform, 'a transform, such as ["resize", 28]'), {
      error: 'a list of transforms, such as [resize(32), centerCrop(28)]',
    })
    .optional(),
  workers: integer(0).optional(),
  maxResidentBytes: integer(0).optional(),
  export: exported.optional(),
  tensorboard: z.boolean({ error: 'true or false' }).optional(),
  out: z.string({ error: 'a folder, as text' }).min(1, { error: 'a folder, as text' }).optional(),
};

/**
 * Checks what a config file exports, or what its JSON says: keys and the values that they may have. Whether calls such as `["linear", 784, 10]` can
 * be made shows when they are built.
 * @throws UsageError that begins with `file`, with one line for each problem: the key, what it is, what was expected.
 */
export function validateConfig(config: unknown, file = 'config'): DescentConfig {
  // What editors look at.
  if (isObject(config) && !Array.isArray(config) && typeof config['$schema'] === 'string') {
    const { $schema: _, ...rest } = config;
    return validateConfig(rest, file);
  }
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
    export: Object.keys(exported.shape),
    init: Object.keys(initRule.shape),
    backend: ['training', 'inference'],
  };
  const lines = problemsOf(result.error.issues, config, keys);
  throw new UsageError(['the config is not valid', ...new Set(lines)].join('\n  '), { path: file });
}

/** An element of a list: the thing itself, or a call that makes it. */
function element<T extends z.ZodType>(thing: T, error: string): z.ZodUnion<readonly [T, typeof call]> {
  return z.union([thing, call], { error });
}

function integer(least: number): z.ZodNumber {
  const error = ({ input }: { readonly input?: unknown }): string =>
    typeof input === 'number' && input > Number.MAX_SAFE_INTEGER
      ? 'a whole number below 2^53'
      : `a whole number of at least ${least}`;
  return z.int({ error }).min(least, { error });
}

function has(value: unknown, key: string, type?: string): boolean {
  return isObject(value) && key in value && (type === undefined || typeof value[key] === type);
}
