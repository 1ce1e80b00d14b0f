import { ValueError } from '@descent/core';
import { type CsvError, csvRecords } from '#platform/csv-parser.js';
import { DataFileError, DataFormatError } from '../errors.ts';
import { commentHint, delimiterHint, withoutSeparatorLine } from './csv-hints.ts';
import { type CsvOptions, type CsvSettings, csvSettings, notation } from './csv-options.ts';
import { byteStream } from './gzip.ts';
import { describeNotation, notationOf, plainNumbers } from './number-notation.ts';
import type { StreamSource } from './source.ts';
import { type Column, convertColumn, inferType, parseNumber, type Table } from './table.ts';
import { decodeUtf8 } from './text.ts';

/** One row as it stands in the file. */
export interface CsvRow {
  /** The line that it ends on, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/**
 * The rows of a CSV or TSV file, gzipped or not, one after another in constant memory; the header is a row like any other.
 * Lines end in `\n`, `\r\n` or `\r`, in any mix. Spaces around fields and empty lines are left out. Text is UTF-8.
 * @throws DataFileError when the file is missing or above a limit, DataFormatError with the line when rows differ in length or quotes are wrong.
 */
export async function* csvRows(source: StreamSource, options: CsvOptions = {}): AsyncGenerator<CsvRow, void> {
  const settings = csvSettings(source, options);
  const { name, limit, maxRows, maxColumns, maxRowLength } = settings;
  /** Lines that the parser counts twice, a `\r\n` in quotes, less those that it does not see. */
  let extra = 0;
  const decoded = withoutSeparatorLine(decodeUtf8(byteStream(source, limit, name), name), settings, () => {
    extra -= 1;
  });
  const records = csvRecords(decoded, {
    delimiter: settings.delimiter,
    quote: settings.quote,
    escape: settings.quote,
    comment: settings.comment ?? null,
    comment_no_infix: true,
    info: true,
    max_record_size: maxRowLength,
    // Named, for otherwise the first line decides for all.
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  });
  let first: readonly string[] | undefined;
  let rows = 0;
  try {
    for await (const { record, info } of records) {
      rows += 1;
      for (const field of record) if (field.includes('\r\n')) extra += field.split('\r\n').length - 1;
      const line = info.lines - extra;
      first ??= record;
      if (record.length !== first.length) {
        throw new DataFormatError('the row has another number of fields than the first', {
          file: name,
          line,
          received: `${record.length} fields`,
          expected: `${first.length} fields`,
          fix:
            commentHint(first, settings) ??
            delimiterHint(first, [record], settings.delimiter) ??
            `check the delimiter ${JSON.stringify(settings.delimiter)} and the quotes of this row`,
        });
      }
      if (rows > maxRows + 1 || first.length > maxColumns) {
        const [what, most, option] =
          first.length > maxColumns ? ['columns', maxColumns, 'maxColumns'] : ['rows', maxRows, 'maxRows'];
        throw new DataFileError(`the table has too many ${what}`, {
          file: name,
          received: `more than ${most}`,
          expected: `at most ${most}`,
          fix: `raise ${option} if the file can be trusted`,
        });
      }
      yield { line, fields: record };
    }
  } catch (cause) {
    throw isCsvError(cause) ? csvError(cause, settings) : cause;
  }
}

/**
 * Reads a CSV or TSV file, gzipped or not, as a table. The type of a column is the narrowest that fits all its values: int32, float64, boolean,
 * else string. A number with leading zeros or more digits than float64 keeps stays a string.
 * @throws DataFileError when the file is missing or above a limit.
 * @throws DataFormatError with the line when rows differ in length, quotes are wrong, a value is not of its given type, or a number among numbers is written
 * otherwise than `decimal` and `thousands` say. ValueError for options that are wrong or clash.
 */
export async function readCsv(source: StreamSource, options: CsvOptions = {}): Promise<Table> {
  const settings = csvSettings(source, options);
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
      fix: delimiterHint(all, [], settings.delimiter),
    });
  }
  const columns = values.map((column, c) => typed(column, all[c] as string, settings, lineOf));
  return { name, length: lineOf.length, columns };
}

function typed(
  column: readonly (string | null)[],
  name: string,
  settings: CsvSettings,
  lineOf: readonly number[],
): Column {
  const plain = plainNumbers(notation(settings));
  const texts = column.map((value) => (value === null ? null : plain(value)));
  const odd = texts.indexOf(undefined);
  const wanted = settings.types?.[name];
  if (odd >= 0) {
    // Among numbers it would be one, but which? A column of nothing else, such as dates, is text.
    const isAmongNumbers = texts.some((text) => typeof text === 'string' && parseNumber(text) !== undefined);
    const isNumeric = wanted === 'int32' || wanted === 'float64' || (wanted === undefined && isAmongNumbers);
    const isOther = texts.some((text) => typeof text === 'string' && parseNumber(text) === undefined);
    if (isNumeric && (!isOther || wanted !== undefined)) throw otherNotation(column, odd, name, settings, lineOf);
    const result = convertColumn(name, column, wanted ?? 'string');
    if (!('row' in result)) return result;
    throw otherType(column, result.row, wanted ?? 'string', name, settings, lineOf);
  }
  const type = wanted ?? inferType(texts as (string | null)[]);
  const result = convertColumn(name, type === 'string' ? column : (texts as (string | null)[]), type);
  if (!('row' in result)) return result;
  throw otherType(column, result.row, type, name, settings, lineOf);
}

function otherType(
  column: readonly (string | null)[],
  row: number,
  type: Column['type'],
  name: string,
  settings: CsvSettings,
  lineOf: readonly number[],
): DataFormatError {
  const value = column[row] as string | null;
  const isNumeric = type === 'int32' || type === 'float64';
  const plain = value === null ? undefined : plainNumbers(notation(settings))(value);
  // A number already, which int32 cannot be.
  const isNumber = isNumeric && plain !== undefined && parseNumber(plain) !== undefined;
  const other = value === null || !isNumeric || isNumber ? undefined : notationOf([value]);
  return new DataFormatError(`column ${JSON.stringify(name)} has a value of another type`, {
    file: settings.name,
    line: lineOf[row],
    received: value === null ? 'a missing value' : JSON.stringify(value.slice(0, 100)),
    expected: type,
    fix:
      other === undefined
        ? `correct the value, or ask for types: { ${JSON.stringify(name)}: '${value === null || isNumber ? 'float64' : 'string'}' }`
        : `say how numbers are written: ${other}`,
  });
}

function otherNotation(
  column: readonly (string | null)[],
  row: number,
  name: string,
  settings: CsvSettings,
  lineOf: readonly number[],
): DataFormatError {
  const own = notation(settings);
  const other = notationOf(column.filter((value): value is string => value !== null));
  return new DataFormatError(
    `column ${JSON.stringify(name)} has a number that is written otherwise than the options say`,
    {
      file: settings.name,
      line: lineOf[row],
      received: JSON.stringify((column[row] as string).slice(0, 100)),
      expected: `a number with ${describeNotation(own)}${own.thousands === undefined ? ' and no marks between digits' : ', groups of three digits'}`,
      fix:
        other === undefined
          ? `correct the value, or take the column as text with types: { ${JSON.stringify(name)}: 'string' }`
          : `all values of the column are numbers with ${other}`,
    },
  );
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

function isCsvError(cause: unknown): cause is CsvError {
  return (
    cause instanceof Error && /^(CSV_|INVALID_OPENING_QUOTE$)/.test(String((cause as { readonly code?: unknown }).code))
  );
}

function csvError(cause: CsvError, { name, delimiter, quote, maxRowLength }: CsvSettings): Error {
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
