import { losesDigits } from './digits.ts';

/** One column of a table, all values of one type. */
export type Column =
  | { readonly name: string; readonly type: 'int32'; readonly data: Int32Array; readonly missing: 0 }
  /** A missing value is NaN. */
  | { readonly name: string; readonly type: 'float64'; readonly data: Float64Array; readonly missing: number }
  /** A missing value is null. */
  | {
      readonly name: string;
      readonly type: 'boolean';
      readonly data: readonly (boolean | null)[];
      readonly missing: number;
    }
  | {
      readonly name: string;
      readonly type: 'string';
      readonly data: readonly (string | null)[];
      readonly missing: number;
    };

export type ColumnType = Column['type'];

/** Named columns of equal length. A plain value. */
export interface Table {
  /** Where it came from, for errors. */
  readonly name: string;
  /** Rows. */
  readonly length: number;
  readonly columns: readonly Column[];
}

const INTEGER = /^[+-]?\d+$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** An integer written as a decimal; its sign may be left out. */
const WHOLE = /^\+?(-?\d+)\.0*$/;
const INFINITE = /^[+-]?inf(?:inity)?$/i;
const BOOLEAN = /^(?:true|false)$/i;
// A zip code, a telephone number: as a number it would lose its zeros.
const LEADING_ZERO = /^[+-]?0\d/;

/** The narrowest type that keeps every text as it is: whole numbers, numbers, true and false, else text. */
export function inferType(values: readonly (string | null)[]): ColumnType {
  let type: ColumnType | undefined;
  let missing = false;
  for (const value of values) {
    if (value === null) {
      missing = true;
      continue;
    }
    const own = typeOf(value);
    if (own === 'string') return 'string';
    if (type === undefined) type = own;
    else if (type !== own) {
      if (type === 'boolean' || own === 'boolean') return 'string';
      type = 'float64';
    }
  }
  // A column without a value says nothing; as numbers it can at least be counted.
  if (type === undefined) return 'float64';
  return type === 'int32' && missing ? 'float64' : type;
}

function typeOf(value: string): ColumnType {
  if (BOOLEAN.test(value)) return 'boolean';
  if (LEADING_ZERO.test(value)) return 'string';
  if (INTEGER.test(value)) {
    const number = Number(value);
    if (number >= -(2 ** 31) && number < 2 ** 31) return 'int32';
    // Beyond 2^53 neighbours fall together, and a long number is more likely an identifier.
    return Number.isSafeInteger(number) ? 'float64' : 'string';
  }
  const [, digits] = WHOLE.exec(value) ?? [];
  if (digits !== undefined && losesDigits(digits, true)) return 'string';
  return parseNumber(value) === undefined ? 'string' : 'float64';
}

/** The number that a text stands for, or undefined when it stands for none, or for one that float64 would make infinite. */
export function parseNumber(value: string): number | undefined {
  if (NUMBER.test(value)) return Number.isFinite(Number(value)) ? Number(value) : undefined;
  if (INFINITE.test(value)) return value.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return undefined;
}

/** A column of texts as `type`; returns the row that does not fit instead, when one does not. */
export function convertColumn(
  name: string,
  values: readonly (string | null)[],
  type: ColumnType,
): Column | { readonly row: number } {
  const missing = values.reduce((count, value) => count + (value === null ? 1 : 0), 0);
  switch (type) {
    case 'string':
      return { name, type, data: values, missing };
    case 'boolean': {
      const row = values.findIndex((value) => value !== null && !BOOLEAN.test(value));
      if (row >= 0) return { row };
      return {
        name,
        type,
        data: values.map((value) => (value === null ? null : value.toLowerCase() === 'true')),
        missing,
      };
    }
    case 'float64': {
      const data = new Float64Array(values.length);
      for (let row = 0; row < values.length; row++) {
        const value = values[row] as string | null;
        const number = value === null ? Number.NaN : parseNumber(value);
        if (number === undefined) return { row };
        data[row] = number;
      }
      return { name, type, data, missing };
    }
    case 'int32': {
      const data = new Int32Array(values.length);
      for (let row = 0; row < values.length; row++) {
        const value = values[row] as string | null;
        const number = value !== null && INTEGER.test(value) ? Number(value) : Number.NaN;
        if (!(number >= -(2 ** 31) && number < 2 ** 31)) return { row };
        data[row] = number;
      }
      return { name, type, data, missing: 0 };
    }
  }
}

/** Why plain values are no column, and which is to blame. */
export interface NoColumn {
  readonly row: number;
  readonly reason: 'type' | 'digits';
}

/**
 * A column of plain values, such as those of JSON; integers that float64 cannot keep are bigints, and a column of whole numbers with one of them becomes
 * text, with every digit. Tells the first value that does not fit instead, when there is one: of another type, or such an integer beside decimals.
 */
export function columnOf(name: string, values: readonly unknown[]): Column | NoColumn {
  let missing = 0;
  let kind: string | undefined;
  let long = -1;
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value === null || value === undefined) {
      missing += 1;
      continue;
    }
    const own = typeof value === 'bigint' ? 'number' : typeof value;
    if (own !== 'number' && own !== 'boolean' && own !== 'string') return { row, reason: 'type' };
    if (long < 0 && typeof value === 'bigint' && !Number.isSafeInteger(Number(value))) long = row;
    if (kind === undefined) kind = own;
    else if (kind !== own) return { row, reason: 'type' };
  }
  if (kind === 'string')
    return { name, type: 'string', data: values.map((v) => (v ?? null) as string | null), missing };
  if (kind === 'boolean')
    return { name, type: 'boolean', data: values.map((v) => (v ?? null) as boolean | null), missing };
  if (long >= 0) {
    const isWhole = values.every((v) => v === null || v === undefined || typeof v === 'bigint' || Number.isInteger(v));
    if (!isWhole) return { row: long, reason: 'digits' };
    const data = values.map((v) => (v === null || v === undefined ? null : String(BigInt(v as number | bigint))));
    return { name, type: 'string', data, missing };
  }
  const whole = missing === 0 && kind !== undefined && values.every((v) => Object.is(Number(v) | 0, Number(v)));
  if (whole) return { name, type: 'int32', data: Int32Array.from(values, Number), missing: 0 };
  const data = Float64Array.from(values, (v) => (v === null || v === undefined ? Number.NaN : Number(v)));
  return { name, type: 'float64', data, missing };
}
