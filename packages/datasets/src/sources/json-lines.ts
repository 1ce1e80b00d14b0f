import { DataFileError, DataFormatError } from '../errors.ts';
import { byteStream } from './file.ts';
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
}

/**
 * The values of a file with one JSON value a line, gzipped or not, one after another in constant memory; empty lines are left out.
 * @throws DataFileError when the file is missing or above a limit, DataFormatError with the line that is not JSON.
 */
export async function* jsonLines(
  source: string | Uint8Array,
  options: JsonLinesOptions = {},
): AsyncGenerator<{ readonly line: number; readonly value: unknown }, void> {
  const { limit = 2 ** 30, maxLineLength = 16_000_000, name = nameOf(source) } = options;
  for await (const { line, text } of lines(decodeUtf8(byteStream(source, limit, name), name), maxLineLength, name)) {
    if (text.trim() === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw new DataFormatError('the line is not JSON', {
        file: name,
        line,
        received: `${JSON.stringify(text.slice(0, 60))}: ${(cause as Error).message}`,
        expected: 'one JSON value',
        cause,
      });
    }
    yield { line, value };
  }
}

/**
 * Reads a file with one JSON object a line as a table: its columns are the keys, in the order of their first use; a key that a line lacks is
 * missing there. Values are numbers, strings, true, false or null, of one type a column.
 * @throws DataFileError when the file is missing or above a limit, DataFormatError with the line that does not fit.
 */
export async function readJsonLines(source: string | Uint8Array, options: JsonLinesOptions = {}): Promise<Table> {
  const { maxRows = 50_000_000, maxColumns = 10_000, name = nameOf(source) } = options;
  const columns = new Map<string, unknown[]>();
  const lineOf: number[] = [];
  for await (const { line, value } of jsonLines(source, options)) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new DataFormatError('the line is no JSON object', {
        file: name,
        line,
        received: JSON.stringify(value).slice(0, 60),
        expected: 'an object such as {"width": 1.5, "kind": "a"}',
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
  throw new DataFormatError(`${JSON.stringify(key)} has a value of another type`, {
    file,
    line: lineOf[result.row],
    received: JSON.stringify(values[result.row])?.slice(0, 60),
    expected: 'numbers, strings, or true and false, of one type in all lines',
  });
}

function nameOf(source: string | Uint8Array): string {
  return typeof source === 'string' ? source : 'JSON lines';
}
