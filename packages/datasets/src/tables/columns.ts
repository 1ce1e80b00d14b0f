import { ValueError } from '@descent/core';
import { DataFormatError } from '../errors.ts';
import type { Column } from '../sources/table.ts';
import { numbersHint } from '../sources/table-columns.ts';
import type { NumberColumn } from './number-column.ts';
import type { CategoryColumn, CategoryType } from './preparation.ts';

/** Whether a row holds nothing: null, or a number that is none. */
export function lacks({ data }: Column, row: number): boolean {
  const value = data[row];
  return value === null || value === undefined || Number.isNaN(value);
}

/** The first value of a column, for errors. */
export function firstValue({ data }: Column): string {
  return JSON.stringify(Array.from<unknown>(data).find((value) => value !== null));
}

/** Whether a column holds nothing at all. Such a column has no type of its own. */
export function isEmpty(column: Column, length: number): boolean {
  for (let row = 0; row < length; row++) if (!lacks(column, row)) return false;
  return true;
}

/** What the values of a column are where they are categories. */
export function categoryType({ type }: Column): CategoryType {
  return type === 'string' ? 'text' : type === 'boolean' ? 'boolean' : 'number';
}

/** Throws a `ValueError` unless a column holds numbers, if anything. */
export function expectNumeric(what: string, column: Column, length: number, fix: string): void {
  if (column.type === 'int32' || column.type === 'float64' || isEmpty(column, length)) return;
  throw new ValueError(`${what}: column ${JSON.stringify(column.name)} holds no numbers`, {
    received: `values such as ${firstValue(column)}`,
    expected: 'numbers',
    fix: (column.type === 'string' ? numbersHint(column.data) : undefined) ?? fix,
  });
}

/** The number of a row that has one. Throws a `DataFormatError` when it is infinite. */
export function finiteNumber(column: Column, row: number, file: string): number {
  const value = Number(column.data[row]);
  if (Number.isFinite(value)) return value;
  throw new DataFormatError('a number is infinite', {
    file,
    received: `${value} in column ${JSON.stringify(column.name)} of row ${row}, counted from 0 without the header`,
    expected: 'finite numbers',
    fix: 'correct the value, or leave it empty and say what becomes of missing values',
  });
}

/** Numbers that differ by fewer than these steps of float64 are rounded from one. */
const ROUNDING = 4 * Number.EPSILON;

/** Mean and standard deviation of the rows of a column that have a value; of none, 0 and 0. Sums are float64 in two passes. */
export function fitNumbers(column: Column, rows: ArrayLike<number>, file: string): NumberColumn {
  const values: number[] = [];
  let largest = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    if (lacks(column, row)) continue;
    const value = finiteNumber(column, row, file);
    values.push(value);
    largest = Math.max(largest, Math.abs(value));
  }
  const { name } = column;
  const missing = rows.length - values.length;
  if (values.length === 0) return { name, mean: 0, std: 0, missing };
  const first = values[0] as number;
  // Around the first value, so that numbers such as times since 1970 keep their digits.
  const mean = first + values.reduce((sum, value) => sum + (value - first) / values.length, 0);
  const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0));
  if (!Number.isFinite(mean) || !Number.isFinite(std)) {
    throw new DataFormatError('the numbers of a column are too large to be standardised', {
      file,
      received: `numbers up to ${largest} in column ${JSON.stringify(name)}`,
      expected: 'numbers whose squares are finite',
      fix: 'correct the values, or write the column in a larger unit',
    });
  }
  return { name, mean, std: std <= ROUNDING * largest ? 0 : std, missing };
}

/** The standardised number of a row that has one. */
export function standardized(column: Column, { mean, std }: NumberColumn, row: number, file: string): number {
  const value = finiteNumber(column, row, file);
  if (std === 0) return 0;
  const result = (value - mean) / std;
  if (Number.isFinite(Math.fround(result))) return result;
  throw new DataFormatError('a number is too far from those of the fit', {
    file,
    received: `${value} in column ${JSON.stringify(column.name)} of row ${row}, ${result} standard deviations from their mean`,
    expected: 'numbers that float32 holds when they are standardised',
    fix: 'correct the value',
  });
}

/** The values of a column that at least `minCount` of its rows have. */
export function fitCategories(column: Column, rows: ArrayLike<number>, minCount: number): CategoryColumn {
  const counts = new Map<string, number>();
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    if (lacks(column, row)) continue;
    const value = String(column.data[row]);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const type = categoryType(column);
  const kept = [...counts].filter(([, count]) => count >= minCount);
  const known = kept.reduce((sum, [, count]) => sum + count, 0);
  return {
    name: column.name,
    type,
    values: kept.map(([value]) => value).sort(orderOf(type)),
    others: rows.length - known,
  };
}

/** The order of classes and categories: texts by their characters, numbers by size. */
export function orderOf(type: CategoryType): (a: string, b: string) => number {
  if (type === 'number') return (a, b) => Number(a) - Number(b);
  return (a, b) => (a < b ? -1 : a > b ? 1 : 0);
}

/** Throws a `ValueError` unless the values of a column are of the type that they were in the fit. */
export function expectCategoryType(
  what: string,
  column: Column,
  type: CategoryType,
  { length, name: file }: { readonly length: number; readonly name: string },
): void {
  if (categoryType(column) === type || isEmpty(column, length)) return;
  const shown = JSON.stringify(column.name);
  throw new ValueError(`${what}: column ${shown} holds other values than in the fit`, {
    received: `${NAMES[categoryType(column)]} in ${file}, such as ${firstValue(column)}`,
    expected: NAMES[type],
    fix:
      type === 'text'
        ? `give texts; of a CSV file, read the column as text: types: { ${shown}: 'string' }`
        : `give ${NAMES[type]}; or read the column as text in all files: types: { ${shown}: 'string' }`,
  });
}

const NAMES: Readonly<Record<CategoryType, string>> = { text: 'texts', boolean: 'true and false', number: 'numbers' };
