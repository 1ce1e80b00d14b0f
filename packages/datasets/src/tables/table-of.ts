import { describeValue, expectOptions, type NDArray, numel, ShapeError, ValueError } from '@descent/core';
import { expectArray, isPlainRecord } from '../dataset-check.ts';
import { type Column, columnOf, type Table } from '../sources/table.ts';

export interface TableOfOptions {
  /** Where it came from, for errors. Default: `the table`. */
  readonly name?: string;
  /** Of an array `[rows, columns]`: the names of its columns. Default: `column 1`, `column 2`, … */
  readonly columns?: readonly string[];
}

type Value = number | string | boolean | null | undefined;

/** What makes a table: rows by name, columns by name, or an array `[rows]` or `[rows, columns]`. */
export type TableLike =
  | readonly Readonly<Record<string, Value>>[]
  | Readonly<Record<string, ArrayLike<Value>>>
  | NDArray;

/**
 * A table of rows `[{ age: 31, city: 'Rome' }, …]`, of columns `{ age: [31, …], city: ['Rome', …] }`, or of an array of numbers. Null, undefined, NaN and a key
 * that a row lacks are missing values; columns are in the order of their first use.
 * @throws ValueError when a column holds values of several types, ShapeError when columns have different lengths.
 */
export function tableOf(given: TableLike, options: TableOfOptions = {}): Table {
  expectOptions('tableOf', options, ['name', 'columns']);
  const { name = 'the table' } = options;
  if (typeof name !== 'string') throw problem('name', describeValue(name), 'a text');
  if (isArray(given)) return ofArray(given, name, options.columns);
  if (options.columns !== undefined)
    throw problem('columns', 'names beside columns that have their own', 'names with an array only');
  if (Array.isArray(given)) return ofRows(given, name);
  if (!isPlainRecord(given)) throw problem(undefined, describeValue(given), 'rows, columns by name, or an array');
  return ofColumns(Object.entries(given), name);
}

function isArray(given: unknown): given is NDArray {
  return isPlainRecord(given) && Array.isArray(given['shape']) && ArrayBuffer.isView(given['data']);
}

function ofRows(rows: readonly unknown[], name: string): Table {
  const names = new Set<string>();
  rows.forEach((row, i) => {
    if (!isPlainRecord(row)) throw problem(`[${i}]`, describeValue(row), 'a row, such as { age: 31 }');
    for (const key of Object.keys(row)) names.add(key);
  });
  const value = (row: unknown, key: string): unknown =>
    Object.hasOwn(row as object, key) ? (row as Readonly<Record<string, unknown>>)[key] : null;
  return ofColumns(
    [...names].map((key) => [key, rows.map((row) => value(row, key))]),
    name,
    rows.length,
  );
}

function ofColumns(columns: readonly (readonly [string, unknown])[], name: string, length?: number): Table {
  const made = columns.map(([key, values]) => ofValues(key, values));
  const rows = length ?? made[0]?.data.length ?? 0;
  const odd = made.find(({ data }) => data.length !== rows);
  if (odd === undefined) return { name, length: rows, columns: made };
  throw new ShapeError('tableOf: the columns have different lengths', {
    received: made
      .slice(0, 20)
      .map((column) => `${column.name}: ${column.data.length}`)
      .join(', '),
    expected: 'a value for each row in each column; null where one is missing',
  });
}

function ofValues(key: string, values: unknown): Column {
  const isList = Array.isArray(values) || (ArrayBuffer.isView(values) && 'length' in values);
  if (!isList) throw problem(key, describeValue(values), 'a list of the values of the column');
  // NaN is how numbers say that there is none.
  const list = Array.from(values as ArrayLike<unknown>, (value) => (Number.isNaN(value) ? null : value));
  const column = columnOf(key, list);
  if (!('reason' in column)) return column;
  const first = list.find((value) => value !== null && value !== undefined);
  throw new ValueError(`tableOf: column ${JSON.stringify(key)} holds values of several types`, {
    received: `${describeValue(list[column.row])} in row ${column.row}, counted from 0, beside ${describeValue(first)}`,
    expected: 'numbers, texts, or true and false, and null where a value is missing',
  });
}

function ofArray(array: NDArray, name: string, names: readonly string[] | undefined): Table {
  expectArray('tableOf: the array', array);
  const [rows = 0, width = 1, ...more] = array.shape;
  if (array.shape.length === 0 || more.length > 0) {
    throw new ShapeError('tableOf: the array is no table', {
      received: `[${array.shape.join(', ')}]`,
      expected: '[rows] or [rows, columns]',
    });
  }
  const all = names ?? Array.from({ length: width }, (_, i) => `column ${i + 1}`);
  if (!Array.isArray(all) || all.length !== width || !all.every((one) => typeof one === 'string')) {
    throw problem('columns', describeValue(all), `a list of ${width} names, one for each column of the array`);
  }
  const twice = all.find((one, i) => all.indexOf(one) !== i);
  if (twice !== undefined)
    throw problem('columns', `${JSON.stringify(twice)} twice`, 'a name of its own for each column');
  const column = (c: number): number[] => Array.from({ length: rows }, (_, r) => array.data[r * width + c] as number);
  if (numel(array.shape) === 0) return { name, length: rows, columns: [] };
  return ofColumns(
    all.map((one, c) => [one, column(c)]),
    name,
    rows,
  );
}

function problem(path: string | undefined, received: string, expected: string): ValueError {
  return new ValueError('tableOf: of this no table can be made', {
    ...(path !== undefined && { path }),
    received,
    expected,
    fix: "tableOf([{ age: 31, city: 'Rome' }]), tableOf({ age: [31], city: ['Rome'] }), or tableOf(array, { columns: ['age'] })",
  });
}
