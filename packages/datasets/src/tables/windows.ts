import { type NDArray, ndarray, ValueError } from '@descent/core';
import type { DatasetOf } from '../dataset.ts';
import { DataFormatError } from '../errors.ts';
import type { Column, Table } from '../sources/table.ts';
import { expectTable, findColumn } from '../sources/table-columns.ts';
import { expectNumeric, lacks, standardized } from './columns.ts';
import { completeRows } from './complete-rows.ts';
import type { NumberColumn } from './number-column.ts';
import { isGap, timesOf } from './times.ts';
import { expectWindowPreparation, type WindowPreparation } from './window-preparation.ts';

/** More numbers than this are no data set in memory. */
const MOST_NUMBERS = 2 ** 30;

/**
 * The windows of a table whose rows are in the order of time, as a dataset: `x` float32 `[windows, length, features]`, standardised, and `y` the rows behind each,
 * float32 `[windows, horizon]`, or `[windows, horizon, columns]` where `target` was a list. A window lies inside the table, so those of one part
 * see nothing of another.
 * @throws ValueError when a column is missing or the table is too short, DataFormatError when a value is missing or infinite, or no window is whole.
 */
export function windows(preparation: WindowPreparation, table: Table): DatasetOf<NDArray, NDArray> {
  const starts = windowStarts(preparation, table);
  const { length, horizon, features, target } = preparation;
  const width = target.columns.length;
  const numbers = starts.length * Math.max(length * features.length, horizon * width);
  if (numbers > MOST_NUMBERS) {
    throw new ValueError('windows: these are too many numbers for memory', {
      received: `${starts.length} windows of ${length} × ${features.length} numbers`,
      expected: `at most ${MOST_NUMBERS}`,
      fix: 'pass a larger stride, or cut the table into parts',
    });
  }
  const ends = starts.map((start) => start + length);
  const y = gathered(table, target.columns, ends, horizon);
  return {
    name: table.name,
    length: starts.length,
    classes: [],
    features: features.map(({ name }) => name),
    x: gathered(table, features, starts, length),
    y: target.axis ? y : ndarray('float32', [starts.length, horizon], y.data),
    licence: 'unknown',
    source: table.name,
    citation: '',
  };
}

/**
 * The row that each window of `windows` starts at, counted from 0; what it predicts starts `length` rows later. Same errors.
 */
export function windowStarts(preparation: WindowPreparation, table: Table): Int32Array {
  expectWindowPreparation('windows', preparation);
  expectTable('windows', table);
  const { length, horizon, stride, features, target, time, missing } = preparation;
  const inputs = columnsOf(table, features);
  const targets = columnsOf(table, target.columns);
  if (missing === 'error') completeRows(table, inputs, targets, 'error');
  const whole = length + horizon;
  if (table.length < whole) {
    throw new ValueError('windows: the table is too short for a window', {
      received: `${table.length} rows in ${table.name}`,
      expected: `at least ${whole}: ${length} to look at and ${horizon} to predict`,
      fix: 'give more rows, or choose a smaller length or horizon',
    });
  }
  const times = time === null ? null : timesOf(findColumn('windows', table, time.column), table.name);
  const gaps = counts(table.length, (row) => times !== null && row > 0 && isGap(times, row, time?.step as number));
  const noInput = counts(table.length, (row) => inputs.some((column) => lacks(column, row)));
  const noTarget = counts(table.length, (row) => targets.some((column) => lacks(column, row)));
  const between = (sums: Int32Array, from: number, to: number): number => (sums[to] as number) - (sums[from] as number);
  const starts: number[] = [];
  for (let start = 0; start + whole <= table.length; start += stride) {
    const end = start + length;
    // A gap before the first row of a window is outside it.
    const isWhole =
      between(gaps, start + 1, start + whole) === 0 &&
      between(noInput, start, end) === 0 &&
      between(noTarget, end, end + horizon) === 0;
    if (isWhole) starts.push(start);
  }
  if (starts.length > 0) return Int32Array.from(starts);
  throw new DataFormatError('no window is whole', {
    file: table.name,
    received: `${between(gaps, 0, table.length)} gaps in time and ${between(noInput, 0, table.length)} rows with a missing value in ${table.length} rows`,
    expected: `${whole} rows one after another with all their values`,
    fix: 'choose a smaller length or horizon, or fill the values in',
  });
}

/**
 * The last `length` rows of a table as the input of a network, float32 `[1, length, features]`: to predict what comes after them.
 * @throws ValueError when the table is too short, DataFormatError when one of these rows lacks a value or there is a gap between them.
 */
export function lastWindow(preparation: WindowPreparation, table: Table): NDArray<'float32'> {
  expectWindowPreparation('lastWindow', preparation);
  expectTable('lastWindow', table);
  const { length, features, time } = preparation;
  const start = table.length - length;
  if (start < 0) {
    throw new ValueError('lastWindow: the table is too short for a window', {
      received: `${table.length} rows in ${table.name}`,
      expected: `at least ${length}`,
    });
  }
  const columns = columnsOf(table, features);
  for (let row = start; row < table.length; row++) {
    const lacking = columns.find((column) => lacks(column, row));
    if (lacking !== undefined) throw broken(`nothing in column ${JSON.stringify(lacking.name)} of row ${row}`, table);
  }
  if (time !== null) {
    const times = timesOf(findColumn('lastWindow', table, time.column), table.name);
    for (let row = start + 1; row < table.length; row++) {
      if (isGap(times, row, time.step)) throw broken(`a gap in time before row ${row}`, table);
    }
  }
  return gathered(table, features, Int32Array.of(start), length);
}

function broken(received: string, table: Table): DataFormatError {
  return new DataFormatError('the last rows are no whole window', {
    file: table.name,
    received: `${received}, counted from 0 without the header`,
    expected: 'rows one step after another with all their values',
    fix: 'fill the value in, or give rows up to where they are whole',
  });
}

function columnsOf(table: Table, fitted: readonly NumberColumn[]): readonly Column[] {
  return fitted.map(({ name }) => {
    const column = findColumn('windows', table, name);
    expectNumeric('windows', column, table.length, 'give numbers, as in the fit');
    return column;
  });
}

/** How many rows before each, and before the end, are such ones: `[rows + 1]`. */
function counts(length: number, is: (row: number) => boolean): Int32Array {
  const sums = new Int32Array(length + 1);
  for (let row = 0; row < length; row++) sums[row + 1] = (sums[row] as number) + (is(row) ? 1 : 0);
  return sums;
}

/** `count` rows from each start on, standardised: `[starts, count, columns]`. */
function gathered(
  table: Table,
  fitted: readonly NumberColumn[],
  starts: Int32Array,
  count: number,
): NDArray<'float32'> {
  const width = fitted.length;
  const data = new Float32Array(starts.length * count * width);
  fitted.forEach((one, c) => {
    const column = findColumn('windows', table, one.name);
    starts.forEach((start, w) => {
      for (let i = 0; i < count; i++)
        data[(w * count + i) * width + c] = standardized(column, one, start + i, table.name);
    });
  });
  return ndarray('float32', [starts.length, count, width], data);
}
