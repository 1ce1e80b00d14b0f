import { expectOptions, ValueError } from '@descent/core';
import type { ArrayDataset, TargetType } from '../dataset.ts';
import { DataFormatError } from '../errors.ts';
import { notationOf } from './number-notation.ts';
import type { Column, Table } from './table.ts';
import {
  differentValues,
  expectClasses,
  expectFloat32,
  expectRows,
  expectTable,
  findColumn,
  isMissing,
  numbersHint,
} from './table-columns.ts';

export interface TableDatasetOptions<Task extends 'classification' | 'regression' = 'classification'> {
  /** The column to predict. */
  readonly target: string;
  /**
   * `classification` (the default): the target's different values are the classes. `regression`: the target holds numbers. It has to be said where the target
   * holds so many different numbers that it may be either.
   */
  readonly task?: Task;
  /** The columns to predict from, in this order. Default: all others. */
  readonly features?: readonly string[];
  /** Columns of text that become one 0/1 column a value, named `colour=red`, in the order of the sorted values. */
  readonly oneHot?: readonly string[];
  /** Rows with a missing value are an `error` (the default), left out (`drop`), or filled with a number (features only). */
  readonly missing?: 'error' | 'drop' | number;
  readonly name?: string;
  readonly licence?: string;
  readonly source?: string;
  readonly citation?: string;
}

const NAMES: readonly string[] = [
  'target',
  'task',
  'features',
  'oneHot',
  'missing',
  'name',
  'licence',
  'source',
  'citation',
];

/**
 * A table as a dataset: `x` float32 `[rows, features]`; `y` int32 class indices, or float32 for regression. Classes are the different values of the
 * target, sorted; true and false become 1 and 0.
 * @throws ValueError when a column is unknown or of a type that does not fit, DataFormatError when a value is missing.
 */
export function tableDataset<Task extends 'classification' | 'regression' = 'classification'>(
  table: Table,
  options: TableDatasetOptions<Task>,
): ArrayDataset<Task extends 'regression' ? 'float32' : 'int32'> {
  expectTable('tableDataset', table);
  expectOptions('tableDataset', options, NAMES);
  expectRows(table);
  const { target, task = 'classification', oneHot = [], missing = 'error' } = options;
  const column = (name: string): Column => findColumn('tableDataset', table, name);
  const names = options.features ?? table.columns.map((c) => c.name).filter((name) => name !== target);
  for (const name of oneHot) {
    if (!names.includes(name))
      throw new ValueError('tableDataset: oneHot names no feature', { received: name, expected: names.join(', ') });
  }
  const targetColumn = column(target);
  const inputs = names.map(column);
  const rows = presentRows(table, [...inputs, targetColumn], targetColumn, missing);
  const features = inputs.flatMap((input) => expand(input, oneHot.includes(input.name), rows));
  const width = features.length;
  const data = new Float32Array(rows.length * width);
  features.forEach((feature, f) => {
    for (let r = 0; r < rows.length; r++) {
      const value = feature.value(rows[r] as number);
      expectFloat32(value, feature.name, rows[r] as number, table.name);
      data[r * width + f] = Number.isNaN(value) && typeof missing === 'number' ? missing : value;
    }
  });
  if (options.task === undefined) expectClassLike(targetColumn, rows);
  const labels = task === 'regression' ? numbers(targetColumn, rows, table.name) : classIndices(targetColumn, rows);
  const dataset: ArrayDataset<TargetType> = {
    name: options.name ?? table.name,
    length: rows.length,
    classes: labels.classes,
    features: features.map(({ name }) => name),
    x: { dtype: 'float32', shape: [rows.length, width], data },
    y: labels.y,
    licence: options.licence ?? 'unknown',
    source: options.source ?? table.name,
    citation: options.citation ?? '',
  };
  // The task decides the type of y; the compiler cannot follow that.
  return dataset as ArrayDataset<Task extends 'regression' ? 'float32' : 'int32'>;
}

function presentRows(
  table: Table,
  columns: readonly Column[],
  target: Column,
  missing: 'error' | 'drop' | number,
): Uint32Array {
  const rows: number[] = [];
  for (let row = 0; row < table.length; row++) {
    const lacking = columns.find(
      (c) => isMissing(c, row) && (typeof missing !== 'number' || c === target || c.type === 'string'),
    );
    if (lacking === undefined) rows.push(row);
    else if (missing !== 'drop') {
      throw new DataFormatError('a value is missing', {
        file: table.name,
        received: `nothing in column ${JSON.stringify(lacking.name)} of row ${row}, counted from 0 without the header`,
        fix:
          lacking.missing === table.length
            ? `the column holds nothing at all: leave it out, with features: [...] or in the file`
            : "pass missing: 'drop', or a number to fill in",
      });
    }
  }
  if (rows.length === 0 && table.length > 0) {
    const empty = columns.filter((c) => c.missing === table.length).map((c) => JSON.stringify(c.name));
    throw new DataFormatError('no row has all its values', {
      file: table.name,
      received: `${table.length} rows, each with a missing value${empty.length === 0 ? '' : `; nothing at all in ${empty.join(', ')}`}`,
      expected: 'at least one complete row',
      fix:
        empty.length === 0
          ? 'pass a number as missing, to fill in, or leave columns out with features: [...]'
          : 'leave the empty columns out, with features: [...]',
    });
  }
  return Uint32Array.from(rows);
}

interface Feature {
  readonly name: string;
  readonly value: (row: number) => number;
}

function expand(column: Column, oneHot: boolean, rows: Uint32Array): Feature[] {
  if (oneHot) {
    return differentValues(column, rows).map((own) => ({
      name: `${column.name}=${own}`,
      value: (row) => (String(column.data[row]) === own ? 1 : 0),
    }));
  }
  if (column.type === 'string') {
    throw new ValueError(`tableDataset: column ${JSON.stringify(column.name)} is text`, {
      received: `values such as ${JSON.stringify(column.data.find((value) => value !== null))}`,
      expected: 'numbers',
      fix:
        numbersHint(column.data) ??
        `name it in oneHot: [${JSON.stringify(column.name)}], or leave it out with features: [...]`,
    });
  }
  const { data } = column;
  return [{ name: column.name, value: (row) => (data[row] === null ? Number.NaN : Number(data[row])) }];
}

function classIndices(column: Column, rows: Uint32Array): { classes: readonly string[]; y: ArrayDataset['y'] } {
  expectClasses('tableDataset', column, rows);
  const classes = differentValues(column, rows);
  const index = new Map(classes.map((name, i) => [name, i]));
  const data = Int32Array.from(rows, (row) => index.get(String(column.data[row])) as number);
  return { classes, y: { dtype: 'int32', shape: [rows.length], data } };
}

/** Digits without any letter, such as prices, shares and dates. */
const WITHOUT_LETTERS = /^[^\p{L}]*\d[^\p{L}]*$/u;

/** Throws for a column of numbers, most of them different, which nobody said to be classes, and for one whose numbers were taken for text. */
function expectClassLike(column: Column, rows: Uint32Array): void {
  if (column.type === 'boolean') return;
  const values = new Set(Array.from(rows, (row) => column.data[row]));
  const count = values.size;
  const texts = column.type === 'string' ? ([...values] as string[]) : [];
  const isWritten = column.type === 'string' && texts.length > 0 && notationOf(texts) !== undefined;
  if (column.type === 'string' && !isWritten && !texts.every((text) => WITHOUT_LETTERS.test(text))) return;
  if (!isWritten && (count <= 20 || count <= 0.2 * rows.length)) return;
  if (column.type === 'string') {
    throw new ValueError(
      `tableDataset: column ${JSON.stringify(column.name)} looks like a number to predict, but is text`,
      {
        received: `${count} different texts, such as ${JSON.stringify(texts[0])}`,
        expected: 'numbers as the file reader knows them, or a task',
        fix: `${numbersHint(texts) ?? 'write them as plain numbers'}; pass task: 'classification' if each is a class`,
      },
    );
  }
  throw new ValueError(
    `tableDataset: column ${JSON.stringify(column.name)} looks like a number to predict, not like classes`,
    {
      received: `${count} different numbers in ${rows.length} rows`,
      expected: 'a task, since both can be meant',
      fix: "pass task: 'regression' to predict the number, or task: 'classification' if each is a class",
    },
  );
}

function numbers(
  column: Column,
  rows: Uint32Array,
  file: string,
): { classes: readonly string[]; y: ArrayDataset<'float32'>['y'] } {
  if (column.type === 'string') {
    throw new ValueError(`tableDataset: column ${JSON.stringify(column.name)} is text, not a number to predict`, {
      received: `values such as ${JSON.stringify(column.data.find((value) => value !== null))}`,
      expected: 'a column of numbers',
      fix: numbersHint(column.data) ?? "leave task: 'regression' out to take its values as classes",
    });
  }
  for (const row of rows) expectFloat32(Number(column.data[row]), column.name, row, file);
  const data = Float32Array.from(rows, (row) => Number(column.data[row]));
  return { classes: [], y: { dtype: 'float32', shape: [rows.length], data } };
}
