import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadOnnx } from '@descent/backend-onnx';
import type { NDArray } from '@descent/core';
import { parseTablePreparation, prepareRows, readCsv, restoreNumbers, type TablePreparation } from '@descent/datasets';
import { describe, expect, test } from 'vitest';
import type { LoadedData, LoadedSet } from '../src/config/data.ts';
import { config, ofOneArray, problem, source } from './data-helpers.ts';
import { descent, folder, readJson } from './helpers.ts';

/** 60 flats: rent follows from size and city; the year is always the same. */
const CITIES = ['Lima', 'Oslo', 'Rome'];
const SIZES = Array.from({ length: 60 }, (_, i) => 20 + ((i * 37) % 90));
const RENTS = SIZES.map((size, i) => [6, 15, 11][i % 3]! * size + 100);
const FLATS = [
  'city,size,rooms,rent,kind',
  ...SIZES.map((size, i) => `${CITIES[i % 3]},${size},${i % 4},${RENTS[i]},${size < 60 ? 'small' : 'large'}`),
].join('\n');
const FILES = { 'flats.csv': `${FLATS}\n` };
const NUMBERS = { table: 'flats.csv', target: 'kind', task: 'classification', features: ['size', 'rooms'] };
const RENT = { table: 'flats.csv', target: 'rent', task: 'regression', features: ['size', 'city'] };

const CATEGORIES_MODEL = [
  ['branches', { numbers: 'identity', categories: ['categoryEmbeddings', [{ size: 4, dim: 3, paddingIdx: 0 }]] }],
  'concat',
  ['linear', 4, 1],
];

async function loaded(
  data: object,
  files: Readonly<Record<string, string | Uint8Array>> = FILES,
): Promise<LoadedData & { readonly table: TablePreparation }> {
  return withTable(await (await source(data, files)).data.load());
}

function withTable(data: LoadedData): LoadedData & { readonly table: TablePreparation } {
  if (data.table === undefined) throw new Error('no preparation');
  return { ...data, table: data.table };
}

/** The values of a column of `x`, as they were before they were prepared. */
function rawColumn(
  x: NDArray,
  column: number,
  { mean, std }: { readonly mean: number; readonly std: number },
): number[] {
  const width = x.shape[1] as number;
  return Array.from(
    { length: x.shape[0] as number },
    (_, row) => (x.data[row * width + column] as number) * std + mean,
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value / values.length, 0);
}

function sorted(values: readonly number[]): number[] {
  return values.map((value) => Math.round(value)).sort((a, b) => a - b);
}

describe('a table of numbers', () => {
  test('is one array, standardised by its training rows alone', async () => {
    const data = await loaded({ ...NUMBERS, test: 0.25 });
    const { train, test: held } = ofOneArray(data);
    const [size] = data.table.numbers as [TablePreparation['numbers'][number]];
    expect([train.x.dtype, train.x.shape, held?.x.shape, train.classes]).toEqual([
      'float32',
      [45, 2],
      [15, 2],
      ['large', 'small'],
    ]);
    const raw = rawColumn(train.x, 0, size);
    const deviation = Math.sqrt(mean(raw.map((value) => (value - mean(raw)) ** 2)));
    expect(mean(raw)).toBeCloseTo(size.mean, 4);
    expect(deviation).toBeCloseTo(size.std, 4);
    // Of all rows it would be another.
    expect(Math.abs(mean(SIZES) - size.mean)).toBeGreaterThan(0.01);
    expect(sorted([...raw, ...rawColumn((held as typeof train).x, 0, size)])).toEqual(sorted(SIZES));
  });

  test('has its validation rows taken out before the fit, by the seed of training', async () => {
    const { data } = await source({ ...NUMBERS, test: 0.25 }, FILES);
    const load = async (seed: number) => withTable(await data.load({}, { share: 0.2, seed }));
    const [first, again, other] = [await load(0), await load(0), await load(1)];
    expect(again).toEqual(first);
    expect(other.table.numbers).not.toEqual(first.table.numbers);
    const { train, validation, test: held } = ofOneArray(first as LoadedData);
    expect([train.length, validation?.length, held?.length]).toEqual([36, 9, 15]);
    const [size] = first.table.numbers as [TablePreparation['numbers'][number]];
    const parts = [train, validation, held].map((set) => rawColumn((set as typeof train).x, 0, size));
    expect(mean(parts[0] as number[])).toBeCloseTo(size.mean, 4);
    expect(sorted(parts.flat())).toEqual(sorted(SIZES));
  });

  test('is left as it is with standardize: false', async () => {
    const data = await loaded({ ...NUMBERS, standardize: false });
    expect([...(data.train.x as NDArray).data.subarray(0, 4)]).toEqual([SIZES[0], 0, SIZES[1], 1]);
    // What reads the file later prepares rows in the same way.
    expect([...prepareRows(data.table, [{ size: 31, rooms: 2 }]).numbers.data]).toEqual([31, 2]);
  });

  test('takes missing values as the config says', async () => {
    const files = { 'a.csv': 'v,w,k\n1,5,a\n?,7,a\n3,9,b\n5,9,?\n' };
    const data = { table: 'a.csv', target: 'k', task: 'classification', missingTexts: ['?'] };
    await expect(loaded(data, files)).rejects.toThrow(/a target is missing.*column "k" of row 3.*missing: 'drop'/s);
    expect((await loaded({ ...data, missing: 'drop' }, files)).train.length).toBe(2);
    const known = { 'a.csv': 'v,w,k\n1,5,a\n?,7,a\n3,9,b\n' };
    const filled = await loaded({ ...data, missing: 'fill' }, known);
    expect([...(filled.train.x as NDArray).data].filter((_, i) => i % 2 === 0)).toEqual([-1, 0, 1]);
  });

  test('comes from JSON lines and Parquet, too', async () => {
    const rows = SIZES.map((size, i) => JSON.stringify({ size, rooms: i % 4, kind: size < 60 ? 'small' : 'large' }));
    const lines = await loaded({ ...NUMBERS, table: 'flats.jsonl' }, { 'flats.jsonl': `${rows.join('\n')}\n` });
    expect(lines.train.x).toEqual((await loaded(NUMBERS)).train.x);
    const plain = readFileSync(new URL('../../datasets/test/fixtures/plain.parquet', import.meta.url));
    const parquet = { table: 'a.parquet', target: 'NAME', task: 'regression', features: ['FEATURE'] };
    const { err } = await problem(parquet, { 'a.parquet': plain });
    expect(err).toContain('data: fitTable: there is no such column');
    const { err: notation } = await problem({ ...parquet, delimiter: ';' }, { 'a.parquet': plain });
    expect(notation).toContain('data.delimiter: delimiter says how a CSV file is written');
  });
});

describe('a table with categories', () => {
  test('is prepared by name, and says what embeddings take it', async () => {
    const { data } = await source({ ...RENT, test: 0.25 }, FILES);
    expect(data.sample).toEqual({
      numbers: { shape: [1], dtype: 'float32' },
      categories: { shape: [1], dtype: 'int32' },
    });
    expect(data.notes).toEqual([
      'categories city: ["categoryEmbeddings",[{"size":4,"dim":3,"paddingIdx":0}]] takes them',
    ]);
    const { train, test: held, table } = withTable(await data.load());
    expect(table.categories[0]?.values).toEqual(CITIES);
    const { numbers, categories } = train.x as Readonly<Record<string, NDArray>>;
    const raw = rawColumn(numbers as NDArray, 0, table.numbers[0] as TablePreparation['numbers'][number]);
    // Each rent follows from its own size and city, and is in its own unit.
    raw.forEach((size, row) => {
      const city = (categories?.data[row] as number) - 1;
      expect((train.y as NDArray).data[row]).toBeCloseTo([6, 15, 11][city]! * size + 100, 2);
    });
    expect([(train.y as NDArray).shape, held?.length]).toEqual([[45, 1], 15]);
  });

  test('may be of numbers that are codes, and of values that are unknown', async () => {
    const data = { ...NUMBERS, categories: ['rooms'], unknown: 'other', test: 'test.csv' };
    const files = { ...FILES, 'test.csv': 'size,rooms,kind\n30,9,small\n' };
    const { test: held, table } = await loaded(data, files);
    expect(table.categories[0]).toMatchObject({ name: 'rooms', type: 'number', values: ['0', '1', '2', '3'] });
    expect([...((held as LoadedSet).x as Record<string, NDArray>)['categories']!.data]).toEqual([0]);
    await expect(loaded({ ...data, unknown: 'error' }, files)).rejects.toThrow(
      'a category is not among those of the fit',
    );
  });

  test('may have no numbers, and a category that only validation rows have', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i === 7 ? 'rare' : 'uv'[i % 2]},${'pq'[i % 2]}`).join('\n');
    const data = { table: 'a.csv', target: 'k', task: 'classification' };
    const load = async (more: object) =>
      // Seed 0 leaves 4 of 40 rows to train, without row 7.
      (await source({ ...data, ...more }, { 'a.csv': `t,k\n${rows}\n` })).data.load({}, { share: 0.9, seed: 0 });
    await expect(load({})).rejects.toThrow(/a category is not among those of the fit.*"rare" in column "t"/s);
    const { train, validation } = await load({ unknown: 'other' });
    expect(Object.keys(train.x)).toEqual(['categories']);
    const { categories } = (validation as LoadedSet).x as Readonly<Record<string, NDArray>>;
    expect([...(categories as NDArray).data].filter((index) => index === 0)).toEqual([0]);
  });

  test('trains, resumes and exports a file that keeps the preparation', async () => {
    const data = { ...RENT, standardizeTarget: true, test: 0.25 };
    const root = folder({
      ...FILES,
      'flats.json': config(data, {
        model: CATEGORIES_MODEL,
        validation: 0.2,
        backend: 'onnx:cpu',
        optimizer: ['adam', { lr: 0.05 }],
        epochs: 60,
        batchSize: 12,
      }),
    });
    const summary = await descent(root, 'summary', 'flats.json');
    expect([summary.code, summary.err]).toEqual([0, '']);
    expect(summary.out).toContain(
      'categories city: ["categoryEmbeddings",[{"size":4,"dim":3,"paddingIdx":0}]] takes them',
    );
    expect(summary.out).toContain('rent is standardised: losses and metrics are in its standard deviations');
    const trained = await descent(root, 'train', 'flats.json', '--seed', '3');
    expect([trained.code, trained.err]).toEqual([0, '']);
    expect(trained.out).toContain('flats.csv: 36 to train, 9 to validate, 15 to test');
    const { table } = readJson(root, 'runs', 'flats', 'run.json') as { readonly table: TablePreparation };
    expect((await descent(root, 'resume', 'runs/flats', '--epochs', '61')).code).toBe(0);
    const exported = await descent(root, 'export', 'runs/flats', '-o', 'again.onnx');
    expect([exported.code, exported.err]).toEqual([0, '']);

    const csv = await readCsv(join(root, 'flats.csv'));
    for (const name of [join('runs', 'flats', 'model.onnx'), 'again.onnx']) {
      const file = await loadOnnx(join(root, name));
      const kept = parseTablePreparation(file.metadata?.['table']);
      expect(kept).toEqual(table);
      const { [file.output.name]: output } = await file.run(prepareRows(kept, csv));
      const rents = restoreNumbers(kept, output as NDArray).data;
      const wrong = mean(Array.from(rents, (rent, row) => Math.abs(rent - RENTS[row]!)));
      // The mean of all rents would be wrong by 331, and a sum of size and city is wrong by about 75.
      expect(wrong).toBeLessThan(120);
      file.dispose();
    }
  });
});

test('the config of docs/tables.md trains on penguins', async () => {
  const [, json] =
    /```json\n(.*?)```/s.exec(readFileSync(new URL('../../../docs/tables.md', import.meta.url), 'utf8')) ?? [];
  const penguins = readFileSync(new URL('../../../examples/tabular/penguins.csv', import.meta.url), 'utf8');
  const root = folder({ 'penguins.csv': penguins, 'penguins.json': json ?? '' });
  const trained = await descent(root, 'train', 'penguins.json', '--backend', 'onnx:cpu', '--epochs', '20');
  expect([trained.code, trained.err]).toEqual([0, '']);
  const [last] = readFileSync(join(root, 'runs', 'penguins', 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .slice(-1);
  const { test: held } = JSON.parse(last as string) as { readonly test: { readonly accuracy: number } };
  expect(held.accuracy).toBeGreaterThan(0.9);
});

test('a report of standardised numbers to predict is in their units', async () => {
  const data = { ...RENT, features: ['size'], standardizeTarget: true, test: 0.25 };
  const root = folder({
    ...FILES,
    // It knows nothing: 0 standard deviations from the mean of the training rows.
    'a.config.ts': `
import { defineConfig } from '@descent/cli';
import { layer, parameter, sgd, zerosInit } from '@descent/core';
import { matmul } from '@descent/core/ops';
const zero = layer('zero', { w: parameter([1, 1], { init: zerosInit }) }, (x, { w }) => matmul(x, w));
export default defineConfig({ model: zero, data: ${JSON.stringify(data)}, optimizer: sgd({ lr: 1e-30 }), epochs: 1, backend: 'onnx:cpu' });
`,
  });
  const trained = await descent(root, 'train', 'a.config.ts');
  expect([trained.code, trained.err]).toEqual([0, '']);
  const { train, test: held } = await loaded({ ...data, standardizeTarget: false });
  const middle = mean([...(train.y as NDArray).data]);
  const wrong = mean(Array.from(((held as LoadedSet).y as NDArray).data, (rent) => Math.abs(rent - middle)));
  const report = readFileSync(join(root, 'runs', 'a', 'report.html'), 'utf8');
  const [, said] = /mean absolute error[^0-9]*([0-9.]+)/.exec(report) ?? [];
  expect(wrong).toBeGreaterThan(100);
  // Four digits are shown.
  expect(Number(said)).toBeCloseTo(wrong, 0);
});

describe('is an error:', () => {
  test.each([
    [{ ...NUMBERS, target: 'kint' }, "data: fitTable: there is no such column; did you mean 'kind'?", 2],
    [{ ...NUMBERS, features: ['size', 'rooom'] }, "data: fitTable: there is no such column; did you mean 'rooms'?", 2],
    [{ ...RENT, categories: ['cty'] }, "columns among the features: size, city; did you mean 'city'?", 2],
    [{ ...NUMBERS, features: ['size', 'kind'] }, 'data › features: fitTable was given an invalid features', 2],
    [{ ...NUMBERS, categoreis: [] }, "data.categoreis: unknown key; did you mean 'categories'?", 2],
    [{ ...NUMBERS, standardise: true }, "data.standardise: unknown key; did you mean 'standardize'?", 2],
    [{ ...NUMBERS, standardize: 'yes' }, 'data.standardize: received "yes", expected true or false', 2],
    [{ ...NUMBERS, standardizeTarget: true }, 'data.standardizeTarget: standardizeTarget is for numbers to predict', 2],
    [{ ...NUMBERS, standardize: false, missing: 'fill' }, 'data.missing: missing numbers are filled with the mean', 2],
    [{ ...NUMBERS, missing: 0 }, "data.missing: received 0, expected 'error', 'drop' or 'fill'", 2],
    [{ ...NUMBERS, minCount: 0 }, 'data.minCount: received 0, expected a whole number of at least 1', 2],
    [{ ...NUMBERS, minCount: 2 }, "1, or unknown: 'other' beside it", 2],
    [
      { ...NUMBERS, unknown: 'othre' },
      "data.unknown: received \"othre\", expected 'error' or 'other'; did you mean 'other'?",
      2,
    ],
    [
      { table: 'flats.csv', target: 'kind' },
      "data.task: missing, expected 'classification', 'regression' or 'multi-label'",
      2,
    ],
    [{ ...NUMBERS, task: 'regression' }, 'data: fitTable: column "kind" holds no numbers', 2],
    [{ ...NUMBERS, test: 0.001 }, 'data.test: a share of 0.001 leaves 60 items to train and 0 to test', 2],
    [{ ...NUMBERS, test: 'other.csv' }, "data.test: prepareTable: there is no such column; did you mean 'room'?", 2],
    [{ ...NUMBERS, test: 'tiny.csv' }, 'a class is not among those of the fit', 1],
    [{ ...NUMBERS, table: 'gone.csv' }, 'gone.csv', 1],
    [{ tabel: 'flats.csv', target: 'kind' }, "data.tabel: unknown key; did you mean 'table'?", 2],
  ])('%j', async (data, message, expected) => {
    const files = { ...FILES, 'other.csv': 'size,room,kind\n30,1,small\n', 'tiny.csv': 'size,rooms,kind\n3,1,tiny\n' };
    const { err, code } = await problem(data, files);
    expect(err).toContain('error: a.json');
    expect(err).toContain(message);
    expect(code).toBe(expected);
  });

  test('transforms, which a preparation in the file would not tell', async () => {
    await expect(source(NUMBERS, FILES, { transform: [['toFloat', {}]] })).rejects.toThrow(
      "transform: data of 'table' are prepared by keys of their own",
    );
  });
});
