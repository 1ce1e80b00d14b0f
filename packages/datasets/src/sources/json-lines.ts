import { expectOptions } from '@descent/core';
import { expectArgument } from '../arguments.ts';
import { DataFileError, DataFormatError } from '../errors.ts';
import { parseExactJson } from './exact-json.ts';
import { byteStream } from './gzip.ts';
import { expectStream, type StreamSource, sourceName } from './source.ts';
import { type Column, columnOf, type Table } from './table.ts';
import { decodeUtf8, lines } from './text.ts';

export interface JsonLinesOptions {
  /** The most bytes, before and after gzip. Default 1 GiB. */
  readonly limit?: number;
  /** The most characters of a line. Default 16 million. */
  readonly maxLineLength?: number;
  /** Default 50 million. */
  readonly maxRows?: number;
  /** The most different keys of a table. Default 10,000. */
  readonly maxColumns?: number;
  /** The name that errors use. Default: the path, or `JSON lines` for bytes. */
  readonly name?: string;
  /** Of `jsonLines`: is told of a line that is not JSON, which is left out then. Default: the error is thrown, and ends the file. */
  readonly onBadLine?: (error: DataFormatError, line: number) => void;
}

const JSON_OPTIONS: readonly string[] = ['limit', 'maxLineLength', 'maxRows', 'maxColumns', 'name', 'onBadLine'];

/**
 * The values of a file with one JSON value a line, gzipped or not, one after another in constant memory; empty lines are left out.
 * Integers beyond 2^53 are bigints, with every digit.
 * @throws DataFileError when the file is missing or above a limit, DataFormatError with the line that is not JSON.
 */
export async function* jsonLines(
  source: StreamSource,
  options: JsonLinesOptions = {},
): AsyncGenerator<{ readonly line: number; readonly value: unknown }, void> {
  expectStream('jsonLines', source);
  expectOptions('jsonLines', options, JSON_OPTIONS);
  const { limit = 2 ** 30, maxLineLength = 16_000_000, name = sourceName(source, 'JSON lines'), onBadLine } = options;
  const isFunction = onBadLine === undefined || typeof onBadLine === 'function';
  expectArgument('jsonLines.onBadLine', isFunction, onBadLine, 'a function: (error, line) => …');
  for await (const { line, text } of lines(decodeUtf8(byteStream(source, limit, name), name), maxLineLength, name)) {
    if (text.trim() === '') continue;
    let value: unknown;
    try {
      value = parseExactJson(text);
    } catch (cause) {
      const error = new DataFormatError('the line is not JSON', {
        file: name,
        line,
        received: `${JSON.stringify(text.slice(0, 60))}: ${(cause as Error).message}`,
        expected: 'one JSON value',
        fix: jsonAdvice(text.trim()),
        cause,
      });
      if (onBadLine === undefined) throw error;
      onBadLine(error, line);
      continue;
    }
    yield { line, value };
  }
}

/**
 * Reads a file with one JSON object a line as a table: its columns are the keys, in the order of their first use; a key that a line lacks is
 * missing there. Values are numbers, strings, true, false or null, of one type a column; whole numbers of which one is beyond 2^53 become text, with
 * every digit.
 * @throws DataFileError when the file is missing or above a limit, DataFormatError with the line that does not fit.
 */
export async function readJsonLines(source: StreamSource, options: JsonLinesOptions = {}): Promise<Table> {
  expectStream('readJsonLines', source);
  expectOptions('readJsonLines', options, JSON_OPTIONS);
  const { maxRows = 50_000_000, maxColumns = 10_000, name = sourceName(source, 'JSON lines') } = options;
  const columns = new Map<string, unknown[]>();
  const lineOf: number[] = [];
  for await (const { line, value } of jsonLines(source, options)) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new DataFormatError('the line is no JSON object', {
        file: name,
        line,
        received: shown(value),
        expected: 'an object such as {"width": 1.5, "kind": "a"}',
        fix: Array.isArray(value) ? LIST_ADVICE : undefined,
      });
    }
    for (const [key, item] of Object.entries(value)) {
      let column = columns.get(key);
      if (column === undefined) {
        column = [];
        columns.set(key, column);
      }
      column[lineOf.length] = item;
    }
    lineOf.push(line);
    if (lineOf.length > maxRows || columns.size > maxColumns) {
      throw new DataFileError('the table is too large', {
        file: name,
        received: `more than ${maxRows} rows or ${maxColumns} columns`,
        fix: 'raise maxRows or maxColumns if the file can be trusted',
      });
    }
  }
  const length = lineOf.length;
  return { name, length, columns: Array.from(columns, ([key, values]) => typed(key, values, length, lineOf, name)) };
}

function typed(key: string, values: unknown[], length: number, lineOf: readonly number[], file: string): Column {
  // Keys that later lines lack leave the array short.
  values.length = length;
  const result = columnOf(key, Array.from(values));
  if (!('row' in result)) return result;
  const value = shown(values[result.row]);
  if (result.reason === 'digits') {
    throw new DataFormatError(
      `${JSON.stringify(key)} has an integer with more digits than a number keeps, beside decimals`,
      {
        file,
        line: lineOf[result.row],
        received: value,
        expected: 'whole numbers, which become text then, or numbers up to 2^53 in size',
        fix: `write it as text, or with an exponent if its last digits do not count: ${Number(values[result.row]).toExponential()}`,
      },
    );
  }
  throw new DataFormatError(`${JSON.stringify(key)} has a value of another type`, {
    file,
    line: lineOf[result.row],
    received: value,
    expected: 'numbers, strings, or true and false, of one type in all lines',
  });
}

/** A value as it stands in the file, for errors. */
function shown(value: unknown): string {
  if (typeof value === 'bigint') return String(value).slice(0, 60);
  try {
    const text = JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item));
    return text?.slice(0, 60) ?? String(value);
  } catch {
    // What JSON.parse makes may be nested more deeply than JSON.stringify can follow.
    return `${Array.isArray(value) ? 'a list' : 'an object'}, deeply nested`;
  }
}

const LIST_ADVICE = 'write each element on a line of its own, or read a file of one list as tableOf(JSON.parse(text))';

function jsonAdvice(text: string): string | undefined {
  if (/^[[{]$/.test(text)) return `a value stands on one line, not on several; of a list ${LIST_ADVICE}`;
  if (/^\{.*\},$/.test(text)) return 'leave out the comma at the end of the line';
  return /[\s:[,](-?Infinity|NaN|None)\b/.test(text)
    ? 'JSON has no such number: write null, which is a missing value'
    : undefined;
}
