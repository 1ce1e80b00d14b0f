// The parser of CSV in Node: csv-parse on streams of Node.
import { Readable } from 'node:stream';
import { type Options, parse } from 'csv-parse';

export type { CsvError } from 'csv-parse';

/** A row, with what the parser says about it. */
export interface CsvRecord {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

export type CsvParserOptions = Options & { readonly info: true };

/** The rows of a text that comes in pieces. Throws what `text` throws, and a `CsvError`. */
export async function* csvRecords(
  text: AsyncIterable<string>,
  options: CsvParserOptions,
): AsyncGenerator<CsvRecord, void> {
  const parser = parse(options);
  const source = Readable.from(text);
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  try {
    yield* parser as AsyncIterable<CsvRecord>;
  } finally {
    source.destroy();
    parser.destroy();
  }
}
