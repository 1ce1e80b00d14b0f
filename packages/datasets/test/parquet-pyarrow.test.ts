// Random tables, written by PyArrow in every encoding, compression and form of pages that it has for flat columns, read back as PyArrow reads them.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as zlib from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type Column, readParquet } from '../src/public/index.ts';
import { folder } from './helpers.ts';

const python = process.env['DESCENT_PYTHON'] ?? 'python3';
const hasArrow = spawnSync(python, ['-c', 'import pyarrow.parquet']).status === 0;
const TABLES = 120;

/** A value as the script writes it: a number as Python shows it. */
type Written = null | boolean | string | { readonly n: string };

interface Answer {
  readonly options: Readonly<Record<string, string>>;
  readonly columns: Readonly<Record<string, readonly Written[]>>;
}

const NAMES: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
};

function expectColumn({ type, data, missing }: Column, written: readonly Written[], about: string): void {
  const gaps = written.filter((value) => value === null).length;
  expect([data.length, missing], about).toEqual([written.length, gaps]);
  const isLong = written.some(
    (value) => isNumber(value) && !Number.isSafeInteger(Number(value.n)) && /^-?\d+$/.test(value.n),
  );
  const expected = written.map((value) =>
    isNumber(value) ? (isLong ? value.n : (NAMES[value.n] ?? Number(value.n))) : value,
  );
  const none = type === 'float64' || type === 'int32' ? Number.NaN : null;
  for (const [row, value] of expected.entries()) {
    if (Object.is(data[row], value === null ? none : value)) continue;
    expect.fail(`${about}, row ${row}: ${String(data[row])}, not ${String(value)}`);
  }
}

function isNumber(value: Written): value is { readonly n: string } {
  return typeof value === 'object' && value !== null;
}

describe('Parquet files of PyArrow', () => {
  test('random tables are what PyArrow reads', { timeout: 600_000 }, async ({ skip }) => {
    skip(!hasArrow, `no PyArrow for ${python}: pip install pyarrow, and set DESCENT_PYTHON`);
    const root = folder();
    const script = fileURLToPath(new URL('./fixtures/random-parquet.py', import.meta.url));
    execFileSync(python, [script, root, String(TABLES), '7']);
    const seen = new Set<string>();
    for (let i = 0; i < TABLES; i++) {
      const { options, columns } = JSON.parse(readFileSync(join(root, `${i}.json`), 'utf8')) as Answer;
      if (options['compression'] === 'zstd' && !('zstdDecompressSync' in zlib)) continue;
      const table = await readParquet(join(root, `${i}.parquet`));
      expect(table.columns.map(({ name }) => name)).toEqual(Object.keys(columns));
      for (const column of table.columns)
        expectColumn(
          column,
          columns[column.name] as readonly Written[],
          `table ${i} ${column.name} ${JSON.stringify(options)}`,
        );
      for (const value of Object.values(options))
        for (const word of value.match(/[A-Z_]{3,}|^[\w.]+$/g) ?? []) seen.add(word);
    }
    // The tables have what they are for.
    for (const word of ['snappy', 'gzip', 'brotli', 'none', '1.0', '2.0', 'PLAIN', 'RLE', 'BYTE_STREAM_SPLIT'])
      expect(seen, word).toContain(word);
    for (const word of ['DELTA_BINARY_PACKED', 'DELTA_LENGTH_BYTE_ARRAY', 'DELTA_BYTE_ARRAY'])
      expect(seen).toContain(word);
  });
});
