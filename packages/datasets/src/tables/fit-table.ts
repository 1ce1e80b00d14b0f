import { didYouMean, expectOptions, ValueError } from '@descent/core';
import { expectList } from '../arguments.ts';
import { DataFormatError } from '../errors.ts';
import type { Column, Table } from '../sources/table.ts';
import { expectRows, expectTable, findColumn, numbersHint } from '../sources/table-columns.ts';
import { categoryType, expectNumeric, firstValue, fitCategories, fitNumbers, isEmpty } from './columns.ts';
import { completeRows } from './complete-rows.ts';
import { invalidFor } from './invalid-option.ts';
import { MISSING, type MissingValues, type TablePreparation, UNKNOWN, type UnknownValues } from './preparation.ts';
import { fitTarget, type TableTask } from './target.ts';

export interface FitTableOptions {
  /** The column to predict; several for numbers and for labels with a column each. */
  readonly target: string | readonly string[];
  /**
   * `classification`: one of the target's different values. `regression`: numbers, which are standardised. `multi-label`: any number of labels, as columns of 0
   * and 1 or of true and false, or as texts with a `separator` in one column.
   */
  readonly task: TableTask;
  /** The columns to predict from, in this order. Default: all others. */
  readonly features?: readonly string[];
  /** Columns of numbers that are categories, such as codes. Columns of text and of true and false are categories in any case. */
  readonly categories?: readonly string[];
  /** Values of a category that fewer rows have share index 0 with what is unknown, and so train it; needs `unknown: 'other'`. Default 1: none. */
  readonly minCount?: number;
  /**
   * A missing value is an `error` (the default); its row is left out of datasets (`drop`); or it is filled (`fill`): a number by the mean, a category by
   * index 0. Targets are never filled.
   */
  readonly missing?: MissingValues;
  /** A category that these rows do not have is an `error` later (the default), or has index 0 (`other`). */
  readonly unknown?: UnknownValues;
  /** The text between labels of `multi-label` in one column, such as `;`. */
  readonly separator?: string;
}

const OPTIONS: readonly string[] = [
  ...['target', 'task', 'features', 'categories', 'minCount', 'missing', 'unknown', 'separator'],
];
const invalid = invalidFor('fitTable');

/** More different texts than this share of the rows are names of the rows, not categories. */
const MOST_DIFFERENT = 0.5;
/** With fewer rows it cannot be told. */
const LEAST_ROWS = 20;

/**
 * Finds how the rows of a table become numbers: mean and deviation of each column of numbers, the values of each column of categories, the classes of the
 * target. Give it the training rows alone, then `prepareTable` and `prepareRows` prepare those and all others alike.
 * @throws ValueError when a column is unknown or does not fit, DataFormatError when a value is missing or infinite.
 */
export function fitTable(table: Table, options: FitTableOptions): TablePreparation {
  expectTable('fitTable', table);
  expectOptions('fitTable', options, OPTIONS);
  expectRows(table);
  const { categories = [], minCount = 1, missing = 'error', unknown = 'error' } = options;
  if (!MISSING.includes(missing)) throw invalid('missing', missing, MISSING.join(', '));
  if (!UNKNOWN.includes(unknown)) throw invalid('unknown', unknown, UNKNOWN.join(', '));
  if (!Number.isSafeInteger(minCount) || minCount < 1)
    throw invalid('minCount', minCount, 'a whole number of at least 1');
  if (minCount > 1 && unknown !== 'other')
    throw invalid('minCount', minCount, "1, or unknown: 'other' beside it: rare values become unknown ones");
  const targets = names('target', typeof options.target === 'string' ? [options.target] : options.target);
  const features = names(
    'features',
    options.features ?? table.columns.map((c) => c.name).filter((name) => !targets.includes(name)),
  );
  names('categories', categories, false);
  const odd = categories.find((name) => !features.includes(name));
  if (odd !== undefined)
    throw invalid(
      'categories',
      odd,
      `columns among the features: ${features.slice(0, 20).join(', ')}${didYouMean(odd, features)}`,
    );
  const leaked = features.find((name) => targets.includes(name));
  if (leaked !== undefined)
    throw invalid('features', leaked, 'columns other than the target: with it the answer would be given');
  const inputs = features.map((name) => findColumn('fitTable', table, name));
  const rows = completeRows(
    table,
    inputs,
    targets.map((name) => findColumn('fitTable', table, name)),
    missing,
  );
  const isCategory = (column: Column): boolean =>
    categories.includes(column.name) || column.type === 'string' || column.type === 'boolean';
  for (const column of inputs) expectSome(column, table);
  return {
    format: 'descent.table.1',
    numbers: inputs
      .filter((column) => !isCategory(column))
      .map((column) => {
        expectNumeric('fitTable', column, table.length, 'leave the column out with features: [...]');
        return fitNumbers(column, rows, table.name);
      }),
    categories: inputs.filter(isCategory).map((column) => {
      const fitted = fitCategories(column, rows, minCount);
      if (!categories.includes(column.name)) expectCategories(column, fitted.values.length, rows.length);
      return fitted;
    }),
    target: fitTarget(table, rows, targets, options),
    missing,
    unknown,
  };
}

/** Throws for a column that holds nothing at all: it is there by mistake, or was read wrongly. */
function expectSome(column: Column, { length, name }: Table): void {
  if (!isEmpty(column, length)) return;
  throw new DataFormatError('a column holds nothing at all', {
    file: name,
    received: `no value in column ${JSON.stringify(column.name)}`,
    expected: 'values in some rows',
    fix: 'leave the column out with features: [...]',
  });
}

/** Throws for texts most of which are different: names of the rows, or numbers that were taken for text. */
function expectCategories(column: Column, different: number, rows: number): void {
  if (categoryType(column) !== 'text') return;
  const hint = numbersHint(column.data as readonly (string | null)[]);
  const isMany = rows >= LEAST_ROWS && different > MOST_DIFFERENT * rows;
  if (hint === undefined && !isMany) return;
  const shown = JSON.stringify(column.name);
  throw new ValueError(`fitTable: the texts of column ${shown} do not look like categories`, {
    received: `${different} different texts in ${rows} rows, such as ${firstValue(column)}`,
    expected: 'a few texts that come again and again',
    fix: `${hint ?? 'leave the column out with features: [...]'}; if they are categories, say so: categories: [${shown}]`,
  });
}

function names(path: string, given: unknown, some = true): readonly string[] {
  expectList(`fitTable: ${path}`, given, 'a list of names of columns');
  const all = Array.from(given as ArrayLike<unknown>);
  const odd = all.find((name) => typeof name !== 'string');
  if (odd !== undefined) throw invalid(path, odd, 'names of columns');
  if (some && all.length === 0) throw invalid(path, given, 'at least one column');
  const twice = all.find((name, i) => all.indexOf(name) !== i);
  if (twice !== undefined) throw invalid(path, twice, 'each column once');
  return all as string[];
}
