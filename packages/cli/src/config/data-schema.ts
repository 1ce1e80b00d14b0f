import { formatShape, type NDArray, numel, parseImagePreprocessing } from '@descent/core';
import { describeDatasets } from '@descent/datasets';
import * as z from 'zod';
import { DATASET_NAMES, TOY_NAMES } from './dataset-names.ts';
import type { Examples } from './define-config.ts';
import { isObject } from './is-object.ts';

/** The kinds of data by the key that tells them apart. */
export const KINDS = ['name', 'csv', 'images', 'npz'] as const;

const EXAMPLES = '{ x, y } with as many samples as targets, such as mnistSample() gives';
const examples = z.custom<Examples>((value) => examplesProblem(value) === undefined, {
  error: ({ input }) => {
    const problem = input === undefined ? '' : (examplesProblem(input) ?? '');
    return problem === '' ? EXAMPLES : `${EXAMPLES}: ${problem}`;
  },
});
const ownData = z.strictObject({ train: examples, validation: examples.optional(), test: examples.optional() });

const SHARE = 'a share above 0 and below 1, { share, seed, stratified }, or the path of test data';
const SEED = 'a whole number of at least 0';
const between = z.number({ error: SHARE }).gt(0, { error: SHARE }).lt(1, { error: SHARE });
const share = z.strictObject({
  share: between,
  seed: z.int({ error: SEED }).min(0, { error: SEED }).optional(),
  stratified: z.boolean({ error: 'true or false' }).optional(),
});
const test = z.union([between, z.string().min(1), share], { error: SHARE }).optional();
const LENGTH = 'a whole number of at least 1';
const names = z.array(z.string(), { error: 'a list of names' });
const task = z.enum(['classification', 'regression'], { error: "'classification' or 'regression'" }).optional();

const csvData = z.strictObject({
  csv: text('the path of a CSV or TSV file'),
  target: text('the name of the column to predict'),
  task,
  features: names.min(1, { error: 'a list of names' }).optional(),
  oneHot: names.optional(),
  missing: z
    .union([z.enum(['error', 'drop']), z.number()], { error: "'error', 'drop', or a number to fill in" })
    .optional(),
  missingTexts: names.optional(),
  delimiter: text('the text between fields').optional(),
  comment: text('how lines start that are left out').optional(),
  header: z.union([z.boolean(), names], { error: 'true, false, or the names of the columns' }).optional(),
  decimal: z.enum(['.', ','], { error: "'.' or ','" }).optional(),
  thousands: z.enum(['.', ',', ' ', "'", '_'], { error: "'.', ',', ' ', \"'\" or '_'" }).optional(),
  types: z
    .record(z.string(), z.enum(['int32', 'float64', 'boolean', 'string']), {
      error: "types by column, each 'int32', 'float64', 'boolean' or 'string'",
    })
    .optional(),
  test,
});

const PIXELS = 'pixels, a whole number from 1 to 16384';
const side = z.int({ error: PIXELS }).min(1, { error: PIXELS }).max(16_384, { error: PIXELS });
const imagesData = z.strictObject({
  images: text('the path of a folder with one folder of images a class'),
  width: side.optional(),
  height: side.optional(),
  channels: z.union([z.literal(1), z.literal(3)], { error: '1 for grey or 3 for colours' }).optional(),
  invert: z.union([z.boolean(), z.literal('auto')], { error: "true, false or 'auto'" }).optional(),
  fit: z.enum(['contain', 'fill', 'mnist'], { error: "'contain', 'fill' or 'mnist'" }).optional(),
  test,
});

const arrayNames = (of: string): z.ZodType =>
  z.union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
    error: `the name of the array of ${of}, or a list of the names of several`,
  });
const npzArrays = { x: arrayNames('samples'), y: arrayNames('targets') };

const npzData = z.strictObject({
  npz: text('the path of a .npz file'),
  ...npzArrays,
  task,
  shape: z
    .array(z.int({ error: LENGTH }).min(1, { error: LENGTH }), { error: 'the shape of a sample, such as [1, 28, 28]' })
    .optional(),
  tokens: z
    .union([z.boolean(), z.array(z.string().min(1))], {
      error: 'true for samples that are tokens, or a list of the names of arrays of tokens',
    })
    .optional(),
  classes: names.min(1, { error: 'a list of names' }).optional(),
  test: z
    .union([between, z.string().min(1), share, z.strictObject(npzArrays)], {
      error: `${SHARE}, or { x, y } with the names of other arrays`,
    })
    .optional(),
});

const FILES = { csv: csvData, images: imagesData, npz: npzData };

/** What `data` has to look like, as far as it shows what it is meant to be, and the keys that it and the objects in it may have. */
export function dataSchema(given: unknown): {
  readonly schema: z.ZodObject;
  readonly keys: Readonly<Record<string, readonly string[]>>;
} {
  const kind = typeof given === 'string' ? 'name' : KINDS.find((key) => isObject(given) && key in given);
  const schema = kind === undefined ? ownData : kind === 'name' ? namedData(given) : FILES[kind];
  const keys = Object.keys(schema.shape);
  return {
    schema,
    keys: { data: kind === undefined ? [...keys, ...KINDS] : keys, 'data.test': Object.keys(share.shape) },
  };
}

const SAMPLES = 'a whole number from 10 to 1000000';
const NOISE = 'a standard deviation, a number from 0 to 1000';
const points = {
  samples: z.int({ error: SAMPLES }).min(10, { error: SAMPLES }).max(1_000_000, { error: SAMPLES }).optional(),
  noise: z.number({ error: NOISE }).min(0, { error: NOISE }).max(1_000, { error: NOISE }).optional(),
  seed: z.int({ error: SEED }).min(0, { error: SEED }).optional(),
};

/** The options of a named set; of a name that is unknown, those that all have. */
function namedData(given: unknown): z.ZodObject {
  const name = isObject(given) ? given['name'] : given;
  const splits =
    describeDatasets()
      .find(({ id }) => id === name)
      ?.splits?.map((split) => split.name) ?? [];
  const choice = z.enum(splits, { error: `one of ${splits.join(', ')}` }).optional();
  return z.strictObject({
    name: z.enum(DATASET_NAMES, { error: `one of ${DATASET_NAMES.join(', ')}` }),
    root: text('the folder of the files, as text').optional(),
    download: z.boolean({ error: 'true or false' }).optional(),
    mirrors: z
      .union([z.string(), z.array(z.string())], {
        error: "addresses such as 'https://mirror.example/data', or 'published'",
      })
      .optional(),
    offline: z.boolean({ error: 'true or false' }).optional(),
    ...(name === 'emnist' && { split: choice }),
    ...(name === 'cifar100' && { labels: choice }),
    ...((TOY_NAMES as readonly unknown[]).includes(name) && points),
  });
}

function text(error: string): z.ZodString {
  return z.string({ error }).min(1, { error });
}

/** What is wrong with samples and targets; empty where they are something else altogether. */
function examplesProblem(value: unknown): string | undefined {
  if (!isObject(value) || !('x' in value) || !('y' in value)) return '';
  const { x, y, classes, pictures } = value;
  const [inputs, targets] = [partsOf('x', x), partsOf('y', y)];
  const arrays = [...inputs, ...targets];
  for (const [name, array] of arrays) {
    if (!isArray(array))
      return `${name} is no array { dtype, shape, data }; tensor([[1, 2], [3, 4]]) makes one of numbers`;
    const size = numel(array.shape);
    if (array.shape.length === 0 || size !== array.data.length) {
      return `${name} has the shape ${formatShape(array.shape)} and ${array.data.length} numbers`;
    }
  }
  const rows = ([, array]: readonly [string, unknown]): number | undefined => (array as NDArray).shape[0];
  const [first] = targets as readonly [readonly [string, unknown]];
  const odd = arrays.find((one) => rows(one) !== rows(first));
  if (odd !== undefined) return `${odd[0]} has ${rows(odd)} rows, ${first[0]} has ${rows(first)}`;
  const named = classes === undefined || (Array.isArray(classes) && classes.every((c) => typeof c === 'string'));
  if (!named) return 'classes is no list of names';
  if (pictures === undefined || parseImagePreprocessing(pictures) !== undefined) return undefined;
  return 'pictures is not how pictures are prepared, as imageFolder says it';
}

/** Arrays by what errors call them: `x`, or `x.picture` for one of several. */
function partsOf(of: 'x' | 'y', given: unknown): readonly (readonly [string, unknown])[] {
  const isOne = !isObject(given) || Array.isArray(given) || 'shape' in given || 'data' in given || 'dtype' in given;
  const parts = isOne ? [] : Object.entries(given);
  if (parts.length === 0 || !parts.every(([, part]) => isObject(part))) return [[of, given]];
  return parts.map(([name, array]) => [`${of}.${name}`, array]);
}

function isArray(value: unknown): value is NDArray {
  return isObject(value) && Array.isArray(value['shape']) && ArrayBuffer.isView(value['data']);
}
