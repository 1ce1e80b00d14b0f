import { describeValue, didYouMean, ValueError } from '@descent/core';
import { expectArgument } from '../arguments.ts';
import { DataFormatError } from '../errors.ts';
import { delimiterHint } from './csv-hints.ts';
import { LIKE_A_NUMBER, notationOf } from './number-notation.ts';
import { type Column, parseNumber, type Table } from './table.ts';

/** Throws a `ValueError` unless an argument of `what` is a table as far as its form goes. */
export function expectTable(what: string, table: unknown): asserts table is Table {
  const { columns, length } = (table ?? {}) as Partial<Table>;
  const isTable = Array.isArray(columns) && Number.isInteger(length);
  expectArgument(what, isTable, table, 'a table, such as readCsv gives', 'await readCsv(path) first');
}

/** Throws a `DataFormatError` for a table without rows. */
export function expectRows(table: Table): void {
  if (table.length === 0 && table.columns.length === 0) {
    throw new DataFormatError('the table is empty', {
      file: table.name,
      received: 'no columns and no rows',
      expected: 'a first row of names, and rows of values',
    });
  }
  if (table.length === 0) {
    throw new DataFormatError('the table has no rows', {
      file: table.name,
      received: `${table.columns.length} columns (${table.columns
        .slice(0, 5)
        .map((c) => JSON.stringify(c.name))
        .join(', ')}${table.columns.length > 5 ? ', …' : ''}) and no rows`,
      expected: 'at least one row of values',
      fix: 'write the rows into the file; of a CSV file whose first row holds values, pass header: false',
    });
  }
}

/** The column of this name. Throws a `ValueError` that lists those that there are. */
export function findColumn(what: string, table: Table, name: string): Column {
  const found = table.columns.find((candidate) => candidate.name === name);
  if (found !== undefined) return found;
  const names = table.columns.map((c) => c.name);
  throw new ValueError(`${what}: there is no such column${typeof name === 'string' ? didYouMean(name, names) : ''}`, {
    received: typeof name === 'string' ? JSON.stringify(name) : describeValue(name),
    expected: names.slice(0, 20).join(', ') || 'a table with columns; this one is empty',
    fix: delimiterHint(names, table.columns.length === 1 ? rowsOf(table) : [], ','),
  });
}

/** Whether a row holds nothing. */
export function isMissing(column: Column, row: number): boolean {
  const value = column.data[row];
  return value === null || (column.missing > 0 && Number.isNaN(value));
}

/** The different values of some rows as texts, sorted: texts by their characters, numbers by size. */
export function differentValues(column: Column, rows: ArrayLike<number>): string[] {
  const found = new Set<string>();
  for (let i = 0; i < rows.length; i++) found.add(String(column.data[rows[i] as number]));
  const values = [...found];
  return column.type === 'string' || column.type === 'boolean'
    ? values.sort((a, b) => (a < b ? -1 : 1))
    : values.sort((a, b) => Number(a) - Number(b));
}

/** Throws a `ValueError` for numbers with decimals, which are no classes. */
export function expectClasses(what: string, column: Column, rows: Int32Array | Uint32Array): void {
  if (column.type !== 'float64' || rows.every((row) => Number.isInteger(column.data[row]))) return;
  throw new ValueError(`${what}: column ${JSON.stringify(column.name)} holds numbers, not classes`, {
    received: 'numbers with decimals',
    expected: 'text, whole numbers, or true and false',
    fix: "pass task: 'regression' to predict a number",
  });
}

/** What to say of a column of text that looks like one of numbers. */
export function numbersHint(data: readonly (string | null)[]): string | undefined {
  const texts = data.filter((value): value is string => value !== null);
  const notation = notationOf(texts.slice(0, 10_000));
  if (notation !== undefined)
    return `where it comes from a CSV file, say there how its numbers are written: ${notation}`;
  const isNumber = (text: string): boolean => parseNumber(text) !== undefined || LIKE_A_NUMBER.test(text);
  const odd = texts.find((text) => !isNumber(text));
  const numbers = texts.reduce((count, text) => count + (isNumber(text) ? 1 : 0), 0);
  if (odd === undefined || numbers <= texts.length / 2) return undefined;
  return `most values are numbers, but not ${JSON.stringify(odd)}: correct it, or name it in the option missing of readCsv (missingTexts in a config)`;
}

/** The first rows of a table, as texts. */
function rowsOf({ columns, length }: Table): readonly (readonly string[])[] {
  return Array.from({ length: Math.min(length, 10) }, (_, row) => columns.map(({ data }) => String(data[row])));
}

/** Throws for a number that float32 would make infinite. */
export function expectFloat32(value: number, column: string, row: number, file: string): void {
  if (!Number.isFinite(value) || Number.isFinite(Math.fround(value))) return;
  throw new DataFormatError('a number is too large for float32', {
    file,
    received: `${value} in column ${JSON.stringify(column)} of row ${row}, counted from 0 without the header`,
    expected: 'numbers up to 3.4e38 in size',
    fix: 'correct the value, or write the column in a larger unit',
  });
}
