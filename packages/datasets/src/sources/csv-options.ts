import { expectOptions, ValueError } from '@descent/core';
import { type Notation, THOUSANDS, type Thousands } from './number-notation.ts';
import { expectStream, type StreamSource, sourceName } from './source.ts';
import type { ColumnType } from './table.ts';

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
  /** The mark before decimals: `.` (the default), or `,` as in files with the delimiter `;`, whose numbers may be `1,5E-03`. */
  readonly decimal?: '.' | ',';
  /** The mark between groups of three digits, as in `1.234,5` (`.`), `1,234.5` (`,`), `1 234` (a space of any kind) or `1'234`. Default: none. */
  readonly thousands?: Thousands;
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

export type CsvSettings = Required<Omit<CsvOptions, 'comment' | 'types' | 'thousands'>> &
  Pick<CsvOptions, 'comment' | 'types' | 'thousands'>;

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

const NAMES: readonly string[] = [...Object.keys(DEFAULTS), 'delimiter', 'comment', 'types', 'thousands', 'name'];

/** The options with defaults filled in. Throws a `ValueError` for one that is unknown, wrong, or clashes with another. */
export function csvSettings(source: StreamSource, options: CsvOptions): CsvSettings {
  expectStream('readCsv', source);
  expectOptions('readCsv', options, NAMES);
  const name = sourceName(source, 'CSV data');
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as CsvOptions;
  const settings: CsvSettings = {
    ...DEFAULTS,
    delimiter: /\.tsv(\.gz)?(\?…)?$/i.test(name) ? '\t' : ',',
    name,
    ...given,
  };
  for (const key of ['limit', 'maxRows', 'maxColumns', 'maxRowLength'] as const) {
    check(
      Number.isInteger(settings[key]) && settings[key] >= 1,
      `${key} is a count`,
      settings[key],
      'a positive integer',
    );
  }
  const { delimiter, quote, comment, header, missing, types = {} } = settings;
  check(typeof delimiter === 'string', 'delimiter is a text', delimiter, "a text such as ';'");
  check(typeof quote === 'string', 'quote is a character', quote, 'a text of one character');
  check(comment === undefined || typeof comment === 'string', 'comment is a text', comment, "a text such as '#'");
  check(typeof header === 'boolean' || isTexts(header), 'header is a switch, or names', header, 'true, false or names');
  check(isTexts(missing), 'missing lists texts', missing, "a list such as ['?', '']");
  check(typeof types === 'object' && types !== null, 'types is an object', types, "such as { zip: 'string' }");
  for (const [column, type] of Object.entries(types)) {
    const isType = ['int32', 'float64', 'boolean', 'string'].includes(type);
    check(isType, `types.${column} is no type of a column`, type, "'int32', 'float64', 'boolean' or 'string'");
  }
  checkMarks(settings, given.delimiter !== undefined);
  return settings;
}

function checkMarks({ delimiter, quote, decimal, thousands }: CsvSettings, isChosen: boolean): void {
  check(decimal === '.' || decimal === ',', 'decimal is the mark before decimals', decimal, "'.' or ','");
  const isMark = thousands === undefined || Object.hasOwn(THOUSANDS, thousands);
  check(isMark, 'thousands is the mark between groups of three digits', thousands, "'.', ',', ' ', \"'\" or '_'");
  if (delimiter === '' || quote.length !== 1 || delimiter.includes(quote)) {
    throw new ValueError('readCsv: delimiter and quote cannot be told apart', {
      received: `delimiter ${JSON.stringify(delimiter)}, quote ${JSON.stringify(quote)}`,
      expected: 'a delimiter, and another single character',
    });
  }
  if (decimal === thousands || thousands === quote) {
    throw new ValueError('readCsv: one mark stands for two things', {
      received: `decimal ${JSON.stringify(decimal)}, thousands ${JSON.stringify(thousands)}, quote ${JSON.stringify(quote)}`,
      expected: 'three different marks',
      fix:
        decimal === thousands
          ? "for 1.234,5 pass { decimal: ',', thousands: '.' }, for 1,234.5 { thousands: ',' }"
          : 'name the quote of the file with the option quote',
    });
  }
  if (decimal === delimiter && !isChosen) {
    throw new ValueError('readCsv: decimal commas, but commas between fields too', {
      received: "decimal ',' without a delimiter, which is ',' by default",
      expected: 'the delimiter of the file',
      fix: "pass delimiter: ';' (or '\\t'); pass delimiter: ',' if such numbers stand in quotes",
    });
  }
}

/** How numbers are written, by the settings. */
export function notation({ decimal, thousands }: CsvSettings): Notation {
  return { decimal, thousands };
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}

function check(holds: boolean, what: string, received: unknown, expected: string): void {
  if (holds) return;
  const shown = typeof received === 'number' ? String(received) : (JSON.stringify(received) ?? String(received));
  throw new ValueError(`readCsv: ${what}`, { received: shown, expected });
}
