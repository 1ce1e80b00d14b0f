import { describeValue, ValueError } from '@descent/core';
import { isPlainRecord } from '../dataset-check.ts';
import type { NumberColumn } from './number-column.ts';

/** What a JSON text says; other values as they are. */
export function fromJson(given: unknown): unknown {
  if (typeof given !== 'string') return given;
  try {
    return JSON.parse(given);
  } catch (cause) {
    throw damaged('the text', `no JSON: ${(cause as Error).message}`, 'what JSON.stringify(preparation) gives');
  }
}

function expectNumberColumn(path: string, value: unknown): asserts value is NumberColumn {
  const { name, mean, std, missing } = (isPlainRecord(value) ? value : {}) as Partial<NumberColumn>;
  if (typeof name !== 'string') throw damaged(`${path}.name`, describeValue(name), 'a text');
  if (!Number.isFinite(mean)) throw damaged(`${path}.mean`, describeValue(mean), 'a finite number');
  if (!Number.isFinite(std) || (std as number) < 0)
    throw damaged(`${path}.std`, describeValue(std), 'a finite number of at least 0');
  if (!isCount(missing)) throw damaged(`${path}.missing`, describeValue(missing), 'a number of rows');
}

/** Throws unless `value` is a list of at least `least` columns of numbers. */
export function expectNumberColumns(path: string, value: unknown, least = 1): asserts value is readonly NumberColumn[] {
  const columns = list(path, value);
  if (columns.length < least) throw damaged(path, 'nothing', 'at least one column');
  columns.forEach((column, i) => {
    expectNumberColumn(`${path}[${i}]`, column);
  });
}

/** The list at `path`. */
export function list(path: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw damaged(path, describeValue(value), 'a list');
}

/** Whether a value is a whole number of at least `least`. */
export function isCount(value: unknown, least = 0): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

/** The error for a preparation that is not as it was made. */
export function damaged(path: string, received: string, expected: string): ValueError {
  return new ValueError('the preparation is damaged', {
    path,
    received,
    expected,
    fix: 'write it with JSON.stringify as it was given, and change nothing in it',
  });
}
