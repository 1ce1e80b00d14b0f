import { formatShape, type NDArray, numel, parseImagePreprocessing } from '@descent/core';
import { describeDatasets } from '@descent/datasets';
import * as z from 'zod';
import { SEED, share, text } from './data-parts.ts';
import { DATASET_NAMES, TOY_NAMES } from './dataset-names.ts';
import type { Examples } from './define-config.ts';
import { isObject } from './is-object.ts';
import { npzData } from './npz-schema.ts';
import { boxesData, imagesData, labelledImagesData, masksData } from './picture-schemas.ts';
import { csvData, seriesData, tableData } from './table-schemas.ts';
import { corpusData, imdbData, textsData } from './text-schemas.ts';

/** The kinds of data by the key that tells them apart. */
export const KINDS = ['name', 'csv', 'table', 'series', 'texts', 'imdb', 'corpus', 'images', 'npz'] as const;

const EXAMPLES = '{ x, y } with as many samples as targets, such as mnistSample() gives';
const examples = z.custom<Examples>((value) => examplesProblem(value) === undefined, {
  error: ({ input }) => {
    const problem = input === undefined ? '' : (examplesProblem(input) ?? '');
    return problem === '' ? EXAMPLES : `${EXAMPLES}: ${problem}`;
  },
});
const ownData = z.strictObject({ train: examples, validation: examples.optional(), test: examples.optional() });

/** Schemas of data in files, by the key that tells them apart. */
const FILE_SCHEMAS = {
  csv: csvData,
  table: tableData,
  series: seriesData,
  texts: textsData,
  imdb: imdbData,
  corpus: corpusData,
  images: imagesData,
  npz: npzData,
} as const;

/** Pictures with what they show beside them, by the key that says so. */
const PICTURE_SCHEMAS = { masks: masksData, boxes: boxesData, labels: labelledImagesData } as const;
const BESIDE = ['masks', 'boxes', 'labels'] as const;

/** The schemas of all data that JSON can name, each with keys that tell it from the others. */
export function namedSchemas(): readonly {
  readonly has: readonly string[];
  readonly lacks: readonly string[];
  readonly schema: z.ZodObject;
}[] {
  const files = Object.entries(FILE_SCHEMAS).map(([key, schema]) => ({
    has: [key],
    lacks: key === 'images' ? [...BESIDE, 'target'] : [],
    schema,
  }));
  const pictures = Object.entries(PICTURE_SCHEMAS).map(([key, schema]) => ({
    has: ['images', key],
    lacks: [],
    schema,
  }));
  return [...files, ...pictures];
}

/** What `data` has to look like, as far as it shows what it is meant to be, and the keys that it and the objects in it may have. */
export function dataSchema(given: unknown): {
  readonly schema: z.ZodObject;
  readonly keys: Readonly<Record<string, readonly string[]>>;
} {
  const kind = typeof given === 'string' ? 'name' : KINDS.find((key) => isObject(given) && key in given);
  const beside = kind === 'images' ? besideOf(given as object) : undefined;
  const schema = schemaOf(given, kind, beside);
  const more = kind === undefined ? KINDS : kind === 'images' && beside === undefined ? BESIDE : [];
  const inTest = beside === undefined ? [] : ['images', beside];
  return {
    schema,
    keys: {
      data: [...Object.keys(schema.shape), ...more],
      'data.test': [...Object.keys(share.shape), ...inTest],
      'data.tokenizer': ['file', 'specialTokens', 'padding'],
    },
  };
}

/** What pictures have beside them; what is to be predicted stands in a table of labels. */
function besideOf(given: object): (typeof BESIDE)[number] | undefined {
  return BESIDE.find((key) => key in given) ?? ('target' in given ? 'labels' : undefined);
}

function schemaOf(
  given: unknown,
  kind: (typeof KINDS)[number] | undefined,
  beside: (typeof BESIDE)[number] | undefined,
): z.ZodObject {
  if (kind === undefined) return ownData;
  if (kind === 'name') return namedData(given);
  return beside === undefined ? FILE_SCHEMAS[kind] : PICTURE_SCHEMAS[beside];
}

const SAMPLES = 'a whole number from 10 to 1000000';
const NOISE = 'a standard deviation, a number from 0 to 1000';
const points = {
  samples: z.int({ error: SAMPLES }).min(10, { error: SAMPLES }).max(1_000_000, { error: SAMPLES }).optional(),
  noise: z.number({ error: NOISE }).min(0, { error: NOISE }).max(1_000, { error: NOISE }).optional(),
  seed: z.int({ error: SEED }).min(0, { error: SEED }).optional(),
};

/** The options of a named set; of a name that is unknown, those that all have. */
export function namedData(given: unknown): z.ZodObject {
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
