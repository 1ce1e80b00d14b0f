import { describeValue, type NDArray, ndarray, ValueError } from '@descent/core';
import { DataFormatError } from '../errors.ts';
import type { Column, Table } from '../sources/table.ts';
import { expectClasses, findColumn } from '../sources/table-columns.ts';
import {
  categoryType,
  expectCategoryType,
  expectNumeric,
  firstValue,
  fitCategories,
  fitNumbers,
  orderOf,
  standardized,
} from './columns.ts';
import { invalidFor } from './invalid-option.ts';
import type { PreparedTarget } from './preparation.ts';

export type TableTask = 'classification' | 'regression' | 'multi-label';

const TASKS: readonly unknown[] = ['classification', 'regression', 'multi-label'];
const invalid = invalidFor('fitTable');

/** The columns that a target is in. */
export function targetColumns(target: PreparedTarget): readonly string[] {
  if (target.kind === 'numbers') return target.columns.map(({ name }) => name);
  return target.kind === 'columns' ? target.columns : [target.column];
}

/** What the columns of a target are, as options of `fitTable` say it. */
export function fitTarget(
  table: Table,
  rows: Int32Array,
  names: readonly string[],
  { task, separator }: { readonly task: TableTask; readonly separator?: string },
): PreparedTarget {
  if (!TASKS.includes(task)) {
    throw invalid('task', task, TASKS.join(', '));
  }
  if (separator !== undefined && (typeof separator !== 'string' || separator === '' || task !== 'multi-label')) {
    throw new ValueError('fitTable was given an invalid separator', {
      path: 'separator',
      received: `${describeValue(separator)} with task: '${task}'`,
      expected: "a text between labels, such as ';', with task: 'multi-label'",
    });
  }
  const columns = names.map((name) => findColumn('fitTable', table, name));
  const [first] = columns as [Column];
  if (task === 'regression') {
    for (const column of columns)
      expectNumeric('fitTable', column, table.length, "for classes pass task: 'classification'");
    return { kind: 'numbers', columns: columns.map((column) => fitNumbers(column, rows, table.name)) };
  }
  if (columns.length > 1 && (task === 'classification' || separator !== undefined)) {
    throw new ValueError('fitTable: there are several targets', {
      path: 'target',
      received: names.slice(0, 20).join(', '),
      expected: `one column for ${task === 'classification' ? task : 'labels with a separator'}`,
      fix: "task: 'multi-label' takes columns of 0 and 1, one for each label",
    });
  }
  if (task === 'classification') return fitClasses(first, rows);
  if (separator !== undefined) return fitTexts(first, rows, separator);
  if (first.type === 'string') {
    throw new ValueError(`fitTable: column ${JSON.stringify(first.name)} holds texts, not 0 and 1`, {
      received: `values such as ${firstValue(first)}`,
      expected: 'columns of 0 and 1, or of true and false; or texts with a separator between labels',
      fix: "pass separator: ';', or whatever stands between two labels",
    });
  }
  for (const column of columns) for (const row of rows) yesOrNo(column, row, table.name);
  return { kind: 'columns', columns: names };
}

function fitClasses(column: Column, rows: Int32Array): PreparedTarget {
  expectClasses('fitTable', column, rows);
  const { values } = fitCategories(column, rows, 1);
  return { kind: 'classes', column: column.name, type: categoryType(column), classes: values };
}

function fitTexts(column: Column, rows: Int32Array, separator: string): PreparedTarget {
  expectTextsOf('fitTable', column);
  const labels = new Set<string>();
  for (const row of rows) for (const label of labelsOf(column, row, separator)) labels.add(label);
  return { kind: 'texts', column: column.name, separator, labels: [...labels].sort(orderOf('text')) };
}

function expectTextsOf(what: string, column: Column): void {
  if (column.type === 'string') return;
  const shown = JSON.stringify(column.name);
  throw new ValueError(`${what}: column ${shown} holds no texts`, {
    received: column.type,
    expected: 'texts with labels and a separator between them',
    fix: `of a CSV file, read the column as text: types: { ${shown}: 'string' }`,
  });
}

/** The labels of a row; spaces around them do not count, and between two separators there may be nothing. */
function labelsOf(column: Column, row: number, separator: string): readonly string[] {
  return String(column.data[row])
    .split(separator)
    .map((label) => label.trim())
    .filter((label) => label !== '');
}

/** 0 or 1. Throws a `DataFormatError` for anything else. */
function yesOrNo(column: Column, row: number, file: string): number {
  const value = column.data[row];
  if (value === true || value === 1) return 1;
  if (value === false || value === 0) return 0;
  throw new DataFormatError('a label is neither 0 nor 1', {
    file,
    received: `${JSON.stringify(value)} in column ${JSON.stringify(column.name)} of row ${row}, counted from 0 without the header`,
    expected: '0 or 1, or true or false',
    fix: "for numbers to predict pass task: 'regression'",
  });
}

/** The targets of some rows. */
export function prepareTarget(what: string, table: Table, rows: Int32Array, target: PreparedTarget): NDArray {
  const columns = targetColumns(target).map((name) => findColumn(what, table, name));
  const [first] = columns as [Column];
  switch (target.kind) {
    case 'classes': {
      expectCategoryType(what, first, target.type, table);
      const index = new Map(target.classes.map((value, i) => [value, i]));
      const label = (row: number): number => {
        const found = index.get(String(first.data[row]));
        if (found === undefined)
          throw unknownLabel('class', first, row, String(first.data[row]), table.name, target.classes);
        return found;
      };
      return ndarray('int32', [rows.length], Int32Array.from(rows, label));
    }
    case 'numbers': {
      for (const column of columns) expectNumeric(what, column, table.length, 'give numbers, as in the fit');
      return filled(rows, columns.length, (row, c) =>
        standardized(columns[c] as Column, target.columns[c] as (typeof target.columns)[number], row, table.name),
      );
    }
    case 'columns':
      return filled(rows, columns.length, (row, c) => yesOrNo(columns[c] as Column, row, table.name));
    case 'texts': {
      expectTextsOf(what, first);
      const index = new Map(target.labels.map((label, i) => [label, i]));
      const data = new Float32Array(rows.length * target.labels.length);
      rows.forEach((row, r) => {
        for (const label of labelsOf(first, row, target.separator)) {
          const found = index.get(label);
          if (found === undefined) throw unknownLabel('label', first, row, label, table.name, target.labels);
          data[r * target.labels.length + found] = 1;
        }
      });
      return ndarray('float32', [rows.length, target.labels.length], data);
    }
  }
}

function filled(rows: Int32Array, width: number, value: (row: number, column: number) => number): NDArray<'float32'> {
  const data = new Float32Array(rows.length * width);
  rows.forEach((row, r) => {
    for (let c = 0; c < width; c++) data[r * width + c] = value(row, c);
  });
  return ndarray('float32', [rows.length, width], data);
}

function unknownLabel(
  kind: 'class' | 'label',
  { name }: Column,
  row: number,
  value: string,
  file: string,
  known: readonly string[],
): DataFormatError {
  return new DataFormatError(`a ${kind} is not among those of the fit`, {
    file,
    received: `${JSON.stringify(value)} in column ${JSON.stringify(name)} of row ${row}, counted from 0 without the header`,
    expected: `${known.slice(0, 20).join(', ')}${known.length > 20 ? ', …' : ''}`,
    fix: 'correct the value, take the row out with takeRows, or split so that the training rows have every one: splitTable(table, fractions, { stratify })',
  });
}
