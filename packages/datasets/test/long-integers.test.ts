import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Column, jsonLines, readJsonLines, readParquet, tableDataset } from '../src/public/index.ts';
import { parseExactJson } from '../src/sources/exact-json.ts';
import { folder, rejection } from './helpers.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const python = process.env['DESCENT_PYTHON'] ?? 'python3';

function plain({ type, data }: Column): unknown[] {
  return [type, ...(data as ArrayLike<unknown> as unknown[])];
}

async function json(lines: readonly string[]): Promise<unknown[][]> {
  const { columns } = await readJsonLines(bytes(lines.join('\n')));
  return columns.map(plain);
}

describe('integers beyond 2^53 in JSON', () => {
  test('make a column of whole numbers text, with every digit', async () => {
    expect(
      await json([
        '{"id":9007199254740993,"n":1}',
        '{"id":7,"n":2}',
        '{"id":null,"n":3}',
        '{"id":-12345678901234567890,"n":4}',
      ]),
    ).toEqual([
      ['string', '9007199254740993', '7', null, '-12345678901234567890'],
      ['int32', 1, 2, 3, 4],
    ]);
    expect(await json(['{"id":9007199254740991}', '{"id":-9007199254740991}'])).toEqual([
      ['float64', 9007199254740991, -9007199254740991],
    ]);
  });

  test('leave decimals, exponents and strings as they are', async () => {
    expect(await json(['{"a":0.1234567890123456789,"b":1e300,"c":"9007199254740993","d":9007199254740994.0}'])).toEqual(
      [
        ['float64', 0.12345678901234568],
        ['float64', 1e300],
        ['string', '9007199254740993'],
        ['float64', 9007199254740994],
      ],
    );
  });

  test('written with .0 keep their digits, unless float64 gives the same back', async () => {
    expect(await json(['{"a":9007199254740993.0,"b":9007199254740994.0}', '{"a":1.0,"b":0.5}'])).toEqual([
      ['string', '9007199254740993', '1'],
      ['float64', 9007199254740994, 0.5],
    ]);
    // The shortest digits of a float, as other languages write it, stand for that float.
    expect(await json(['{"a":1234567890123456800.0,"b":-18014398509481985.00}'])).toEqual([
      ['float64', 1234567890123456800],
      ['string', '-18014398509481985'],
    ]);
    const error = await rejection(json(['{"n":1.5}', '{"n":9007199254740993.0}']));
    expect(error.message).toContain('"n" has an integer with more digits than a number keeps');
    expect((await rejection(json([`{"n":${'9'.repeat(5000)}.0}`]))).message).toContain('a number of 5002 digits');
  });

  test('beside decimals are refused, and the advice works', async () => {
    const error = await rejection(json(['{"n":1.5}', '{"n":9007199254740993}']));
    expect(error).toMatchObject({ name: 'DataFormatError', line: 2 });
    expect(error.message).toContain('"n" has an integer with more digits than a number keeps');
    expect(error.message).toContain('received: 9007199254740993\n');
    expect(error.message).toContain('with an exponent if its last digits do not count: 9.007199254740992e+15');
    expect(await json(['{"n":1.5}', '{"n":9.007199254740992e+15}'])).toEqual([['float64', 1.5, 9007199254740992]]);
    expect((await rejection(json(['[12345678901234567890]']))).message).toContain('received: ["12345678901234567890"]');
    expect((await rejection(json([`{"n":${'9'.repeat(5000)}}`]))).message).toContain('a number of 5000 digits');
  });

  test('come as bigints one by one', async () => {
    const values: unknown[] = [];
    for await (const { value } of jsonLines(
      bytes('[9007199254740993, "a\\"9007199254740993", {"x": -9007199254740992}]'),
    ))
      values.push(value);
    expect(values).toEqual([[9007199254740993n, 'a"9007199254740993', { x: -9007199254740992n }]]);
  });

  test('do not change what else JSON says', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.bigInt(), (value, integer) => {
        const text = JSON.stringify([value, '\\"9007199254740993\\', 'long']).replace('"long"', String(integer));
        const exact = Number.isSafeInteger(Number(integer)) ? Number(integer) : integer;
        // A number that is printed with so many digits is one too, such as 2 ** 60.
        const numbers = (item: unknown): unknown =>
          JSON.parse(JSON.stringify(item, (_, v: unknown) => (typeof v === 'bigint' ? Number(v) : v)));
        const parsed = parseExactJson(text) as unknown[];
        expect(numbers(parsed[0])).toEqual(JSON.parse(JSON.stringify(value)));
        expect(parsed.slice(1)).toEqual(['\\"9007199254740993\\', exact]);
      }),
      { numRuns: 300 },
    );
    expect(() => parseExactJson('{"a":12345678901234567890,}')).toThrow(SyntaxError);
  });
});

describe('integers beyond 2^53 in Parquet', () => {
  // Made by fixtures/make-long-integers.py.
  const LONG = fileURLToPath(new URL('./fixtures/long.parquet', import.meta.url));

  const expectLong = (columns: readonly Column[]): void => {
    expect(columns.map(({ name, ...column }) => [name, ...plain({ name, ...column } as Column)])).toEqual([
      ['id', 'string', '9007199254740993', '-9223372036854775808', '7'],
      ['u64', 'string', '18446744073709551615', '0', '1'],
      ['gap', 'string', '9223372036854775807', null, '5'],
      ['exact', 'float64', 9007199254740991, -9007199254740991, 0],
      ['label', 'int32', 0, 1, 2],
    ]);
  };

  test('make the column text, with every digit', async () => {
    expectLong((await readParquet(LONG)).columns);
  });

  test('leave int64 labels and numbers within as they are', async () => {
    const table = await readParquet(LONG, { columns: ['exact', 'label'] });
    expect(tableDataset(table, { target: 'label' })).toMatchObject({ classes: ['0', '1', '2'], features: ['exact'] });
  });

  test('of files that PyArrow writes now', async ({ skip }) => {
    const hasArrow = spawnSync(python, ['-c', 'import pyarrow']).status === 0;
    skip(!hasArrow, `'${python} -c "import pyarrow"' fails: set DESCENT_PYTHON to a Python that has PyArrow`);
    const root = folder();
    const script = fileURLToPath(new URL('./fixtures/make-long-integers.py', import.meta.url));
    execFileSync(python, [script, root]);
    for (const name of ['long', 'long-plain', 'long-v2']) {
      expectLong((await readParquet(new Uint8Array(readFileSync(join(root, `${name}.parquet`))))).columns);
    }
  });
});
