import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Column,
  classCounts,
  csvRows,
  DataFileError,
  DataFormatError,
  jsonLines,
  readCsv,
  readJsonLines,
  tableDataset,
} from '../src/public/index.ts';
import { folder, rejection } from './helpers.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function plain({ name, type, data, missing }: Column): unknown {
  return [name, type, Array.from(data as ArrayLike<unknown>), missing];
}

async function columns(text: string, options: Parameters<typeof readCsv>[1] = {}): Promise<unknown[]> {
  return (await readCsv(bytes(text), options)).columns.map(plain);
}

describe('readCsv', () => {
  test('infers the narrowest type of each column', async () => {
    const text = 'a,b,c,d,e\n1,1.5,true,x,007\n-2,2,FALSE,"1,5",12\n3,1e3,True,"say ""hi""",3\n';
    expect(await columns(text)).toEqual([
      ['a', 'int32', [1, -2, 3], 0],
      ['b', 'float64', [1.5, 2, 1000], 0],
      ['c', 'boolean', [true, false, true], 0],
      ['d', 'string', ['x', '1,5', 'say "hi"'], 0],
      ['e', 'string', ['007', '12', '3'], 0],
    ]);
  });

  test('missing values make numbers NaN and text null, and integers floats', async () => {
    expect(await columns('a,b,c,d\n1,NA,,\n,x,true,NaN\n')).toEqual([
      ['a', 'float64', [1, Number.NaN], 1],
      ['b', 'string', [null, 'x'], 1],
      ['c', 'boolean', [null, true], 1],
      ['d', 'float64', [Number.NaN, Number.NaN], 2],
    ]);
    expect(await columns('a,b\n?,1\n2,1\n', { missing: ['?'] })).toMatchObject([
      ['a', 'float64', [Number.NaN, 2], 1],
      {},
    ]);
  });

  test('keeps what a number would change', async () => {
    expect(
      await columns('id,big,exact,inf\n12345678901234567890,3000000000,9007199254740991,-inf\n1,1,1,Infinity\n'),
    ).toEqual([
      ['id', 'string', ['12345678901234567890', '1'], 0],
      ['big', 'float64', [3e9, 1], 0],
      ['exact', 'float64', [9007199254740991, 1], 0],
      ['inf', 'float64', [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY], 0],
    ]);
    expect(await columns('a\n0x10\n1_000\n')).toEqual([['a', 'string', ['0x10', '1_000'], 0]]);
  });

  test('takes headers, delimiters, comments, decimal commas, spaces, line ends and byte order marks', async () => {
    const names = async (text: string, header: boolean): Promise<string[]> =>
      (await readCsv(bytes(text), { header })).columns.map(({ name }) => name);
    expect(await names('1,2\n3,4\n', false)).toEqual(['column 1', 'column 2']);
    expect(await columns('1,2\n3,4\n', { header: ['x', 'y'] })).toEqual([
      ['x', 'int32', [1, 3], 0],
      ['y', 'int32', [2, 4], 0],
    ]);
    expect(await columns('# made by hand\na;b\n1,5;x\n2;y\n', { delimiter: ';', decimal: ',', comment: '#' })).toEqual([
      ['a', 'float64', [1.5, 2], 0],
      ['b', 'string', ['x', 'y'], 0],
    ]);
    expect(await columns('\ufeffa, b\r\n 1 ,\t2\r\n\r\n3,4')).toEqual([
      ['a', 'int32', [1, 3], 0],
      ['b', 'int32', [2, 4], 0],
    ]);
    expect(await names(',b\n1,2\n', true)).toEqual(['column 1', 'b']);
    expect(await columns('a,b\n"two\nlines",1\n')).toEqual([
      ['a', 'string', ['two\nlines'], 0],
      ['b', 'int32', [1], 0],
    ]);
    expect(await columns('')).toEqual([]);
    expect(await columns('a,b\n')).toEqual([
      ['a', 'float64', [], 0],
      ['b', 'float64', [], 0],
    ]);
  });

  test('reads files, tab-separated by their name, and gzipped', async () => {
    const root = folder({ 'x.tsv': bytes('a\tb,c\n1\t2\n'), 'x.csv.gz': gzipSync('a,b\n1,2\n') });
    expect((await readCsv(join(root, 'x.tsv'))).columns.map(({ name }) => name)).toEqual(['a', 'b,c']);
    expect((await readCsv(join(root, 'x.csv.gz'))).columns.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('types can be asked for', async () => {
    expect(await columns('zip,n\n1,1\n2,2\n', { types: { zip: 'string', n: 'float64' } })).toEqual([
      ['zip', 'string', ['1', '2'], 0],
      ['n', 'float64', [1, 2], 0],
    ]);
    const error = await rejection(readCsv(bytes('n\n1\n\n\nx\n'), { types: { n: 'int32' }, name: 'n.csv' }));
    expect(error).toMatchObject({ name: 'DataFormatError', line: 5 });
    expect(error.message).toContain(
      'n.csv line 5: column "n" has a value of another type\n  received: "x"\n  expected: int32',
    );
    expect((await rejection(readCsv(bytes('n\n1\n'), { types: { m: 'int32' } }))).message).toContain(
      'names a column that is not',
    );
  });

  test.each([
    [
      'a row too short',
      'a,b\n1,2\n3\n',
      'x.csv line 3: the row has another number of fields than the first\n  received: 1 fields\n  expected: 2 fields',
    ],
    ['a row too long', 'a,b\n1,2,3\n', 'line 2: the row has another number of fields'],
    ['a quote in the middle', 'a,b\n1,2"3\n', 'the quotes of the CSV file are wrong'],
    ['an open quote', 'a,b\n1,"23\n4,5\n', 'the quotes of the CSV file are wrong'],
    ['text after a quote', 'a,b\n"1"x,2\n', 'the quotes of the CSV file are wrong'],
    ['a name twice', 'a,a\n1,2\n', 'line 1: two columns have the same name\n  received: "a"'],
  ])('%s is a DataFormatError with the line', async (_, text, message) => {
    const error = (await rejection(readCsv(bytes(text), { name: 'x.csv' }))) as DataFormatError;
    expect(error).toBeInstanceOf(DataFormatError);
    expect(error.message).toContain(message);
    expect(error.line).toBeGreaterThan(0);
    expect(error.file).toBe('x.csv');
  });

  test('text that is not UTF-8 is an error with the byte', async () => {
    for (const length of [5, 65_533, 65_534, 65_535, 65_536, 200_000]) {
      const text = Buffer.concat([bytes('a\n'), Buffer.alloc(length, 'x'), Buffer.from([0xc3, 0x28]), bytes('\n')]);
      const error = await rejection(readCsv(text));
      expect(error).toMatchObject({ name: 'DataFormatError', offset: length + 3 });
    }
    const cut = Buffer.concat([bytes('a\nxy'), Buffer.from([0xe2, 0x82])]);
    expect((await rejection(readCsv(cut))).message).toContain('the text is not UTF-8');
    const utf16 = Buffer.from('\ufeffa,b\n', 'utf16le');
    expect((await rejection(readCsv(utf16))).message).toContain('the text is UTF-16');
  });

  test('sizes have limits', async () => {
    const long = bytes(`a,b\n${'1,2\n'.repeat(1000)}`);
    expect((await rejection(readCsv(long, { maxRows: 999 }))).message).toContain('the table has too many rows');
    expect((await readCsv(long, { maxRows: 1000 })).length).toBe(1000);
    expect((await rejection(readCsv(long, { limit: 1000 }))).message).toContain('the file is too large');
    expect((await rejection(readCsv(gzipSync(Buffer.alloc(5_000_000, 'a')), { limit: 1e6 }))).message).toContain(
      'too large',
    );
    expect((await rejection(readCsv(bytes(`${'a,'.repeat(50)}a\n`), { maxColumns: 50 }))).message).toContain(
      'too many columns',
    );
    const open = bytes(`a\n"${'x'.repeat(10_000)}`);
    const error = await rejection(readCsv(open, { maxRowLength: 1000 }));
    expect(error).toBeInstanceOf(DataFileError);
    expect(error.message).toContain('check that every quote is closed, or raise maxRowLength');
    expect((await rejection(readCsv(long, { limit: 0 }))).message).toContain('limit is a count');
    expect((await rejection(readCsv(long, { separator: ';' } as never))).message).toContain("no option 'separator'");
  });

  test('gives back any table that is written as CSV', async () => {
    const cell = fc.oneof(
      fc.integer().map(String),
      fc.double({ noNaN: true }).map(String),
      fc.string({ maxLength: 6 }),
    );
    const table = fc
      .integer({ min: 1, max: 5 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
      );
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
        const text = rows.map((row) => row.map(quote).join(',')).join('\n');
        const read: string[][] = [];
        for await (const { fields } of csvRows(bytes(text))) read.push([...fields]);
        expect(read).toEqual(rows);
        const parsed = await readCsv(bytes(text), { header: false, missing: [] });
        expect(parsed.length).toBe(rows.length);
        parsed.columns.forEach((column, c) => {
          rows.forEach((row, r) => {
            const value = column.data[r];
            if (column.type === 'string') expect(value).toBe(row[c]);
            else if (column.type === 'boolean') expect(String(value)).toBe(row[c]?.toLowerCase());
            else expect(Object.is(value, -0) ? 0 : value).toBe(Number(row[c]) + 0);
          });
        });
      }),
      { numRuns: 80 },
    );
  });

  test('any text gives a rectangular table or a typed error', async () => {
    const piece = fc.constantFrom(
      '"',
      ',',
      '\n',
      '\r',
      '\r\n',
      'a',
      '1',
      '1.5',
      ' ',
      '\t',
      '\\',
      '\0',
      '\ufeff',
      'é',
      '#',
      "'",
      'true',
      'NA',
    );
    const text = fc.array(piece, { maxLength: 40 }).map((parts) => bytes(parts.join('')));
    await fc.assert(
      fc.asyncProperty(fc.oneof(text, fc.uint8Array({ maxLength: 60 })), fc.boolean(), async (source, header) => {
        const result = await readCsv(source, { header, maxRowLength: 1000 }).catch((error: unknown) => error);
        if (result instanceof DataFormatError || result instanceof DataFileError) {
          expect(result.message).toMatch(/^CSV data/);
          return;
        }
        const table = result as Awaited<ReturnType<typeof readCsv>>;
        for (const { data } of table.columns) expect(data.length).toBe(table.length);
      }),
      { numRuns: 250 },
    );
  });
});

describe('JSON lines', () => {
  test('give their values one by one, and a table', async () => {
    const text = '{"a":1,"b":"x"}\r\n\n{"b":"y","c":true,"a":2.5}\n{"a":null}';
    const values: unknown[] = [];
    for await (const { line, value } of jsonLines(bytes(text))) values.push([line, value]);
    expect(values).toEqual([
      [1, { a: 1, b: 'x' }],
      [3, { b: 'y', c: true, a: 2.5 }],
      [4, { a: null }],
    ]);
    const table = await readJsonLines(bytes(text));
    expect(table.length).toBe(3);
    expect(table.columns.map(plain)).toEqual([
      ['a', 'float64', [1, 2.5, Number.NaN], 1],
      ['b', 'string', ['x', 'y', null], 1],
      ['c', 'boolean', [null, true, null], 2],
    ]);
    expect((await readJsonLines(gzipSync('{"n":1}\n{"n":2}\n'))).columns.map(plain)).toEqual([
      ['n', 'int32', [1, 2], 0],
    ]);
  });

  test.each([
    ['{"a":1}\n{"a":}\n', 2, 'the line is not JSON'],
    ['[1]\n', 1, 'the line is no JSON object'],
    ['{"a":1}\n{"a":"x"}\n', 2, '"a" has a value of another type'],
    ['{"a":1}\n\n{"a":[1]}\n', 3, '"a" has a value of another type'],
    ['{"a":1}\n{"a":true}\n', 2, '"a" has a value of another type'],
  ])('%j is an error in line %i', async (text, line, message) => {
    const error = await rejection(readJsonLines(bytes(text), { name: 'x.jsonl' }));
    expect(error).toMatchObject({ name: 'DataFormatError', line, file: 'x.jsonl' });
    expect(error.message).toContain(`x.jsonl line ${line}: ${message}`);
  });

  test('have limits', async () => {
    expect((await rejection(readJsonLines(bytes(`"${'x'.repeat(500)}`), { maxLineLength: 100 }))).message).toContain(
      'a line is too long',
    );
    expect((await rejection(readJsonLines(bytes('{"a":1}\n{"a":1}\n'), { maxRows: 1 }))).message).toContain(
      'too large',
    );
    const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k${i}`, i])));
    expect((await rejection(readJsonLines(bytes(wide), { maxColumns: 10 }))).message).toContain('too large');
  });

  test('of any bytes give a table or a typed error, and keys cannot reach prototypes', async () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '"a"',
      ':',
      ',',
      '1',
      '[',
      ']',
      '\n',
      'null',
      'true',
      '{"a":1}\n',
      '{"b":"x"}\n',
      '\\',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.array(piece, { maxLength: 20 }).map((p) => bytes(p.join(''))),
          fc.uint8Array(),
        ),
        async (source) => {
          const result = await readJsonLines(source).catch((error: unknown) => error);
          if (result instanceof DataFormatError || result instanceof DataFileError) return;
          const table = result as Awaited<ReturnType<typeof readJsonLines>>;
          for (const { data } of table.columns) expect(data.length).toBe(table.length);
        },
      ),
      { numRuns: 300 },
    );
    const table = await readJsonLines(bytes('{"__proto__":1,"constructor":2}\n'));
    expect(table.columns.map(({ name }) => name)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
  });
});

describe('tableDataset', () => {
  const table = readCsv(bytes('w,colour,ok,kind\n1,red,true,b\n2.5,blue,false,a\n3,red,true,b\n'), { name: 'shop' });

  test('turns columns into features and classes', async () => {
    const data = tableDataset(await table, { target: 'kind', oneHot: ['colour'], licence: 'CC0-1.0' });
    expect(data).toMatchObject({ name: 'shop', length: 3, classes: ['a', 'b'], licence: 'CC0-1.0' });
    expect(data.features).toEqual(['w', 'colour=blue', 'colour=red', 'ok']);
    expect(data.x).toEqual({
      dtype: 'float32',
      shape: [3, 4],
      data: Float32Array.of(1, 0, 1, 1, 2.5, 1, 0, 0, 3, 0, 1, 1),
    });
    expect(Array.from(data.y.data)).toEqual([1, 0, 1]);
    expect(classCounts(data)).toEqual([1, 2]);
  });

  test('numbers can be predicted, and be classes in the order of numbers', async () => {
    const data = tableDataset(await table, { target: 'w', task: 'regression', features: ['ok'] });
    expect(data.y).toEqual({ dtype: 'float32', shape: [3], data: Float32Array.of(1, 2.5, 3) });
    expect(data.classes).toEqual([]);
    const numbered = await readCsv(bytes('x,y\n1,10\n2,9\n3,10\n'));
    expect(tableDataset(numbered, { target: 'y' })).toMatchObject({
      classes: ['9', '10'],
      y: { data: Int32Array.of(1, 0, 1) },
    });
  });

  test('many different numbers are not taken for classes unless somebody says so', async () => {
    const text = (count: number, rows: number, target: (i: number) => string): string =>
      `x,price\n${Array.from({ length: rows }, (_, i) => `${i},${target(i % count)}`).join('\n')}\n`;
    const of = async (csv: string): Promise<Parameters<typeof tableDataset>[0]> => readCsv(bytes(csv));
    const prices = await of(text(800, 1000, String));
    expect(() => tableDataset(prices, { target: 'price' })).toThrow(
      'column "price" looks like a number to predict, not like classes\n  received: 800 different numbers in 1000 rows',
    );
    expect(tableDataset(prices, { target: 'price', task: 'regression' }).y.dtype).toBe('float32');
    expect(tableDataset(prices, { target: 'price', task: 'classification' }).classes).toHaveLength(800);
    // Digits, a hundred classes of a thousand rows, and names are classes.
    for (const csv of [text(10, 40, String), text(100, 1000, String), text(800, 1000, (i) => `n${i}`)]) {
      expect(tableDataset(await of(csv), { target: 'price' }).y.dtype).toBe('int32');
    }
  });

  test('missing values are an error, left out, or filled in', async () => {
    const gaps = await readCsv(bytes('a,b,y\n1,,x\n,2,y\n3,4,\n5,6,x\n'), { name: 'gaps' });
    expect(() => tableDataset(gaps, { target: 'y' })).toThrow('nothing in column "b" of row 0');
    const dropped = tableDataset(gaps, { target: 'y', missing: 'drop' });
    expect([dropped.length, dropped.classes]).toEqual([1, ['x']]);
    expect(() => tableDataset(gaps, { target: 'y', missing: 0 })).toThrow('nothing in column "y" of row 2');
    const labelled = await readCsv(bytes('a,b,y\n1,,x\n,2,y\n'));
    expect(Array.from(tableDataset(labelled, { target: 'y', missing: -1 }).x.data)).toEqual([1, -1, -1, 2]);
  });

  test('says what does not fit', async () => {
    const data = await table;
    expect(() => tableDataset(data, { target: 'kind' })).toThrow('fix: name it in oneHot: ["colour"]');
    expect(() => tableDataset(data, { target: 'sort' })).toThrow('there is no such column\n  received: "sort"');
    expect(() => tableDataset(data, { target: 'w', features: ['ok'] })).toThrow("fix: pass task: 'regression'");
    expect(() => tableDataset(data, { target: 'kind', task: 'regression', features: ['w'] })).toThrow(
      'is text, not a number',
    );
    expect(() => tableDataset(data, { target: 'kind', features: ['w'], oneHot: ['colour'] })).toThrow(
      'oneHot names no feature',
    );
  });
});
