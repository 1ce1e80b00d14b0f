import { describeValue, ValueError } from '@descent/core';
import { isPlainRecord } from '../dataset-check.ts';
import { damaged, expectNumberColumns, fromJson, isCount, list } from './check-preparation.ts';
import type { NumberColumn } from './number-column.ts';

/** A column of categories: value `i` of `values` becomes the index `i + 1`; 0 stands for all others. */
export interface CategoryColumn {
  readonly name: string;
  /** What its values are in a table; an index is only given to values of this type. */
  readonly type: CategoryType;
  /** The values as texts, sorted. */
  readonly values: readonly string[];
  /** Rows of the fit with index 0, since their value is rare or missing. With none, what is at index 0 of an embedding is never trained. */
  readonly others: number;
}

export type CategoryType = 'text' | 'boolean' | 'number';

/** What is predicted. */
export type PreparedTarget =
  /** One of some classes: `y` is int32 `[rows]`, sorted as the classes are. */
  | {
      readonly kind: 'classes';
      readonly column: string;
      readonly type: CategoryType;
      readonly classes: readonly string[];
    }
  /** Numbers, standardised: `y` is float32 `[rows, columns]`. */
  | { readonly kind: 'numbers'; readonly columns: readonly NumberColumn[] }
  /** Any number of some labels, a column of no and yes each: `y` is float32 `[rows, columns]` of 0 and 1. */
  | { readonly kind: 'columns'; readonly columns: readonly string[] }
  /** Any number of some labels, written in one column with `separator` between them: `y` is float32 `[rows, labels]` of 0 and 1. */
  | {
      readonly kind: 'texts';
      readonly column: string;
      readonly separator: string;
      readonly labels: readonly string[];
    };

/**
 * How the rows of a table become numbers, as `fitTable` found it: a plain value, which JSON keeps exactly. The same value gives the same row the same numbers,
 * in training and later.
 */
export interface TablePreparation {
  readonly format: 'descent.table.1';
  readonly numbers: readonly NumberColumn[];
  readonly categories: readonly CategoryColumn[];
  readonly target: PreparedTarget;
  readonly missing: MissingValues;
  readonly unknown: UnknownValues;
}

/** What becomes of rows with a missing value. */
export type MissingValues = 'error' | 'drop' | 'fill';

/** What becomes of a category that the fit has not seen. */
export type UnknownValues = 'error' | 'other';

/**
 * A preparation from JSON, as a text or as what `JSON.parse` made of it, checked to the last number.
 * @throws ValueError that names the first thing that is wrong.
 */
export function parseTablePreparation(given: unknown): TablePreparation {
  const value = fromJson(given);
  expectPreparation('parseTablePreparation', value);
  return value;
}

/** Throws a `ValueError` unless `value`, an argument of `what`, is a preparation. */
export function expectPreparation(what: string, value: unknown): asserts value is TablePreparation {
  const { format, numbers, categories, target, missing, unknown } = (
    isPlainRecord(value) ? value : {}
  ) as Partial<TablePreparation>;
  if (format !== 'descent.table.1') {
    throw new ValueError(`${what}: this is no preparation of a table`, {
      received: isPlainRecord(value) ? `format: ${describeValue(format)}` : describeValue(value),
      expected: "what fitTable gives, with format: 'descent.table.1'",
      fix: 'const preparation = fitTable(trainingTable, { target, task })',
    });
  }
  if (!MISSING.includes(missing)) throw damaged('missing', describeValue(missing), MISSING.join(', '));
  if (!UNKNOWN.includes(unknown)) throw damaged('unknown', describeValue(unknown), UNKNOWN.join(', '));
  expectNumberColumns('numbers', numbers, 0);
  list('categories', categories).forEach((column, i) => {
    expectCategoryColumn(`categories[${i}]`, column);
  });
  expectTarget(target);
}

export const MISSING: readonly unknown[] = ['error', 'drop', 'fill'];
export const UNKNOWN: readonly unknown[] = ['error', 'other'];
const TYPES: readonly unknown[] = ['text', 'boolean', 'number'];

function expectCategoryColumn(path: string, value: unknown): asserts value is CategoryColumn {
  const { name, type, values, others } = (isPlainRecord(value) ? value : {}) as Partial<CategoryColumn>;
  if (typeof name !== 'string') throw damaged(`${path}.name`, describeValue(name), 'a text');
  if (!TYPES.includes(type)) throw damaged(`${path}.type`, describeValue(type), TYPES.join(', '));
  expectTexts(`${path}.values`, values);
  if (!isCount(others)) throw damaged(`${path}.others`, describeValue(others), 'a number of rows');
}

function expectTarget(value: unknown): asserts value is PreparedTarget {
  const target = (isPlainRecord(value) ? value : {}) as Partial<Record<string, unknown>>;
  const { kind, column, columns, type, classes, separator, labels } = target;
  if (kind === 'classes' || kind === 'texts') {
    if (typeof column !== 'string') throw damaged('target.column', describeValue(column), 'a text');
  }
  switch (kind) {
    case 'classes':
      if (!TYPES.includes(type)) throw damaged('target.type', describeValue(type), TYPES.join(', '));
      return expectTexts('target.classes', classes);
    case 'numbers':
      return expectNumberColumns('target.columns', columns);
    case 'columns':
      return expectTexts('target.columns', columns);
    case 'texts':
      if (typeof separator !== 'string' || separator === '')
        throw damaged('target.separator', describeValue(separator), 'a text between labels');
      return expectTexts('target.labels', labels);
    default:
      throw damaged('target.kind', describeValue(kind), 'classes, numbers, columns, texts');
  }
}

/** Throws unless `value` is a list of different texts. */
function expectTexts(path: string, value: unknown): asserts value is readonly string[] {
  const texts = list(path, value);
  const odd = texts.findIndex((text) => typeof text !== 'string');
  if (odd >= 0) throw damaged(`${path}[${odd}]`, describeValue(texts[odd]), 'a text');
  const seen = new Set<unknown>();
  for (const text of texts) {
    if (seen.has(text)) throw damaged(path, `${JSON.stringify(text)} twice`, 'different texts');
    seen.add(text);
  }
}
