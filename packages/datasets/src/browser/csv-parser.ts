// The parser of CSV in a browser: the same csv-parse, with the streams of Node that it brings along, loaded when it is needed.
import type { CsvParserOptions, CsvRecord } from '../node/csv-parser.ts';

export type { CsvError } from 'csv-parse/browser/esm';

/** The rows of a text that comes in pieces. Throws what `text` throws, and a `CsvError`. */
export async function* csvRecords(
  text: AsyncIterable<string>,
  options: CsvParserOptions,
): AsyncGenerator<CsvRecord, void> {
  const { parse } = await import('csv-parse/browser/esm');
  const parser = parse(options);
  let records: CsvRecord[] = [];
  parser.on('data', (record: CsvRecord) => records.push(record));
  const failed = new Promise<never>((_, reject) => parser.on('error', reject));
  failed.catch(() => {});
  const ended = new Promise<void>((resolve) => parser.on('end', resolve));
  const taken = (): CsvRecord[] => {
    const all = records;
    records = [];
    return all;
  };
  for await (const piece of text) {
    // Rows are given away after each piece, so that no more than those of one are kept.
    const written = new Promise<void>((resolve, reject) =>
      parser.write(piece, (error) => (error == null ? resolve() : reject(error))),
    );
    await Promise.race([failed, written]);
    yield* taken();
  }
  parser.end();
  await Promise.race([failed, ended]);
  yield* taken();
}
