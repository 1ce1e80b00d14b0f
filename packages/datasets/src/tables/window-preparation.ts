import { describeValue, ValueError } from '@descent/core';
import { isPlainRecord } from '../dataset-check.ts';
import { damaged, expectNumberColumns, fromJson, isCount } from './check-preparation.ts';
import type { NumberColumn } from './number-column.ts';

/** How rows in the order of time become windows, as `fitWindows` found it: a plain value, which JSON keeps exactly. */
export interface WindowPreparation {
  readonly format: 'descent.windows.1';
  /** Rows that a window looks at. */
  readonly length: number;
  /** Rows behind them that are predicted. */
  readonly horizon: number;
  /** Rows from the start of a window to that of the next. */
  readonly stride: number;
  readonly features: readonly NumberColumn[];
  readonly target: {
    readonly kind: 'numbers';
    readonly columns: readonly NumberColumn[];
    /** Whether `y` has an axis of columns. */
    readonly axis: boolean;
  };
  /** Where the rows say when they are, and the step from one to the next in the unit of the column, milliseconds for dates. */
  readonly time: { readonly column: string; readonly step: number } | null;
  /** A missing value is an error, or the windows that hold it are left out. */
  readonly missing: 'error' | 'drop';
}

/**
 * A preparation of windows from JSON, as a text or as what `JSON.parse` made of it, checked to the last number.
 * @throws ValueError that names the first thing that is wrong.
 */
export function parseWindowPreparation(given: unknown): WindowPreparation {
  const value = fromJson(given);
  expectWindowPreparation('parseWindowPreparation', value);
  return value;
}

/** Throws a `ValueError` unless `value`, an argument of `what`, is a preparation of windows. */
export function expectWindowPreparation(what: string, value: unknown): asserts value is WindowPreparation {
  const given = (isPlainRecord(value) ? value : {}) as Partial<WindowPreparation>;
  const { format, features, target, time, missing } = given;
  if (format !== 'descent.windows.1') {
    throw new ValueError(`${what}: this is no preparation of windows`, {
      received: isPlainRecord(value) ? `format: ${describeValue(format)}` : describeValue(value),
      expected: "what fitWindows gives, with format: 'descent.windows.1'",
      fix: 'const preparation = fitWindows(trainingTable, { length, horizon, target })',
    });
  }
  for (const size of ['length', 'horizon', 'stride'] as const) {
    if (!isCount(given[size], 1)) throw damaged(size, describeValue(given[size]), 'a whole number of at least 1');
  }
  expectNumberColumns('features', features);
  if (target?.kind !== 'numbers') throw damaged('target.kind', describeValue(target?.kind), 'numbers');
  if (typeof target.axis !== 'boolean') throw damaged('target.axis', describeValue(target.axis), 'true or false');
  expectNumberColumns('target.columns', target.columns);
  if (!target.axis && target.columns.length !== 1)
    throw damaged('target.columns', `${target.columns.length} columns`, 'one, since there is no axis of columns');
  if (time !== null && !(typeof time?.column === 'string' && Number.isFinite(time.step) && time.step > 0))
    throw damaged('time', JSON.stringify(time) ?? 'undefined', 'null, or { column, step }');
  if (missing !== 'error' && missing !== 'drop') throw damaged('missing', describeValue(missing), 'error, drop');
}
