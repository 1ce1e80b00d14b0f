import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DataFileError, DataFormatError, readParquet, type Table, tableDataset } from '../src/public/index.ts';
import { type Cursor, cursor } from '../src/sources/parquet-page.ts';
import { decodeValues, type PhysicalType, readRuns } from '../src/sources/parquet-values.ts';
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
  test.each(['snappy', 'plain', 'gzip-groups', 'brotli-v2', 'differences'])(
    'reads what PyArrow wrote: %s',
    async (name) => {
      expectTable(await readParquet(path(name)));
    },
  );

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
    const tiny = await rejection(readParquet(path('differences'), { limit: 20_000 }));
    expect(tiny.message).toContain(
      'the table is too large\n  received: 300 rows of 10 columns: 24000 bytes\n  expected: at most 20000 bytes',
    );
    expect((await readParquet(path('differences'), { limit: 20_000, columns: ['i32', 'word'] })).columns).toHaveLength(
      2,
    );
    const bytes = new Uint8Array(readFileSync(path('brotli-v2')));
    const error = await rejection(readParquet(bytes, { limit: 24_000 }));
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
    const files = ['snappy', 'gzip-groups', 'brotli-v2', 'differences', 'nested', 'none'].map(
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

describe('numbers of a page that lies', () => {
  const page = (...bytes: number[]): Cursor => cursor(Uint8Array.from(bytes), 'file', 0, 'column');
  const huge = [0xfe, 0xff, 0xff, 0xff, 0x0f];

  test('runs are as long as what is left, and end within the page', () => {
    // Four times 1 in a run, then eight packed bits.
    expect([...readRuns(page(8, 1, 3, 0b10110100), 4, 1, 12, 1)]).toEqual([1, 1, 1, 1, 0, 0, 1, 0, 1, 1, 0, 1]);
    expect([...readRuns(page(3, 0xff), 2, 1, 3, 1)]).toEqual([1, 1, 1]);
    expect([...readRuns(page(6), 1, 0, 3, 0)]).toEqual([0, 0, 0]);
    // Four numbers of 24 bits: packed ones come in groups of eight.
    const wide = [0xff, 0xff, 0xff, 1, 0, 0, ...new Array<number>(18).fill(0)];
    expect([...readRuns(page(3, ...wide), 25, 24, 4, 2 ** 24 - 1)]).toEqual([2 ** 24 - 1, 1, 0, 0]);
    for (const [bytes, end, width, count, message] of [
      [[...huge, 1], 6, 1, 100, /a run of 2147483647 numbers where 100 are left/],
      [[8, 1], 2, 1, 3, /a run of 4 numbers where 3 are left/],
      [[0, 1, 8, 1], 4, 1, 4, /a run of no numbers/],
      [[1, 1], 2, 1, 4, /a run of no numbers/],
      [[8], 1, 1, 4, /it is cut off/],
      [[3], 1, 1, 4, /packed numbers are cut off/],
      [[8, 1], 1, 1, 4, /it is cut off/],
      [[8, 1], 3, 1, 4, /3 of 2 bytes/],
      [[8, 0, 0, 0, 0], 5, 25, 4, /25 bits a number/],
      [[8, 2], 2, 2, 4, /the number 2 above 1/],
      [new Array<number>(20).fill(0xff), 20, 1, 4, /a number without end/],
      [[], 0, 1, 4, /it is cut off/],
    ] as const) {
      expect(() => readRuns(page(...bytes), end, width, count, 1)).toThrow(message);
    }
  });

  const decode = (bytes: readonly number[], encoding: string, type: PhysicalType, count: number, limit = 1e6) =>
    decodeValues(page(...bytes), {
      ...{ encoding, type, count, unsigned: false, dictionary: undefined },
      charge: (more) => {
        if (more > limit) throw new DataFileError('too much');
      },
    });

  test('differences have blocks of a size that is sound', () => {
    // 128 in a block, 4 parts, 3 numbers, the first is 5; a block with differences of at least -2 in 1 bit: 0 and 1.
    const three = [0x80, 1, 4, 3, 10, 3, 1, 0, 0, 0, 0b10, 0, 0, 0];
    expect(decode(three, 'DELTA_BINARY_PACKED', 'INT32', 3)).toEqual([5, 3, 2]);
    expect(decode(three, 'DELTA_BINARY_PACKED', 'INT64', 3)).toEqual([5, 3, 2]);
    for (const [bytes, message] of [
      [[0x80, 1, ...huge, 3, 10], /in 4294967294 parts/],
      [[0x80, 1, 0, 3, 10], /in 0 parts/],
      [[...huge, 4, 3, 10], /in blocks of 4294967294/],
      [[0x80, 1, 4, 2, 10], /2 differences/],
      [three.slice(0, 12), /cut off/],
      [three.slice(0, 6), /cut off/],
      [three.map((byte, i) => (i === 6 ? 65 : byte)), /too wide/],
    ] as const) {
      for (const type of ['INT32', 'INT64'] as const)
        expect(() => decode(bytes, 'DELTA_BINARY_PACKED', type, 3)).toThrow(message);
    }
  });

  test('texts that begin as the one before are counted before they are made', () => {
    const one = (value: number): number[] => [0x80, 1, 4, 3, 2 * value];
    const same = (value: number): number[] => [...one(value), 0, 0, 0, 0, 0];
    // Each shares as much with the one before as that is long: 0, then nothing more.
    const lengths = [0x80, 1, 4, 3, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0];
    expect(decode([...same(0), ...same(1), 97, 98, 99], 'DELTA_BYTE_ARRAY', 'BYTE_ARRAY', 3)).toEqual(['a', 'b', 'c']);
    expect(() => decode([...same(5), ...same(1), 97, 98, 99], 'DELTA_BYTE_ARRAY', 'BYTE_ARRAY', 3)).toThrow(
      /shares 5 of 0 bytes/,
    );
    expect(() => decode([...same(0), ...same(1), 97, 98], 'DELTA_BYTE_ARRAY', 'BYTE_ARRAY', 3)).toThrow(
      /a page of the Parquet file is damaged/,
    );
    expect(() => decode([...lengths, ...same(1), 97, 98, 99], 'DELTA_BYTE_ARRAY', 'BYTE_ARRAY', 3)).toThrow(/shares/);
    expect(() => decode([...same(0), ...same(1), 97, 98, 99], 'DELTA_BYTE_ARRAY', 'BYTE_ARRAY', 3, 2)).toThrow(
      'too much',
    );
    expect(() => decode([...same(-1), 97, 98, 99], 'DELTA_LENGTH_BYTE_ARRAY', 'BYTE_ARRAY', 3)).toThrow(/damaged/);
  });

  test('plain values are within the page', () => {
    expect(decode([1, 0, 0, 0], 'PLAIN', 'INT32', 1)).toEqual([1]);
    for (const [type, count] of [
      ['INT32', 2],
      ['INT64', 1],
      ['BOOLEAN', 33],
      ['BYTE_ARRAY', 2],
    ] as const)
      expect(() => decode([1, 0, 0, 0], 'PLAIN', type, count)).toThrow(/4 bytes for/);
    expect(() => decode([5, 0, 0, 0, 97], 'PLAIN', 'BYTE_ARRAY', 1)).toThrow(/damaged/);
    expect(() => decode([1, 0, 0, 0, 0xff], 'PLAIN', 'BYTE_ARRAY', 1)).toThrow(/not UTF-8/);
    expect(decode([3, 0, 0, 0, 0xef, 0xbb, 0xbf], 'PLAIN', 'BYTE_ARRAY', 1)).toEqual(['\ufeff']);
    expect(() => decode([1, 2, 3], 'BYTE_STREAM_SPLIT', 'DOUBLE', 1)).toThrow(/3 bytes for 1 values/);
    expect(decode([1], 'BIT_PACKED', 'INT32', 1)).toBeUndefined();
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
