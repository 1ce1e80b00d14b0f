import { Readable } from 'node:stream';
import { ValueError } from '@descent/core';
import { CsvError, parse } from 'csv-parse';
import { DataFileError, DataFormatError } from '../errors.ts';
import { byteStream } from './file.ts';
import { type Column, type ColumnType, convertColumn, inferType, type Table } from './table.ts';
import { decodeUtf8 } from './text.ts';

export interface CsvOptions {
  /** Default `,`, or a tab for a path that ends in `.tsv`. */
  readonly delimiter?: string;
  /** Default `"`; doubled inside a quoted field it stands for itself. */
  readonly quote?: string;
  /** Lines that start with it are left out. */
  readonly comment?: string;
  /** The names of the columns: the first row (`true`, the default), `column 1`, … (`false`), or these. */
  readonly header?: boolean | readonly string[];
  /** Texts that stand for a missing value. Default: nothing, `NA`, `N/A`, `NaN`, `nan`, `null`, `NULL`. */
  readonly missing?: readonly string[];
  /** The types of columns that should not be inferred. */
  readonly types?: Readonly<Record<string, ColumnType>>;
  /** The mark before decimals: `.` (the default), or `,` as in files with the delimiter `;`. */
  readonly decimal?: '.' | ',';
  /** The most bytes, before and after gzip. Default 1 GiB. */
  readonly limit?: number;
  /** Default 50 million. */
  readonly maxRows?: number;
  /** Default 100,000. */
  readonly maxColumns?: number;
  /** The most characters of a row. Default 16 million. */
  readonly maxRowLength?: number;
  /** The name that errors use. Default: the path, or `CSV data` for bytes. */
  readonly name?: string;
}

/** One row as it stands in the file. */
export interface CsvRow {
  /** The line that it ends on, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

type Settings = Required<Omit<CsvOptions, 'comment' | 'types'>> & Pick<CsvOptions, 'comment' | 'types'>;

const DEFAULTS = {
  quote: '"',
  header: true,
  missing: ['', 'NA', 'N/A', 'NaN', 'nan', 'null', 'NULL'],
  decimal: '.',
  limit: 2 ** 30,
  maxRows: 50_000_000,
  maxColumns: 100_000,
  maxRowLength: 16_000_000,
} as const;

/**
 * The rows of a CSV or TSV file, gzipped or not, one after another in constant memory; the header is a row like any other.
 * Spaces around fields and empty lines are left out. Text is UTF-8.
 * @throws DataFileError when the file is missing or above a limit, DataFormatError with the line when rows differ in length or quotes are wrong.
 */
export async function* csvRows(source: string | Uint8Array, options: CsvOptions = {}): AsyncGenerator<CsvRow, void> {
  const settings = resolve(source, options);
  const { name, limit, maxRows, maxColumns, maxRowLength } = settings;
  const parser = parse({
    delimiter: settings.delimiter,
    quote: settings.quote,
    escape: settings.quote,
    comment: settings.comment ?? null,
    comment_no_infix: true,
    info: true,
    max_record_size: maxRowLength,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  });
  const text = Readable.from(decodeUtf8(byteStream(source, limit, name), name));
  text.on('error', (error) => parser.destroy(error));
  text.pipe(parser);
  let width: number | undefined;
  let rows = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      rows += 1;
      width ??= record.length;
      if (record.length !== width) {
        throw new DataFormatError('the row has another number of fields than the first', {
          file: name,
          line: info.lines,
          received: `${record.length} fields`,
          expected: `${width} fields`,
          fix: `check the delimiter ${JSON.stringify(settings.delimiter)} and the quotes of this row`,
        });
      }
      if (rows > maxRows + 1 || width > maxColumns) {
        const [what, most, option] =
          width > maxColumns ? ['columns', maxColumns, 'maxColumns'] : ['rows', maxRows, 'maxRows'];
        throw new DataFileError(`the table has too many ${what}`, {
          file: name,
          received: `more than ${most}`,
          expected: `at most ${most}`,
          fix: `raise ${option} if the file can be trusted`,
        });
      }
      yield { line: info.lines, fields: record };
    }
  } catch (cause) {
    throw cause instanceof CsvError ? csvError(cause, settings) : cause;
  } finally {
    text.destroy();
    parser.destroy();
  }
}

/**
 * Reads a CSV or TSV file, gzipped or not, as a table. The type of a column is the narrowest that fits all its values: int32, float64, boolean,
 * else string. A number with leading zeros or more digits than float64 keeps stays a string.
 * @throws DataFileError when the file is missing or above a limit.
 * @throws DataFormatError with the line when rows differ in length, quotes are wrong, or a value is not of its given type.
 */
export async function readCsv(source: string | Uint8Array, options: CsvOptions = {}): Promise<Table> {
  const settings = resolve(source, options);
  const { name, header } = settings;
  const missing = new Set(settings.missing);
  let names: readonly string[] | undefined = Array.isArray(header) ? header : undefined;
  const values: (string | null)[][] = [];
  const lineOf: number[] = [];
  let first = true;
  for await (const { line, fields } of csvRows(source, options)) {
    if (first) {
      first = false;
      names = columnNames(fields, names, header === true, name, line);
      for (let c = 0; c < fields.length; c++) values.push([]);
      if (header === true) continue;
    }
    lineOf.push(line);
    for (let c = 0; c < fields.length; c++) {
      const field = fields[c] as string;
      (values[c] as (string | null)[]).push(missing.has(field) ? null : field);
    }
  }
  const all = names ?? [];
  const unknown = Object.keys(settings.types ?? {}).find((column) => !all.includes(column));
  if (unknown !== undefined) {
    throw new ValueError(`readCsv: types names a column that is not there`, {
      received: JSON.stringify(unknown),
      expected: all.slice(0, 20).join(', '),
    });
  }
  const columns = values.map((column, c) => typed(column, all[c] as string, settings, lineOf));
  return { name, length: lineOf.length, columns };
}

function typed(
  column: readonly (string | null)[],
  name: string,
  settings: Settings,
  lineOf: readonly number[],
): Column {
  const texts =
    settings.decimal === ','
      ? column.map((v) => (v !== null && /^[+-]?\d*,\d+$/.test(v) ? v.replace(',', '.') : v))
      : column;
  const wanted = settings.types?.[name];
  const type = wanted ?? inferType(texts);
  const result = convertColumn(name, type === 'string' ? column : texts, type);
  if (!('row' in result)) return result;
  const value = column[result.row] as string | null;
  throw new DataFormatError(`column ${JSON.stringify(name)} has a value of another type`, {
    file: settings.name,
    line: lineOf[result.row],
    received: value === null ? 'a missing value' : JSON.stringify(value.slice(0, 100)),
    expected: type,
    fix: `correct the value, or ask for types: { ${JSON.stringify(name)}: '${value === null ? 'float64' : 'string'}' }`,
  });
}

function columnNames(
  fields: readonly string[],
  given: readonly string[] | undefined,
  fromRow: boolean,
  file: string,
  line: number,
): readonly string[] {
  if (given !== undefined && given.length !== fields.length) {
    throw new DataFormatError('there is not a name for each column', {
      file,
      line,
      received: `${fields.length} columns, ${given.length} names`,
      expected: 'as many names as columns',
    });
  }
  const names = given ?? fields.map((field, c) => (fromRow && field !== '' ? field : `column ${c + 1}`));
  const twice = names.find((name, c) => names.indexOf(name) !== c);
  if (twice === undefined) return names;
  throw new DataFormatError('two columns have the same name', {
    file,
    line,
    received: JSON.stringify(twice),
    expected: 'a name of its own for each column',
    fix: 'pass header: false when the first row holds data, or the names as header: [...]',
  });
}

function csvError(cause: CsvError, { name, delimiter, quote, maxRowLength }: Settings): Error {
  const line = Number((cause as { readonly lines?: unknown }).lines);
  const details = { file: name, line: Number.isInteger(line) && line > 0 ? line : undefined, cause };
  if (cause.code === 'CSV_MAX_RECORD_SIZE') {
    return new DataFileError('a row is too long', {
      file: name,
      received: `more than ${maxRowLength} characters`,
      expected: `at most ${maxRowLength} characters`,
      fix: 'check that every quote is closed, or raise maxRowLength',
      cause,
    });
  }
  return new DataFormatError('the quotes of the CSV file are wrong', {
    ...details,
    received: cause.message,
    expected: `fields separated by ${JSON.stringify(delimiter)}, in ${quote}${quote} where they hold it`,
    fix: `double a ${quote} inside a quoted field`,
  });
}

function resolve(source: string | Uint8Array, options: CsvOptions): Settings {
  const unknown = Object.keys(options).find((key) => !(key in DEFAULTS || EXTRA.includes(key)));
  if (unknown !== undefined) {
    throw new ValueError(`readCsv has no option '${unknown}'`, {
      expected: [...Object.keys(DEFAULTS), ...EXTRA].join(', '),
    });
  }
  const path = typeof source === 'string' ? source : undefined;
  const settings: Settings = {
    ...DEFAULTS,
    delimiter: path !== undefined && /\.tsv(\.gz)?$/i.test(path) ? '\t' : ',',
    name: path ?? 'CSV data',
    ...options,
  };
  for (const key of ['limit', 'maxRows', 'maxColumns', 'maxRowLength'] as const) {
    if (Number.isInteger(settings[key]) && settings[key] >= 1) continue;
    throw new ValueError(`readCsv: ${key} is a count`, {
      received: String(settings[key]),
      expected: 'a positive integer',
    });
  }
  if (settings.delimiter === '' || settings.quote.length !== 1 || settings.delimiter.includes(settings.quote)) {
    throw new ValueError('readCsv: delimiter and quote cannot be told apart', {
      received: `delimiter ${JSON.stringify(settings.delimiter)}, quote ${JSON.stringify(settings.quote)}`,
      expected: 'a delimiter, and another single character',
    });
  }
  return settings;
}

const EXTRA: readonly string[] = ['delimiter', 'comment', 'types', 'name'];
