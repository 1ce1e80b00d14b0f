import { describeValue, expectOptions, ndarray, ValueError } from '@descent/core';
import { expectList } from '../arguments.ts';
import { partEnds, randomSplit } from '../random-split.ts';
import type { Column, Table } from '../sources/table.ts';
import { differentValues, expectTable, findColumn } from '../sources/table-columns.ts';
import { lacks } from './columns.ts';

export interface SplitTableOptions {
  /** Default 0. */
  readonly seed?: number;
  /** A column whose values have the same share in every part. Default: none. */
  readonly stratify?: string;
}

/**
 * Splits the rows of a table at random into disjoint parts, as `randomSplit` does with a dataset: `const [train, test] = splitTable(table, [0.8, 0.2])`.
 * @throws ValueError when the fractions are not parts of one whole, or a row lacks the value to stratify by.
 */
export function splitTable<const F extends readonly number[]>(
  table: Table,
  fractions: F,
  options: SplitTableOptions = {},
): { -readonly [K in keyof F]: Table } {
  expectTable('splitTable', table);
  expectOptions('splitTable', options, ['seed', 'stratify']);
  const { seed = 0, stratify } = options;
  const { length } = table;
  const rows = ndarray(
    'int32',
    [length],
    Int32Array.from({ length }, (_, i) => i),
  );
  const groups = stratify === undefined ? undefined : groupsOf(table, findColumn('splitTable', table, stratify));
  const parts = randomSplit(
    {
      name: table.name,
      x: rows,
      y: ndarray('int32', [length], groups?.labels ?? new Int32Array(length)),
      classes: groups?.classes ?? [],
    },
    fractions as readonly number[],
    { seed, stratified: groups !== undefined },
  );
  return parts.map(({ x }) => takeRows(table, x.data)) as { -readonly [K in keyof F]: Table };
}

/**
 * Cuts a table whose rows are in the order of time into parts one after another: the first fraction of the rows, then the next.
 * @throws ValueError when the fractions are not parts of one whole.
 */
export function splitInTime<const F extends readonly number[]>(
  table: Table,
  fractions: F,
): { -readonly [K in keyof F]: Table } {
  expectTable('splitInTime', table);
  expectList('splitInTime', fractions, 'a list of parts of 1, such as [0.8, 0.2]');
  const ends = partEnds('splitInTime', fractions).map((end) => Math.round(end * table.length));
  const parts = ends.map((end, i) => {
    const start = ends[i - 1] ?? 0;
    return takeRows(
      table,
      Int32Array.from({ length: end - start }, (_, k) => start + k),
    );
  });
  return parts as { -readonly [K in keyof F]: Table };
}

/**
 * The rows of a table at `indices`, in that order, as a table of its own (a copy).
 * @throws ValueError when an index is not a row.
 */
export function takeRows(table: Table, indices: ArrayLike<number>): Table {
  expectTable('takeRows', table);
  expectList('takeRows', indices, 'a list of the numbers of rows');
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i] as number;
    if (Number.isInteger(index) && index >= 0 && index < table.length) continue;
    throw new ValueError(`takeRows: ${table.name} has no such row`, {
      received: `${describeValue(index)} at position ${i}`,
      expected: `integers from 0 to ${table.length - 1}`,
    });
  }
  return { ...table, length: indices.length, columns: table.columns.map((column) => taken(column, indices)) };
}

function taken(column: Column, indices: ArrayLike<number>): Column {
  const { name, type } = column;
  switch (type) {
    case 'int32':
      return { name, type, missing: 0, data: Int32Array.from(indices, (i) => column.data[i] as number) };
    case 'float64': {
      const data = Float64Array.from(indices, (i) => column.data[i] as number);
      return { name, type, data, missing: data.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0) };
    }
    case 'boolean': {
      const data = Array.from(indices, (i) => column.data[i] as boolean | null);
      return { name, type, data, missing: nulls(data) };
    }
    case 'string': {
      const data = Array.from(indices, (i) => column.data[i] as string | null);
      return { name, type, data, missing: nulls(data) };
    }
  }
}

function nulls(data: readonly unknown[]): number {
  return data.reduce<number>((count, value) => count + (value === null ? 1 : 0), 0);
}

/** Which group each row belongs to by the values of a column. */
function groupsOf(table: Table, column: Column): { readonly labels: Int32Array; readonly classes: readonly string[] } {
  const rows = Int32Array.from({ length: table.length }, (_, i) => i);
  const missing = rows.find((row) => lacks(column, row));
  if (missing !== undefined) {
    throw new ValueError('splitTable: a row lacks the value to stratify by', {
      received: `nothing in column ${JSON.stringify(column.name)} of row ${missing}, counted from 0 without the header`,
      expected: 'a value in each row',
      fix: 'leave such rows out with takeRows, or stratify out',
    });
  }
  const classes = differentValues(column, rows);
  const index = new Map(classes.map((value, i) => [value, i]));
  return { classes, labels: Int32Array.from(rows, (row) => index.get(String(column.data[row])) as number) };
}
