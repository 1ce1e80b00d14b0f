import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type NDArray, ndarray, ShapeError, tensor, ValueError } from '@descent/core';
import { describe, expect, test } from 'vitest';
import {
  DataFormatError,
  embeddingSizes,
  type FitTableOptions,
  fitTable,
  parseTablePreparation,
  predictedLabels,
  prepareRows,
  prepareTable,
  readCsv,
  readJsonLines,
  restoreNumbers,
  splitInTime,
  splitTable,
  type Table,
  type TablePreparation,
  tableOf,
  takeRows,
} from '../src/public/index.ts';
import { thrown } from './helpers.ts';

/** Made by `scripts/make-table-fixtures.py` with scikit-learn. */
const FIXTURE = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', 'tables.json'), 'utf8')) as {
  readonly train: number;
  readonly columns: Readonly<Record<string, (number | string)[]>>;
  readonly numbers: number[][];
  readonly categories: number[][];
  readonly target: number[][];
  readonly labels: { readonly names: string[]; readonly y: number[][] };
};
const WHOLE = tableOf(FIXTURE.columns, { name: 'fixture' });
const COUNT = WHOLE.length;
const TRAIN = takeRows(WHOLE, upTo(0, FIXTURE.train));
const TEST = takeRows(WHOLE, upTo(FIXTURE.train, COUNT));
const FEATURES = { features: ['age', 'time', 'same', 'few', 'city', 'code'], categories: ['code'] };
const PRICE: FitTableOptions = { ...FEATURES, target: 'price', task: 'regression' };

function dataOf(table: Table, at: number): readonly (number | string | boolean | null)[] {
  return [...(table.columns[at] as Table['columns'][number]).data];
}

function upTo(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

function rowsOf({ data, shape }: NDArray): number[][] {
  const width = shape[1] as number;
  return upTo(0, shape[0] as number).map((r) => Array.from(data.slice(r * width, (r + 1) * width) as Float32Array));
}

function expectRowsNear(got: NDArray, expected: readonly number[][]): void {
  expect(got.shape).toEqual([expected.length, expected[0]?.length]);
  rowsOf(got).forEach((row, r) => {
    row.forEach((value, c) => {
      const wanted = expected[r]?.[c] as number;
      expect(Math.abs(value - wanted), `row ${r}, column ${c}: ${value} for ${wanted}`).toBeLessThan(
        2e-6 * Math.max(1, Math.abs(wanted)),
      );
    });
  });
}

describe('a prepared table', () => {
  const preparation = fitTable(TRAIN, PRICE);

  test('has the numbers, indices and targets of scikit-learn, fitted on the training rows alone', () => {
    const [train, rest] = [prepareTable(preparation, TRAIN), prepareTable(preparation, TEST)];
    for (const [part, from, to] of [
      [train, 0, FIXTURE.train],
      [rest, FIXTURE.train, COUNT],
    ] as const) {
      expectRowsNear(part.x.numbers, FIXTURE.numbers.slice(from, to));
      expect(part.x.categories.dtype).toBe('int32');
      expect(rowsOf(part.x.categories)).toEqual(FIXTURE.categories.slice(from, to));
      expectRowsNear(part.y, FIXTURE.target.slice(from, to));
      expect(part.y.dtype).toBe('float32');
    }
    expect(train.features).toEqual(['age', 'time', 'same', 'few', 'city', 'code']);
    expect(train.classes).toEqual([]);
  });

  test('goes through JSON and gives the same bits, for a table and for rows one by one', () => {
    const again = parseTablePreparation(JSON.stringify(preparation));
    expect(again).toEqual(preparation);
    expect(prepareTable(again, TEST)).toEqual(prepareTable(preparation, TEST));
    const { numbers, categories } = prepareTable(preparation, WHOLE).x;
    const rows = upTo(0, COUNT).map((i) =>
      Object.fromEntries(Object.entries(FIXTURE.columns).map(([name, values]) => [name, values[i]])),
    );
    expect(prepareRows(again, rows)).toEqual({ numbers, categories });
    const alone = rows.map((row) => prepareRows(again, [row]));
    expect(alone.flatMap((one) => [...one.numbers.data])).toEqual([...numbers.data]);
    expect(alone.flatMap((one) => [...one.categories.data])).toEqual([...categories.data]);
  });

  test('gives targets back in their units', () => {
    const back = restoreNumbers(parseTablePreparation(JSON.stringify(preparation)), prepareTable(preparation, TEST).y);
    expect(back.dtype).toBe('float64');
    expect(back.shape).toEqual([COUNT - FIXTURE.train, 1]);
    back.data.forEach((value, i) => {
      const wanted = FIXTURE.columns['price']?.[FIXTURE.train + i] as number;
      expect(Math.abs(value / wanted - 1)).toBeLessThan(1e-6);
    });
    const two = fitTable(TRAIN, {
      ...FEATURES,
      features: ['few'],
      categories: [],
      target: ['price', 'age'],
      task: 'regression',
    });
    const both = restoreNumbers(two, prepareTable(two, TEST).y);
    expect(both.shape).toEqual([COUNT - FIXTURE.train, 2]);
    expect(both.data[1]).toBeCloseTo(FIXTURE.columns['age']?.[FIXTURE.train] as number, 4);
    expect(thrown(() => restoreNumbers(two, tensor([[1], [2]])))).toBeInstanceOf(ShapeError);
  });

  test('a column of one value becomes 0, also for another value later, and no NaN', () => {
    const same = preparation.numbers[2];
    expect(same).toMatchObject({ name: 'same', std: 0 });
    const row = { age: 30, time: 1.7e12, same: 77, few: 1, city: 'Oslo', code: 9 };
    expect(prepareRows(preparation, [row]).numbers.data[2]).toBe(0);
    const constant = fitTable(tableOf({ a: [1, 2], y: [3, 3] }), { target: 'y', task: 'regression' });
    expect([...prepareTable(constant, tableOf({ a: [1, 2], y: [3, 3] })).y.data]).toEqual([0, 0]);
    expect([...restoreNumbers(constant, tensor([[0.4], [-2]])).data]).toEqual([3, 3]);
  });

  test('the embeddings have a row for each value and one in front, of zeros where nothing trains it', () => {
    expect(embeddingSizes(preparation)).toEqual([
      { size: 7, dim: 5, paddingIdx: 0 },
      { size: 5, dim: 4, paddingIdx: 0 },
    ]);
    const rare = fitTable(TRAIN, { ...PRICE, minCount: 10, unknown: 'other' });
    const [city] = embeddingSizes(rare, { dim: 3 });
    expect(city?.paddingIdx).toBe(null);
    expect(city?.dim).toBe(3);
    expect(city?.size).toBeLessThan(7);
  });

  test('is the same from CSV and from JSON lines', async () => {
    const names = Object.keys(FIXTURE.columns).filter((name) => name !== 'tags');
    const line = (i: number): unknown[] => names.map((name) => FIXTURE.columns[name]?.[i]);
    const csv = [names, ...upTo(0, COUNT).map(line)].map((fields) => fields.join(',')).join('\n');
    const json = upTo(0, COUNT).map((i) =>
      JSON.stringify(Object.fromEntries(names.map((name, c) => [name, line(i)[c]]))),
    );
    const text = (value: string): Uint8Array => new TextEncoder().encode(value);
    for (const table of [await readCsv(text(csv)), await readJsonLines(text(json.join('\n')))]) {
      const data = prepareTable(fitTable(takeRows(table, upTo(0, FIXTURE.train)), PRICE), table);
      expect(data.x).toEqual(prepareTable(preparation, WHOLE).x);
      expect(data.y).toEqual(prepareTable(preparation, WHOLE).y);
    }
  });
});

describe('missing and unknown values', () => {
  const table = tableOf({
    size: [1, null, 3, 4, 5, 6],
    kind: ['a', 'b', null, 'a', 'b', 'a'],
    y: [0, 1, 0, 1, 0, 1],
  });
  const options = { target: 'y', task: 'classification' } as const;

  test('are errors by default, with column and row', () => {
    const error = thrown(() => fitTable(table, options));
    expect(error).toBeInstanceOf(DataFormatError);
    expect(error.message).toContain('column "size" of row 1');
    expect(error.message).toContain("missing: 'fill'");
  });

  test('leave their rows out with drop, but never a row to predict from', () => {
    const preparation = fitTable(table, { ...options, missing: 'drop' });
    const { x, y, length } = prepareTable(preparation, table);
    expect(length).toBe(4);
    expect([...y.data]).toEqual([0, 1, 0, 1]);
    expect(preparation.numbers[0]?.mean).toBe(4);
    expect(rowsOf(x.categories)).toEqual([[1], [1], [2], [1]]);
    expect(thrown(() => prepareRows(preparation, [{ size: null, kind: 'a' }])).message).toContain(
      'nothing in column "size"',
    );
  });

  test('are filled with the mean and with index 0, whose embedding is then trained', () => {
    const preparation = fitTable(table, { ...options, missing: 'fill' });
    const { x } = prepareTable(preparation, table);
    expect(preparation.numbers).toEqual([
      { name: 'size', mean: 3.8, std: expect.closeTo(Math.sqrt(2.96), 12), missing: 1 },
    ]);
    expect(x.numbers.data[1]).toBe(0);
    expect([...x.categories.data]).toEqual([1, 2, 0, 1, 2, 1]);
    expect(preparation.categories[0]?.others).toBe(1);
    expect(embeddingSizes(preparation)[0]?.paddingIdx).toBe(null);
    const rows = prepareRows(preparation, [{ size: Number.NaN, kind: null }]);
    expect([rows.numbers.data[0], rows.categories.data[0]]).toEqual([0, 0]);
    const noTarget = tableOf({ size: [1, 2], kind: ['a', 'b'], y: [1, null] });
    expect(thrown(() => fitTable(noTarget, { ...options, missing: 'fill' })).message).toContain('a target is missing');
  });

  test('a key that a row lacks is never filled: it may be misspelt', () => {
    const preparation = fitTable(table, { ...options, missing: 'fill' });
    const error = thrown(() => prepareRows(preparation, [{ Size: 3, kind: 'a' }]));
    expect(error).toBeInstanceOf(ValueError);
    expect(error.message).toContain('did you mean "Size"'.replaceAll('"', "'"));
  });

  test('an unknown category is an error that lists the known ones, or has index 0', () => {
    const known = fitTable(table, { ...options, missing: 'drop' });
    const error = thrown(() => prepareRows(known, [{ size: 1, kind: 'zebra' }]));
    expect(error.message).toContain('"zebra" in column "kind" of row 0');
    expect(error.message).toContain('expected: a, b');
    const other = fitTable(table, { ...options, missing: 'drop', unknown: 'other' });
    expect([...prepareRows(other, [{ size: 1, kind: 'zebra' }]).categories.data]).toEqual([0]);
    expect(thrown(() => fitTable(table, { ...options, missing: 'drop', minCount: 2 })).message).toContain(
      "unknown: 'other'",
    );
  });

  test('names of Object.prototype are categories like others', () => {
    const names = ['__proto__', 'constructor', 'toString'];
    const odd = tableOf({ c: [...names, ...names], y: [0, 1, 0, 1, 0, 1] });
    const preparation = parseTablePreparation(JSON.stringify(fitTable(odd, options)));
    expect([...prepareTable(preparation, odd).x.categories.data]).toEqual([1, 2, 3, 1, 2, 3]);
    const named = tableOf(JSON.parse('[{"__proto__": 1, "y": 0}, {"__proto__": 3, "y": 1}]'));
    expect([...prepareTable(fitTable(named, options), named).x.numbers.data]).toEqual([-1, 1]);
  });
});

describe('classes and labels', () => {
  test('classes are sorted, of numbers by size, and travel with the preparation', () => {
    const table = tableOf({ x: [1, 2, 3, 4], y: [10, 9, 100, 9] });
    const preparation = fitTable(table, { target: 'y', task: 'classification' });
    const data = prepareTable(parseTablePreparation(JSON.stringify(preparation)), table);
    expect(data.classes).toEqual(['9', '10', '100']);
    expect(data.y).toEqual(ndarray('int32', [4], Int32Array.of(1, 0, 2, 0)));
    const later = tableOf({ x: [1], y: [11] });
    expect(thrown(() => prepareTable(preparation, later)).message).toContain('"11" in column "y" of row 0');
    expect(
      thrown(() => fitTable(tableOf({ x: [1, 2], y: [0.5, 1] }), { target: 'y', task: 'classification' })).message,
    ).toContain("task: 'regression'");
  });

  test('labels with a separator are those of scikit-learn, none included', () => {
    const options = { ...FEATURES, target: 'tags', task: 'multi-label', separator: ';' } as const;
    const data = prepareTable(fitTable(TRAIN, options), WHOLE);
    expect(data.classes).toEqual(FIXTURE.labels.names);
    expect(data.y.dtype).toBe('float32');
    expect(rowsOf(data.y)).toEqual(FIXTURE.labels.y);
    const untidy = tableOf({ a: [1, 2], tags: [' red ;; blue', 'blue;blue'] });
    expect(rowsOf(prepareTable(fitTable(untidy, { ...options, features: ['a'], categories: [] }), untidy).y)).toEqual([
      [1, 1],
      [1, 0],
    ]);
  });

  test('labels may be columns of 0 and 1, or of true and false', () => {
    const table = tableOf({ a: [1, 2, 3], cat: [0, 1, 1], dog: [true, true, false] });
    const preparation = fitTable(table, { target: ['cat', 'dog'], task: 'multi-label' });
    const data = prepareTable(preparation, table);
    expect(data.classes).toEqual(['cat', 'dog']);
    expect(rowsOf(data.y)).toEqual([
      [0, 1],
      [1, 1],
      [1, 0],
    ]);
    const wrong = tableOf({ a: [1, 2], cat: [0, 2], dog: [0, 1] });
    expect(thrown(() => fitTable(wrong, { target: ['cat', 'dog'], task: 'multi-label' })).message).toContain(
      'neither 0 nor 1',
    );
  });

  test('predicted labels reach a threshold, one for all or one each', () => {
    const table = tableOf({ a: [1, 2], cat: [0, 1], dog: [1, 0] });
    const preparation = fitTable(table, { target: ['cat', 'dog'], task: 'multi-label' });
    const logits = tensor([
      [0, -0.1],
      [3, 3],
      [-800, 800],
    ]);
    expect(predictedLabels(preparation, logits)).toEqual([['cat'], ['cat', 'dog'], ['dog']]);
    expect(predictedLabels(preparation, logits, { threshold: [0.99, 0.4] })).toEqual([['dog'], ['dog'], ['dog']]);
    const probabilities = tensor([[0.2, 0.9]]);
    expect(predictedLabels(preparation, probabilities, { output: 'probabilities' })).toEqual([['dog']]);
    const refused: readonly (() => unknown)[] = [
      () => predictedLabels(preparation, logits, { output: 'probabilities' }),
      () => predictedLabels(preparation, logits, { threshold: 50 }),
      () => predictedLabels(preparation, logits, { threshold: [0.5] }),
      () => predictedLabels(preparation, tensor([[Number.NaN, 0]])),
      () => predictedLabels(fitTable(table, { target: 'cat', task: 'classification' }), logits),
    ];
    for (const call of refused) expect(thrown(call)).toBeInstanceOf(ValueError);
    expect(thrown(() => predictedLabels(preparation, tensor([[1, 2, 3]])))).toBeInstanceOf(ShapeError);
  });
});

describe('what does not fit is refused', () => {
  const options = { target: 'y', task: 'regression' } as const;
  const rows = (values: readonly (number | string | boolean | null)[]): Table =>
    tableOf({ a: values, y: values.map((_, i) => i) });

  test.each<[string, () => unknown, string]>([
    ['no task', () => fitTable(rows([1, 2]), { target: 'y' } as FitTableOptions), 'multi-label'],
    ['a misspelt option', () => fitTable(rows([1, 2]), { ...options, catgories: [] } as FitTableOptions), 'categories'],
    ['an unknown target', () => fitTable(rows([1, 2]), { ...options, target: 'z' }), 'a, y'],
    [
      'the target among the features',
      () => fitTable(rows([1, 2]), { ...options, features: ['a', 'y'] }),
      'the answer would be given',
    ],
    ['a feature twice', () => fitTable(rows([1, 2]), { ...options, features: ['a', 'a'] }), 'each column once'],
    [
      'categories that are no feature',
      () => fitTable(rows([1, 2]), { ...options, categories: ['b'] }),
      'columns among the features',
    ],
    ['infinity', () => fitTable(rows([1, Number.POSITIVE_INFINITY]), options), 'column "a" of row 1'],
    ['numbers whose squares overflow', () => fitTable(rows([1e200, -1e200]), options), 'a larger unit'],
    [
      'a column of nothing',
      () => fitTable(rows([null, null]), { ...options, missing: 'fill' }),
      'leave the column out',
    ],
    ['no rows', () => fitTable(tableOf([]), options), 'the table is empty'],
    ['a text as target', () => fitTable(tableOf({ a: [1, 2], y: ['b', 'c'] }), options), "task: 'classification'"],
    ['a separator without labels', () => fitTable(rows([1, 2]), { ...options, separator: ';' }), 'multi-label'],
    [
      'labels that are text without a separator',
      () => fitTable(tableOf({ a: [1, 2], y: ['b', 'c'] }), { target: 'y', task: 'multi-label' }),
      "separator: ';'",
    ],
    ['a fraction too many', () => splitTable(rows([1, 2]), [0.8, 0.3]), 'a sum of at most 1'],
    ['a row that is none', () => takeRows(rows([1, 2]), [2]), 'integers from 0 to 1'],
    ['columns of several lengths', () => tableOf({ a: [1], y: [1, 2] }), 'a: 1, y: 2'],
    ['values of several types', () => tableOf({ a: [1, 'b'] }), 'row 1'],
    ['no table', () => fitTable({ a: 1 } as unknown as Table, options), 'readCsv'],
    ['no preparation', () => prepareTable({} as TablePreparation, rows([1, 2])), 'fitTable'],
  ])('%s', (_, call, text) => {
    const error = thrown(call);
    expect(
      [ValueError, ShapeError, DataFormatError].some((Kind) => error instanceof Kind),
      String(error),
    ).toBe(true);
    expect(error.message).toContain(text);
  });

  test('texts that are names of the rows, or numbers in another notation, are no categories unless somebody says so', () => {
    const ids = rows(upTo(0, 40).map((i) => `id-${i}`));
    expect(thrown(() => fitTable(ids, options)).message).toContain('categories: ["a"]');
    expect(fitTable(ids, { ...options, categories: ['a'] }).categories[0]?.values).toHaveLength(40);
    expect(thrown(() => fitTable(rows(['1,5', '2,25', '1,5']), options)).message).toContain("decimal: ','");
  });

  test('a column that holds another type than in the fit', () => {
    const preparation = fitTable(rows(['1', 'x', '1', 'x']), options);
    expect(thrown(() => prepareTable(preparation, rows([1, 1]))).message).toContain(`types: { "a": 'string' }`);
    expect(thrown(() => prepareRows(preparation, [{ a: 1 }])).message).toContain('expected: texts');
    const numbers = fitTable(rows([1, 2]), options);
    expect(thrown(() => prepareRows(numbers, [{ a: '1' }])).message).toContain('holds no numbers');
    expect(thrown(() => prepareRows(numbers, [{ a: true }])).message).toContain('holds no numbers');
    expect(thrown(() => prepareRows(numbers, [{ a: 1e300 }])).message).toContain('standard deviations');
  });

  test('a preparation that somebody changed', () => {
    const good = fitTable(tableOf({ a: [1, 2], c: ['u', 'v'], y: [0, 1] }), { target: 'y', task: 'classification' });
    const changed = (change: object): string => JSON.stringify({ ...good, ...change });
    const damaged: readonly [string, string][] = [
      ['{', 'no JSON'],
      ['null', 'fitTable'],
      [changed({ format: 'other' }), 'descent.table.1'],
      [changed({ missing: 'maybe' }), 'missing'],
      [changed({ numbers: [{ ...good.numbers[0], mean: Number.NaN }] }), 'numbers[0].mean'],
      [changed({ numbers: [{ ...good.numbers[0], std: -1 }] }), 'numbers[0].std'],
      [changed({ categories: [{ ...good.categories[0], values: ['u', 'u'] }] }), '"u" twice'],
      [changed({ categories: {} }), 'categories'],
      [changed({ target: { kind: 'numbers', columns: [] } }), 'target.columns'],
      [changed({ target: { kind: 'what' } }), 'target.kind'],
    ];
    for (const [text, message] of damaged) {
      const error = thrown(() => parseTablePreparation(text));
      expect(error).toBeInstanceOf(ValueError);
      expect(error.message).toContain(message);
    }
  });
});

describe('parts of a table', () => {
  test('at random, by the seed, with shares of a column', () => {
    const [train, rest] = splitTable(WHOLE, [0.75, 0.25], { seed: 3, stratify: 'city' });
    expect(train.length + rest.length).toBe(COUNT);
    const times = [train, rest].flatMap((part) => dataOf(part, 1));
    expect(times.sort()).toEqual([...(FIXTURE.columns['time'] as number[])].sort());
    const share = (table: Table): number => dataOf(table, 4).filter((city) => city === 'Rome').length / table.length;
    expect(Math.abs(share(train) - share(rest))).toBeLessThan(0.06);
    expect(splitTable(WHOLE, [0.75, 0.25], { seed: 3, stratify: 'city' })).toEqual([train, rest]);
    expect(splitTable(WHOLE, [0.75, 0.25], { seed: 4 })[0]).not.toEqual(
      splitTable(WHOLE, [0.75, 0.25], { seed: 5 })[0],
    );
  });

  test('in the order of time, without a row in two of them', () => {
    const parts = splitInTime(WHOLE, [0.7, 0.15, 0.15]);
    expect(parts.map(({ length }) => length)).toEqual([56, 12, 12]);
    expect(parts.flatMap((part) => dataOf(part, 0))).toEqual(FIXTURE.columns['age']);
  });

  test('of an array, by names', () => {
    const table = tableOf(
      tensor([
        [1, 2],
        [3, Number.NaN],
      ]),
      { columns: ['a', 'b'] },
    );
    expect(table.columns.map(({ name, missing }) => [name, missing])).toEqual([
      ['a', 0],
      ['b', 1],
    ]);
    expect(tableOf(tensor([1, 2, 3])).columns[0]?.name).toBe('column 1');
    expect(thrown(() => tableOf(tensor([[1, 2]]), { columns: ['a'] }))).toBeInstanceOf(ValueError);
  });
});
