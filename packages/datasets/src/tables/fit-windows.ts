import { expectOptions } from '@descent/core';
import { expectList } from '../arguments.ts';
import type { Column, Table } from '../sources/table.ts';
import { expectRows, expectTable, findColumn } from '../sources/table-columns.ts';
import { expectNumeric, fitNumbers } from './columns.ts';
import { completeRows } from './complete-rows.ts';
import { invalidFor } from './invalid-option.ts';
import type { NumberColumn } from './number-column.ts';
import { medianStep, timesOf } from './times.ts';
import type { WindowPreparation } from './window-preparation.ts';

export interface FitWindowsOptions {
  /** Rows that a window looks at. */
  readonly length: number;
  /** The column to predict: `y` is `[windows, horizon]`; of several, `[windows, horizon, columns]`. */
  readonly target: string | readonly string[];
  /** Rows behind the window to predict. Default 1. */
  readonly horizon?: number;
  /** Rows from the start of a window to that of the next. Default 1. */
  readonly stride?: number;
  /** The columns that a window looks at. Default: all but `time`, the target's own past among them. */
  readonly features?: readonly string[];
  /**
   * A column of numbers or of ISO dates that says when each row is. The rows must be in its order, and windows across a gap, a step of more than one and a half
   * of the usual one or of less than a half, are left out. Default: none; neighbouring rows are then one step apart.
   */
  readonly time?: string;
  /** A missing value is an `error` (the default), or the windows that hold it are left out (`drop`). */
  readonly missing?: 'error' | 'drop';
}

const OPTIONS: readonly string[] = ['length', 'target', 'horizon', 'stride', 'features', 'time', 'missing'];
const invalid = invalidFor('fitWindows');

/**
 * Finds how a table of numbers, a row for each step of time, becomes windows: mean and deviation of each column. Give it the first part of the rows alone,
 * such as `splitInTime` cuts off; `windows` then makes windows of that part, and of later ones by the same numbers.
 * @throws ValueError when a column is unknown or holds no numbers, DataFormatError when a value is missing or infinite, or rows are not in the order of time.
 */
export function fitWindows(table: Table, options: FitWindowsOptions): WindowPreparation {
  expectTable('fitWindows', table);
  expectOptions('fitWindows', options, OPTIONS);
  expectRows(table);
  const { length, horizon = 1, stride = 1, missing = 'error', time } = options;
  for (const [path, value] of [
    ['length', length],
    ['horizon', horizon],
    ['stride', stride],
  ] as const) {
    if (!Number.isSafeInteger(value) || value < 1) throw invalid(path, value, 'a whole number of rows, at least 1');
  }
  if (missing !== 'error' && missing !== 'drop') throw invalid('missing', missing, 'error, drop');
  if (time !== undefined && typeof time !== 'string') throw invalid('time', time, 'the name of a column');
  const targets = names('target', typeof options.target === 'string' ? [options.target] : options.target);
  const features = names(
    'features',
    options.features ?? table.columns.map(({ name }) => name).filter((name) => name !== time),
  );
  if (time !== undefined && features.includes(time)) throw invalid('features', time, 'columns other than the time');
  const rows = Int32Array.from({ length: table.length }, (_, row) => row);
  const columnsOf = (all: readonly string[]): readonly Column[] =>
    all.map((name) => findColumn('fitWindows', table, name));
  if (missing === 'error') completeRows(table, columnsOf([...features, ...targets]), [], 'error');
  const fit = (column: Column): NumberColumn => {
    expectNumeric(
      'fitWindows',
      column,
      table.length,
      'leave the column out with features: [...]; a column of dates is time: its name',
    );
    return fitNumbers(column, rows, table.name);
  };
  return {
    format: 'descent.windows.1',
    length,
    horizon,
    stride,
    features: columnsOf(features).map(fit),
    target: { kind: 'numbers', columns: columnsOf(targets).map(fit), axis: typeof options.target !== 'string' },
    time:
      time === undefined
        ? null
        : { column: time, step: medianStep(timesOf(findColumn('fitWindows', table, time), table.name)) },
    missing,
  };
}

function names(path: string, given: unknown): readonly string[] {
  expectList(`fitWindows: ${path}`, given, 'a list of names of columns');
  const all = Array.from(given as ArrayLike<unknown>);
  if (all.length === 0) throw invalid(path, given, 'at least one column');
  const odd = all.find((name, i) => typeof name !== 'string' || all.indexOf(name) !== i);
  if (odd !== undefined) throw invalid(path, odd, 'names of columns, each once');
  return all as string[];
}
