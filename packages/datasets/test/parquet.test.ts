import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DataFileError, DataFormatError, readParquet, type Table, tableDataset } from '../src/public/index.ts';
import { unpackSnappy } from '../src/sources/snappy.ts';
import { thriftEnd } from '../src/sources/thrift-check.ts';
import { rejection } from './helpers.ts';

// Made by fixtures/make-parquet.py.
const path = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}.parquet`, import.meta.url));
const N = 300;

/** The values by the formulas of the script. */
const EXPECTED: Readonly<Record<string, (i: number) => unknown>> = {
  i32: (i) => i * 7 - 500,
  i64: (i) => i * 1_000_000_007,
  u8: (i) => i % 256,
  f32: (i) => i / 4,
  f64: (i) => i / 3,
  flag: (i) => i % 3 === 0,
  word: (i) => `wörd ${i % 5}`,
  gap: (i) => (i % 4 === 0 ? Number.NaN : i / 2),
  gapword: (i) => (i % 2 === 0 ? null : String(i)),
  empty: () => Number.NaN,
};

function expectTable(table: Table): void {
  expect(table.length).toBe(N);
  expect(table.columns.map(({ name }) => name)).toEqual(Object.keys(EXPECTED));
  for (const column of table.columns) {
    const value = EXPECTED[column.name] as (i: number) => unknown;
    expect(Array.from(column.data as ArrayLike<unknown>), column.name).toEqual(
      Array.from({ length: N }, (_, i) => value(i)),
    );
  }
  expect(table.columns.map(({ type }) => type)).toEqual([
    'int32',
    'float64',
    'int32',
    'float64',
    'float64',
    'boolean',
    'string',
    'float64',
    'string',
    'float64',
  ]);
}

describe('readParquet', () => {
  test.each(['snappy', 'plain', 'gzip-groups', 'brotli-v2'])('reads what PyArrow wrote: %s', async (name) => {
    expectTable(await readParquet(path(name)));
  });

  test('reads Zstandard where Node has it, and says so where not', async () => {
    const result = await readParquet(path('zstd')).catch((error: unknown) => error);
    if ('zstdDecompressSync' in zlib) return expectTable(result as Table);
    expect(result).toBeInstanceOf(DataFormatError);
    expect((result as Error).message).toContain(
      `its compression is ZSTD, which Node ${process.versions.node} does not unpack`,
    );
  });

  test('reads some columns, in the order asked for, past those it cannot read', async () => {
    const table = await readParquet(path('snappy'), { columns: ['word', 'f32'] });
    expect(table.columns.map(({ name }) => name)).toEqual(['word', 'f32']);
    expect(tableDataset(table, { target: 'word' })).toMatchObject({
      length: N,
      classes: { length: 5 },
      features: ['f32'],
    });
    for (const name of ['nested', 'time']) {
      expect(Array.from((await readParquet(path(name), { columns: ['n'] })).columns[0]?.data as Int32Array)).toEqual([
        1, 2,
      ]);
    }
    expect((await rejection(readParquet(path('snappy'), { columns: ['x'] }))).message).toContain(
      'there is no such column',
    );
    expect(await readParquet(path('none'))).toMatchObject({ length: 0, columns: [{ name: 'n', data: { length: 0 } }] });
  });

  test.each([
    ['nested', 'column "list" of the Parquet file cannot be read\n  received: it is nested'],
    ['time', 'column "when" of the Parquet file cannot be read\n  received: its type is INT64 TIMESTAMP_MILLIS'],
    ['lz4', 'its compression is LZ4_RAW'],
  ])('says what it cannot read: %s', async (name, message) => {
    const error = await rejection(readParquet(path(name)));
    expect(error).toBeInstanceOf(DataFormatError);
    expect(error.message).toContain(message);
    expect(error.message).toContain('fix: name the other columns with columns: [...]');
  });

  test('has limits', async () => {
    expect((await rejection(readParquet(path('snappy'), { maxRows: 299 }))).message).toContain(
      'the table has too many rows',
    );
    expect((await rejection(readParquet(path('snappy'), { limit: 1000 }))).message).toContain('the file is too large');
    const bytes = new Uint8Array(readFileSync(path('brotli-v2')));
    const error = await rejection(readParquet(bytes, { limit: bytes.length }));
    expect(error).toBeInstanceOf(DataFileError);
    expect(error.message).toMatch(/Parquet data › \w+: the file is too large/);
  });

  test('a file with checksums is exact, or an error with the place', async () => {
    const bytes = new Uint8Array(readFileSync(path('plain')));
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const changed = new Uint8Array(bytes);
        // The data of the pages; their headers and the description come after, in the next test.
        const place = 4 + (at % 2_000);
        changed[place] = (changed[place] as number) ^ change;
        const result = await readParquet(changed).catch((error: unknown) => error);
        if (result instanceof DataFormatError || result instanceof DataFileError) return;
        expectTable(result as Table);
      }),
      { numRuns: 60 },
    );
  });

  test('any change of a page header is a typed error, or no change of the values', async () => {
    const bytes = new Uint8Array(readFileSync(path('plain')));
    for (let place = 4; place < 44; place++) {
      // By 3, a 32-bit number becomes one of 64 bits, which a parser gives as a bigint.
      for (const change of [1, 2, 3, 4, 5, 8, 16, 64, 128, 255]) {
        const changed = new Uint8Array(bytes);
        changed[place] = (changed[place] as number) ^ change;
        const result = await readParquet(changed, { columns: ['i32'] }).catch((error: unknown) => error);
        if (result instanceof DataFormatError || result instanceof DataFileError) continue;
        expect(Array.from((result as Table).columns[0]?.data as Int32Array)).toEqual(
          Array.from({ length: N }, (_, i) => EXPECTED['i32']?.(i)),
        );
      }
    }
  });

  test('any change, cut or random description gives a table of full columns or a typed error', async () => {
    const files = ['snappy', 'gzip-groups', 'brotli-v2', 'nested', 'none'].map(
      (name) => new Uint8Array(readFileSync(path(name))),
    );
    const broken = fc
      .tuple(
        fc.constantFrom(...files),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        fc.constantFrom('anywhere', 'end', 'cut'),
        fc.nat(),
      )
      .map(([file, changes, where, cut]) => {
        const bytes = new Uint8Array(file);
        const from = where === 'end' ? Math.floor(bytes.length * 0.6) : 0;
        for (const [at, value] of changes) bytes[from + (at % (bytes.length - from))] = value;
        return where === 'cut' ? bytes.subarray(0, cut % bytes.length) : bytes;
      });
    const random = fc.uint8Array({ maxLength: 200 }).map((middle) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(middle.length);
      return new Uint8Array(Buffer.concat([Buffer.from('PAR1'), middle, length, Buffer.from('PAR1')]));
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof({ weight: 3, arbitrary: broken }, random, fc.uint8Array()), async (bytes) => {
        const result = await readParquet(bytes, { limit: 1 << 22, maxRows: 100_000 }).catch((error: unknown) => error);
        if (result instanceof DataFormatError || result instanceof DataFileError) return;
        const table = result as Table;
        for (const { data } of table.columns) expect(data.length).toBe(table.length);
      }),
      { numRuns: 600 },
    );
  });
});

describe('unpackSnappy', () => {
  test('knows literals and copies, those that overlap included', () => {
    // "abcabcabc!" as a literal of 3, a copy of 6 from 3 back, and a literal of 1.
    expect(unpackSnappy(Uint8Array.of(10, 2 << 2, 97, 98, 99, 1 | (2 << 2), 3, 0, 33), 10)).toEqual(
      new TextEncoder().encode('abcabcabc!'),
    );
    expect(unpackSnappy(Uint8Array.of(0), 0)).toEqual(new Uint8Array());
  });

  test('refuses any other bytes without running away', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(127), (bytes, size) => {
        const result = unpackSnappy(Uint8Array.of(size, ...bytes), size);
        if (result !== undefined) expect(result.length).toBe(size);
      }),
      { numRuns: 2000 },
    );
    // A literal whose length would lead backwards as a signed number.
    expect(unpackSnappy(Uint8Array.of(10, 63 << 2, 0xfb, 0xff, 0xff, 0xff, 1, 1), 10)).toBeUndefined();
  });
});

test('thriftEnd refuses lists longer than the data, deep nesting and endless numbers', () => {
  // Field 1 is a list of 2^31 - 1 structs.
  expect(thriftEnd(Uint8Array.of(0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07, 0), 0)).toBeUndefined();
  expect(thriftEnd(new Uint8Array(1000).fill(0x1c), 0)).toBeUndefined();
  expect(thriftEnd(Uint8Array.of(0x15, ...new Array<number>(20).fill(0xff), 0), 0)).toBeUndefined();
  expect(thriftEnd(Uint8Array.of(0x15, 2, 0x11, 0, 9), 0)).toBe(4);
});
