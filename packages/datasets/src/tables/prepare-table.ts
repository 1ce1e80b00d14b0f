import { describeValue, didYouMean, expectOptions, type NDArray, ndarray, ValueError } from '@descent/core';
import type { DatasetOf } from '../dataset.ts';
import { isPlainRecord } from '../dataset-check.ts';
import { DataFormatError } from '../errors.ts';
import type { Column, Table } from '../sources/table.ts';
import { expectTable, findColumn } from '../sources/table-columns.ts';
import { expectCategoryType, expectNumeric, lacks, standardized } from './columns.ts';
import { completeRows } from './complete-rows.ts';
import type { NumberColumn } from './number-column.ts';
import { type CategoryColumn, expectPreparation, type TablePreparation } from './preparation.ts';
import { tableOf } from './table-of.ts';
import { prepareTarget, targetColumns } from './target.ts';

/** Numbers float32 `[rows, columns of numbers]` and categories int32 `[rows, columns of categories]`; what there is no column of is left out. */
export type PreparedInputs = Readonly<Record<'numbers' | 'categories', NDArray>>;

export interface PrepareTableOptions {
  /** Default: that of the table. */
  readonly name?: string;
  readonly licence?: string;
  readonly source?: string;
  readonly citation?: string;
}

/**
 * The rows of a table as a dataset, prepared as `fitTable` found it: `x` is `{ numbers, categories }`, and `y` what the task says. Without a column of numbers,
 * or of categories, `x` lacks that part.
 * @throws ValueError when a column is missing or holds other things than in the fit, DataFormatError for a value that is missing, infinite or unknown.
 */
export function prepareTable(
  preparation: TablePreparation,
  table: Table,
  options: PrepareTableOptions = {},
): DatasetOf<PreparedInputs, NDArray> {
  expectPreparation('prepareTable', preparation);
  expectTable('prepareTable', table);
  expectOptions('prepareTable', options, ['name', 'licence', 'source', 'citation']);
  const { target } = preparation;
  const inputs = inputColumns('prepareTable', preparation, table);
  const targets = targetColumns(target).map((name) => findColumn('prepareTable', table, name));
  const rows = completeRows(table, inputs, targets, preparation.missing);
  return {
    name: options.name ?? table.name,
    length: rows.length,
    classes:
      target.kind === 'classes'
        ? target.classes
        : target.kind === 'texts'
          ? target.labels
          : target.kind === 'columns'
            ? target.columns
            : [],
    features: inputs.map(({ name }) => name),
    x: prepareInputs('prepareTable', preparation, table, rows),
    y: prepareTarget('prepareTable', table, rows, target),
    licence: options.licence ?? 'unknown',
    source: options.source ?? table.name,
    citation: options.citation ?? '',
  };
}

/**
 * Rows to predict from, `[{ age: 31, city: 'Rome' }, …]` or a table, as inputs of the network: the same numbers as `prepareTable` gives them. Each row gets an
 * answer, so none is left out: with `missing: 'drop'` a missing value is an error. A target need not be there.
 * @throws ValueError when a row lacks a feature, DataFormatError as `prepareTable`.
 */
export function prepareRows(
  preparation: TablePreparation,
  rows: readonly Readonly<Record<string, unknown>>[] | Table,
): PreparedInputs {
  expectPreparation('prepareRows', preparation);
  const table = Array.isArray(rows) ? tableOfRows(preparation, rows) : (rows as Table);
  expectTable('prepareRows', table);
  const missing = preparation.missing === 'fill' ? 'fill' : 'error';
  const all = completeRows(table, inputColumns('prepareRows', preparation, table), [], missing);
  return prepareInputs('prepareRows', preparation, table, all);
}

function tableOfRows({ numbers, categories }: TablePreparation, rows: readonly unknown[]): Table {
  const names = [...numbers, ...categories].map(({ name }) => name);
  rows.forEach((row, r) => {
    if (!isPlainRecord(row)) {
      throw new ValueError('prepareRows: this is no row', {
        path: `[${r}]`,
        received: describeValue(row),
        expected: `{ ${names.slice(0, 20).join(', ')} }`,
      });
    }
    // A misspelt name must not count as a missing value.
    const absent = names.find((name) => !Object.hasOwn(row, name) || row[name] === undefined);
    if (absent === undefined) return;
    const others = Object.keys(row).filter((key) => !names.includes(key));
    throw new ValueError(`prepareRows: a row lacks ${JSON.stringify(absent)}${didYouMean(absent, others)}`, {
      path: `[${r}]`,
      received: Object.keys(row).slice(0, 20).join(', ') || 'an empty row',
      expected: names.slice(0, 20).join(', '),
      fix: 'give null where the value is not known',
    });
  });
  const needed = rows.map((row) =>
    Object.fromEntries(names.map((name) => [name, (row as Readonly<Record<string, null>>)[name]])),
  );
  return tableOf(needed as Readonly<Record<string, null>>[], { name: 'the rows' });
}

function inputColumns(what: string, { numbers, categories }: TablePreparation, table: Table): readonly Column[] {
  return [...numbers, ...categories].map(({ name }) => findColumn(what, table, name));
}

function prepareInputs(what: string, preparation: TablePreparation, table: Table, rows: Int32Array): PreparedInputs {
  const { numbers, categories } = preparation;
  const x = new Float32Array(rows.length * numbers.length);
  numbers.forEach((fitted, c) => {
    const column = findColumn(what, table, fitted.name);
    expectNumeric(what, column, table.length, 'give numbers, as in the fit');
    rows.forEach((row, r) => {
      x[r * numbers.length + c] = numberAt(column, fitted, row, table.name);
    });
  });
  const indices = new Int32Array(rows.length * categories.length);
  categories.forEach((fitted, c) => {
    const column = findColumn(what, table, fitted.name);
    expectCategoryType(what, column, fitted.type, table);
    const index = new Map(fitted.values.map((value, i) => [value, i + 1]));
    rows.forEach((row, r) => {
      indices[r * categories.length + c] = categoryAt(column, fitted, row, { index, preparation, file: table.name });
    });
  });
  return {
    ...(numbers.length > 0 && { numbers: ndarray('float32', [rows.length, numbers.length], x) }),
    ...(categories.length > 0 && { categories: ndarray('int32', [rows.length, categories.length], indices) }),
  } as PreparedInputs;
}

/** A missing number is filled with the mean, which is 0 when it is standardised. */
function numberAt(column: Column, fitted: NumberColumn, row: number, file: string): number {
  return lacks(column, row) ? 0 : standardized(column, fitted, row, file);
}

interface Vocabulary {
  readonly index: ReadonlyMap<string, number>;
  readonly preparation: TablePreparation;
  readonly file: string;
}

function categoryAt(
  column: Column,
  fitted: CategoryColumn,
  row: number,
  { index, preparation, file }: Vocabulary,
): number {
  if (lacks(column, row)) return 0;
  const value = String(column.data[row]);
  const found = index.get(value);
  if (found !== undefined) return found;
  if (preparation.unknown === 'other') return 0;
  throw new DataFormatError('a category is not among those of the fit', {
    file,
    received: `${JSON.stringify(value)} in column ${JSON.stringify(column.name)} of row ${row}, counted from 0 without the header`,
    expected: `${fitted.values.slice(0, 20).join(', ')}${fitted.values.length > 20 ? ', …' : ''}`,
    fix: "correct the value; or pass unknown: 'other' to fitTable, so that unknown values share index 0, and minCount: 5 or so, so that rare values train it",
  });
}
