import { DescentError, type DType, formatShape, type NDArray, type NDArrays, numel } from '@descent/core';
import { isLeaf } from '@descent/core/backend';
import {
  prepareRows,
  prepareTexts,
  type TablePreparation,
  type TextPreparation,
  type Tokenizer,
} from '@descent/datasets';
import { didYouMean } from '../config/suggest.ts';
import type { OpenModel } from '../run/open-model.ts';
import type { NamedInput } from '../run/several-arrays.ts';

/** Makes samples `[1, …]` of rows, by what the network takes. */
export interface RowReader {
  /** Values by the names of their columns; texts are what stands in a file. */
  fromColumns(row: Readonly<Record<string, unknown>>): NDArrays;
  /** Numbers of one sample, in whatever nesting. */
  fromNumbers(values: unknown): NDArrays;
  /** Throws for a network that takes no texts. */
  fromText(text: string): NDArrays;
}

/** `columns` are the features in order, where they are known. */
export function rowReader(
  model: Pick<OpenModel, 'table' | 'text' | 'inputs'>,
  path: string,
  columns: readonly string[] | undefined,
  tokenizer: Tokenizer | null,
): RowReader {
  const { table, text, inputs } = model;
  const [input] = inputs as readonly [NamedInput];
  const fromNumbers = (values: unknown): NDArrays => {
    if (inputs.length === 1) return sampleOf(input, flattened(values), path);
    if (typeof values === 'object' && values !== null && !Array.isArray(values)) {
      const parts = values as Readonly<Record<string, unknown>>;
      return Object.fromEntries(
        inputs.map((one) => {
          if (parts[one.name] !== undefined) return [one.name, sampleOf(one, flattened(parts[one.name]), path)];
          throw lacks(
            one.name,
            Object.keys(parts),
            inputs.map(({ name }) => name),
          );
        }),
      );
    }
    throw new DescentError('the network takes several arrays', {
      received: 'one list of numbers',
      expected: `an object with ${(table === undefined ? inputs.map(({ name }) => name) : columnsOf(table)).join(', ')}`,
    });
  };
  const fromText = (given: string): NDArrays => {
    if (text !== undefined && tokenizer !== null) return prepareTexts(text, tokenizer, [given]);
    throw new DescentError('the network takes no texts', {
      path,
      received: JSON.stringify(given.slice(0, 60)),
      expected: 'a network that was trained on texts by a config, which says how they become tokens',
    });
  };
  return {
    fromNumbers,
    fromText,
    fromColumns(row) {
      if (text !== undefined) return fromText(textIn(row, text, columns));
      if (table !== undefined) return tableRow(table, row, inputs.length === 1);
      if (inputs.length > 1) return fromNumbers(row);
      const names = columns ?? Object.keys(row);
      const values = names.map((name) => {
        if (!Object.hasOwn(row, name)) throw lacks(name, Object.keys(row), names);
        return numberOf(row[name], name);
      });
      const size = numel(input.shape.slice(1));
      if (values.length === size) return sampleOf(input, values, path);
      throw new DescentError('a row has another number of columns than the network takes', {
        received: `${values.length}: ${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}`,
        expected: `${size}, for ${input.dtype} ${formatShape(input.shape.slice(1))}`,
        fix: 'name the columns to take, in the order of training: --columns a,b,c',
      });
    },
  };
}

/** The text of a row: in the column of training, or in that which is named. */
function textIn(
  row: Readonly<Record<string, unknown>>,
  { column }: TextPreparation,
  columns: readonly string[] | undefined,
): string {
  const name = columns?.[0] ?? column ?? 'text';
  if (!Object.hasOwn(row, name)) throw lacks(name, Object.keys(row), [name]);
  if (typeof row[name] === 'string') return row[name];
  throw new DescentError(`column ${JSON.stringify(name)} holds no text`, { received: JSON.stringify(row[name]) });
}

/** A row by what the table says of its columns: what stands in a file is text. */
function tableRow(table: TablePreparation, row: Readonly<Record<string, unknown>>, isOne: boolean): NDArrays {
  const names = columnsOf(table);
  const absent = names.find((name) => row[name] === undefined);
  if (absent !== undefined) throw lacks(absent, Object.keys(row), names, 'give null where the value is not known');
  const numbers = table.numbers.map(({ name }) => [name, number(row, name)] as const);
  const categories = table.categories.map(({ name, type }) => [name, category(row, name, type)] as const);
  const prepared = prepareRows(table, [Object.fromEntries<unknown>([...numbers, ...categories])]);
  return isOne && table.categories.length === 0 ? prepared.numbers : prepared;
}

function columnsOf({ numbers, categories }: TablePreparation): readonly string[] {
  return [...numbers, ...categories].map(({ name }) => name);
}

const MISSING: readonly unknown[] = [null, '', 'NA', 'N/A', 'NaN', 'nan', 'null', 'NULL'];

function number(row: Readonly<Record<string, unknown>>, name: string): unknown {
  const value = row[name];
  return MISSING.includes(value) ? null : numberOf(value, name);
}

function category(row: Readonly<Record<string, unknown>>, name: string, type: 'text' | 'boolean' | 'number'): unknown {
  const value = row[name];
  if (MISSING.includes(value)) return null;
  if (typeof value !== 'string' || type === 'text') return value;
  if (type === 'number') return numberOf(value, name);
  return /^true$/i.test(value) ? true : /^false$/i.test(value) ? false : value;
}

function numberOf(value: unknown, column: string): number {
  const found =
    typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (Number.isFinite(found)) return found;
  throw new DescentError(`column ${JSON.stringify(column)} holds no number`, {
    received: value === '' ? 'nothing' : JSON.stringify(value),
    expected: 'a finite number',
  });
}

function flattened(values: unknown): readonly number[] {
  if (!Array.isArray(values)) {
    throw new DescentError('this is no list of numbers', { received: JSON.stringify(values)?.slice(0, 60) });
  }
  return (values.flat(Number.POSITIVE_INFINITY) as readonly unknown[]).map((value, i) => numberOf(value, String(i)));
}

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  uint8: [0, 255],
  bool: [0, 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
};

const ARRAYS = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array, bool: Uint8Array } as const;

function sampleOf({ name, dtype, shape }: NamedInput, values: readonly number[], path: string): NDArray {
  const sample = shape.slice(1);
  const open = sample.filter((size) => size < 0).length;
  const isOpen = open === 1 && sample.length === 1;
  if (!isOpen && values.length !== numel(sample)) {
    throw new DescentError('a sample has another number of values than the network takes', {
      path,
      received: String(values.length),
      expected: `${numel(sample)}, for ${name} ${dtype} ${formatShape(sample)}`,
    });
  }
  const range = RANGES[dtype];
  const odd = range === undefined ? -1 : values.findIndex((v) => !Number.isInteger(v) || v < range[0] || v > range[1]);
  if (odd >= 0) {
    throw new DescentError(`the network takes ${dtype}`, {
      received: `${values[odd]} at place ${odd}`,
      expected: `whole numbers from ${range?.[0]} to ${range?.[1]}`,
    });
  }
  const data = (ARRAYS[dtype as Exclude<DType, 'float64'> as keyof typeof ARRAYS] ?? Float32Array).from(values);
  return { dtype, shape: [1, ...(isOpen ? [values.length] : sample)], data } as NDArray;
}

function lacks(name: string, given: readonly string[], wanted: readonly string[], fix?: string): DescentError {
  // What is another column's name was not meant to be this one's.
  const others = given.filter((one) => !wanted.includes(one));
  return new DescentError(`a row lacks ${JSON.stringify(name)}${didYouMean(name, others)}`, {
    received: given.slice(0, 20).join(', ') || 'nothing',
    expected: wanted.slice(0, 20).join(', '),
    ...(fix !== undefined && { fix }),
  });
}

/** Whether samples can stand below each other: the same shapes and types. */
export function kindOf(x: NDArrays): string {
  return isLeaf(x)
    ? `${x.dtype}[${x.shape.slice(1)}]`
    : Object.entries(x)
        .map(([name, { dtype, shape }]) => `${name}:${dtype}[${shape.slice(1)}]`)
        .join();
}
