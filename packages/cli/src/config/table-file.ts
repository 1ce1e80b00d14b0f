import { readCsv, readJsonLines, readParquet, type Table } from '@descent/datasets';
import { UsageError } from '../errors.ts';
import type { CsvNotation } from './define-config.ts';
import type { ConfigFiles } from './files.ts';

/** Reads a CSV or TSV file as a config says that it is written. */
export function readCsvFile(files: ConfigFiles, path: string, notation: CsvNotation): Promise<Table> {
  const { delimiter, comment, header, decimal, thousands, types, missingTexts } = notation;
  return readCsv(files.file(path), {
    ...(delimiter !== undefined && { delimiter }),
    ...(comment !== undefined && { comment }),
    ...(header !== undefined && { header }),
    ...(decimal !== undefined && { decimal }),
    ...(thousands !== undefined && { thousands }),
    ...(types !== undefined && { types }),
    ...(missingTexts !== undefined && { missing: missingTexts }),
  });
}

/** How the names of files end that are no CSV files. */
const OTHER = /\.(?:parquet|(?:jsonl|ndjson)(?:\.gz)?)$/i;

/** Keys that say how a CSV file is written. */
const NOTATION = ['delimiter', 'comment', 'header', 'decimal', 'thousands', 'types', 'missingTexts'] as const;

/**
 * Reads a table from a file that its name tells: `.parquet`, JSON lines (`.jsonl`, `.ndjson`, with `.gz` behind them or not), and else CSV or TSV.
 * @throws UsageError for keys of CSV files where the file is another.
 */
export function readTableFile(files: ConfigFiles, path: string, notation: CsvNotation): Promise<Table> {
  if (!OTHER.test(path)) return readCsvFile(files, path, notation);
  const other = /\.parquet$/i.test(path) ? readParquet : readJsonLines;
  const said = NOTATION.find((key) => notation[key] !== undefined);
  if (said === undefined) return other(files.file(path));
  throw new UsageError(`${said} says how a CSV file is written`, {
    path: `data.${said}`,
    received: files.nameOf(path),
    expected: 'a CSV or TSV file',
    fix: `leave ${said} out`,
  });
}

/** As `readTableFile`, with these columns as text: of a CSV file, texts may look like numbers. Other files say themselves what a text is. */
export async function readTexts(
  files: ConfigFiles,
  path: string,
  notation: CsvNotation,
  names: readonly string[],
): Promise<Table> {
  const table = await readTableFile(files, path, notation);
  const taken = table.columns.filter(({ name, type }) => names.includes(name) && type !== 'string');
  if (taken.length === 0 || OTHER.test(path)) return table;
  const types = Object.fromEntries(taken.map(({ name }) => [name, 'string'] as const));
  return readCsvFile(files, path, { ...notation, types: { ...types, ...notation.types } });
}
