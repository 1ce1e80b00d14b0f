// Tables as other people's programs write them: never another number in silence, and advice that helps.
import { createTrainer, fit, linear, mse, ndarray, sgd } from '@descent/core';
import { referenceBackend } from '@descent/core/reference';
import { describe, expect, test } from 'vitest';
import { type CsvOptions, loader, readCsv, readJsonLines, readParquet, tableDataset } from '../src/public/index.ts';
import { rejection } from './helpers.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string, options: CsvOptions = {}) => readCsv(bytes(text), { delimiter: ';', ...options });

async function dataset(text: string, options: CsvOptions = {}, task?: 'classification') {
  return tableDataset(await read(text, options), { target: 'k', ...(task && { task }) });
}

const refusal = async (text: string, options?: CsvOptions): Promise<string> =>
  String(await rejection(dataset(text, options))).replaceAll('\n', ' ');

describe('numbers that were taken for text are no classes', () => {
  test.each([
    ['a;k\n1;1,5\n2;2,25\n3;10\n', "decimal: ','"],
    ['a;k\n1;1,234.5\n2;2,000\n3;10\n', "thousands: ','"],
    ["a;k\n1;1'234\n2;2'000\n3;10\n", 'thousands: "\'"'],
    ['a;k\n1;1\u00a0234\n2;2\u00a0000\n3;10\n', "thousands: ' '"],
    ['a;k\n1;1.234,5\n2;2.000\n3;10\n', "decimal: ',', thousands: '.'"],
    ['a;k\n1;1,23,456\n2;12,34,567\n3;10\n', "thousands: ','"],
  ])('%j', async (text, advice) => {
    const message = await refusal(text);
    expect(message).toContain('looks like a number to predict, but is text');
    expect(message).toContain(advice);
    expect((await dataset(text, {}, 'classification')).classes).toHaveLength(3);
  });

  test.each(['%d %', '$%d', '−%d', '2024-01-%d', '(%d)'])('%j of many values', async (form) => {
    const rows = Array.from({ length: 30 }, (_, i) => `1;${form.replace('%d', String(i + 1))}`);
    expect(await refusal(`a;k\n${rows.join('\n')}\n`)).toContain("pass task: 'classification' if each is a class");
    // A few are classes, such as ages in groups.
    const few = rows.map((_, i) => `1;${form.replace('%d', String(i % 3))}`);
    expect((await dataset(`a;k\n${few.join('\n')}\n`)).classes).toHaveLength(3);
  });

  test('names and codes with letters are', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => `1;no ${i}`);
    expect((await dataset(`a;k\n${rows.join('\n')}\n`)).classes).toHaveLength(30);
  });
});

test('India groups by two digits above the thousands', async () => {
  const { columns } = await read('a\n1,23,456.5\n12,34,567\n-1,00,000\n999\n', { thousands: ',' });
  expect(Array.from(columns[0]?.data as Float64Array)).toEqual([123456.5, 1234567, -100000, 999]);
  for (const wrong of ['1,2,345', '12,3456', '1,23,45', '123,45,678']) {
    await expect(read(`a\n1\n${wrong}\n`, { thousands: ',' })).rejects.toThrow(/written otherwise/);
  }
});

describe('numbers beyond their type', () => {
  test('of float64 stay text, or are refused', async () => {
    expect((await read('a\n1e400\n2\n')).columns[0]?.type).toBe('string');
    await expect(read('a\n1e400\n', { types: { a: 'float64' } })).rejects.toThrow(/another type[\s\S]*1e400/);
    expect(await refusal('a;k\n1e400;x\n2;y\n3;x\n')).toMatch(/most values are numbers, but not "1e400"/);
  });

  test('of float32 are refused with their row', async () => {
    expect(await refusal('a;k\n1;x\n1e39;y\n')).toMatch(/too large for float32.*1e\+39 in column "a" of row 1/);
    const table = await read('a;k\n1;2.5\n1;-4e38\n');
    expect(() => tableDataset(table, { target: 'k', task: 'regression' })).toThrow(/-4e\+38 in column "k" of row 1/);
  });

  test('in JSON are refused', async () => {
    for (const number of ['1e400', '-1e400', '1.5E+309', `${'9'.repeat(310)}e5`, `1${'0'.repeat(309)}.5`])
      await expect(readJsonLines(bytes(`{"a": [${number}]}\n`))).rejects.toThrow(/larger than any number of 64 bits/);
    const { columns } = await readJsonLines(bytes('{"a": 1e-400, "b": "1e400", "c": 1e308}\n'));
    expect(columns.map(({ data }) => data[0])).toEqual([0, '1e400', 1e308]);
  });
});

test('JSON nested more deeply than anything can follow is a typed error', async () => {
  const deep = `{"a":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}\n`;
  await expect(readJsonLines(bytes(deep))).rejects.toThrow(/JSON lines line 1/);
});

describe("Excel's line sep=;", () => {
  test('is no header, and is counted', async () => {
    const table = await read('\ufeffsep=;\r\na;k\r\n1;x\r\n');
    expect(table.columns.map(({ name }) => name)).toEqual(['a', 'k']);
    expect(await rejection(read('sep=;\na;k\n1;x;3\n'))).toMatchObject({ line: 3 });
    expect((await read('sep=,\na,k\n1,x\n', { delimiter: ',' })).columns).toHaveLength(2);
  });

  test('that names another delimiter is told', async () => {
    await expect(readCsv(bytes('sep=;\na;k\n1;x\n'))).rejects.toThrow(/received: "sep=;"[\s\S]*pass delimiter: ";"/);
  });

  test('any other start is left alone', async () => {
    for (const text of ['se', 'sep', 'sep=;', 'sepal;k\n1;x\n', 'sep=long;k\n1;x\n', ''])
      expect((await read(text)).columns.length).toBe(text === '' ? 0 : text.split('\n')[0]?.split(';').length);
  });
});

describe('columns that hold nothing', () => {
  const trailing = 'a,k,\n1,x,\n2,y,\n';

  test('are told to be left out, not that their rows be dropped', async () => {
    const table = await readCsv(bytes(trailing));
    expect(() => tableDataset(table, { target: 'k' })).toThrow(/holds nothing at all: leave it out, with features/);
    expect(() => tableDataset(table, { target: 'k', missing: 'drop' })).toThrow(
      /no row has all its values[\s\S]*2 rows[\s\S]*nothing at all in "column 3"/,
    );
    expect(tableDataset(table, { target: 'k', features: ['a'] }).length).toBe(2);
  });

  test('so are rows of which each lacks another value', async () => {
    const table = await read('a;b;k\n1;;x\n;2;y\n');
    expect(() => tableDataset(table, { target: 'k', missing: 'drop' })).toThrow(/pass a number as missing/);
  });
});

test('the value that makes a column text is named, whatever notation the others have', async () => {
  const options = { decimal: ',', thousands: '.' } as const;
  expect(await refusal('a;k\n1.234,50;x\n-;y\n3,5;x\n', options)).toMatch(/most values are numbers, but not "-"/);
});

describe('Parquet', () => {
  const folder = new URL('fixtures/', import.meta.url);
  const path = (name: string): string => new URL(name, folder).pathname;

  test('two columns of one name are refused', async () => {
    await expect(readParquet(path('twins.parquet'))).rejects.toThrow(/"a"[\s\S]*two columns have this name/);
    expect((await readParquet(path('twins.parquet'), { columns: ['b'] })).columns[0]?.data).toEqual(
      Int32Array.of(5, 6),
    );
  });

  test('a column called like one inside another is itself', async () => {
    const { columns } = await readParquet(path('inner-name.parquet'), { columns: ['x', 'u'] });
    expect(columns.map(({ data }) => Array.from(data as ArrayLike<unknown>))).toEqual([
      [4294967295, 7],
      [1, Number.NaN],
    ]);
    await expect(readParquet(path('inner-name.parquet'), { columns: ['s'] })).rejects.toThrow(/it is nested/);
  });
});

test('an empty file is called empty, not one without the column', async () => {
  const table = await readCsv(bytes(''));
  expect(() => tableDataset(table, { target: 'k' })).toThrow(/the table is empty/);
});

test('a header without rows is called that, by the table and by fit', async () => {
  const table = await readCsv(bytes('a,b,k\n'));
  expect(() => tableDataset(table, { target: 'k' })).toThrow(
    /the table has no rows\n {2}received: 3 columns \("a", "b", "k"\) and no rows[\s\S]*header: false/,
  );
  const backend = referenceBackend();
  const trainer = await createTrainer({
    model: linear(2, 1),
    loss: mse(),
    optimizer: sgd({ lr: 0.1 }),
    backend,
    seed: 1,
  });
  const none = { x: ndarray('float32', [0, 2], new Float32Array()), y: ndarray('float32', [0, 1], new Float32Array()) };
  const some = {
    x: ndarray('float32', [1, 2], Float32Array.of(1, 2)),
    y: ndarray('float32', [1, 1], Float32Array.of(1)),
  };
  const [empty, full] = [loader(none, { batchSize: 4 }), loader(some, { batchSize: 4 })];
  await expect(fit(trainer, { train: empty, epochs: 1 })).rejects.toThrow(
    /train: there is nothing to train on: the data set is empty[\s\S]*a data set of no samples/,
  );
  for (const role of ['validation', 'test'] as const) {
    await expect(fit(trainer, { train: full, [role]: empty, epochs: 1 })).rejects.toThrow(
      `${role}: there is nothing to evaluate on: the data set is empty`,
    );
  }
  const dropped = loader(some, { batchSize: 4, dropLast: true });
  const small = await rejection(fit(trainer, { train: dropped, epochs: 1 }));
  expect(small.message).toContain('1 samples, no batch of 4');
  expect(small.message).toContain('use a smaller batchSize');
});

test('an integer beyond 2^53 keeps its digits in CSV, written as a decimal, too', async () => {
  const columns = async (text: string, options: CsvOptions = {}) =>
    (await readCsv(bytes(text), options)).columns.map(({ type, data }) => [
      type,
      ...(data as ArrayLike<unknown> as []),
    ]);
  expect(await columns('a,b,c\n9007199254740993.0,9007199254740994.0,-18014398509481985.\n1.0,1.5,2\n')).toEqual([
    ['string', '9007199254740993.0', '1.0'],
    ['float64', 9007199254740994, 1.5],
    ['string', '-18014398509481985.', '2'],
  ]);
  expect(await columns('a;b\n9007199254740993,0;1,5\n', { delimiter: ';', decimal: ',' })).toEqual([
    ['string', '9007199254740993,0'],
    ['float64', 1.5],
  ]);
  // Whoever asks for a number gets the nearest.
  expect(await columns('a\n9007199254740993.0\n', { types: { a: 'float64' } })).toEqual([
    ['float64', 9007199254740992],
  ]);
  expect(await columns('a\n1234567890123456800.0\n0.1\n')).toEqual([['float64', 1234567890123456800, 0.1]]);
});

test('advice for what a file is not leads to what reads it', async () => {
  await expect(read('a;k\n1.5;x\n', { types: { a: 'int32' } })).rejects.toThrow('ask for types: { "a": \'float64\' }');
  await expect(read('# of 2020\na;k\n1;x\n')).rejects.toThrow('pass comment: "#"');
  expect(await read('# of 2020\na;k\n1;x\n', { comment: '#' })).toMatchObject({ length: 1 });
  const json = async (text: string): Promise<string> => String(await rejection(readJsonLines(bytes(text))));
  expect(await json('[{"a": 1}, {"a": 2}]')).toContain('tableOf(JSON.parse(text))');
  expect(await json('[\n{"a": 1}\n]')).toContain('tableOf(JSON.parse(text))');
  expect(await json('{"a": 1},\n{"a": 2},')).toContain('leave out the comma');
  expect(await json('{"a": NaN}')).toContain('write null');
});
