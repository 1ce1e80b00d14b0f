import { expectOptions, ValueError } from '@descent/core';
import type { FileMetaData, SchemaElement } from 'hyparquet';
import { DataFileError, DataFormatError, reason } from '../errors.ts';
import { type ParquetReader, readChunk, VALUE_BYTES, type Value } from './parquet-chunk.ts';
import { describeColumn, readMetadata, topLevel, unsupported } from './parquet-file.ts';
import { type DataSource, sourceBytes, sourceName } from './source.ts';
import { type Column, columnOf, type Table } from './table.ts';

export interface ParquetOptions {
  /** Read only these columns, in this order. Default: all. */
  readonly columns?: readonly string[];
  /** The most bytes of the file, and of what it unpacks and decodes to, each value of a column eight. Default 1 GiB. */
  readonly limit?: number;
  /** Default 50 million. */
  readonly maxRows?: number;
  /** The name that errors use. Default: the path, or `Parquet data` for bytes. */
  readonly name?: string;
}

/**
 * Reads a Parquet file as a table: flat columns of numbers, true and false, and text, with or without missing values; every encoding
 * and both versions of pages; uncompressed, Snappy, gzip, Brotli, and Zstandard where Node (22.15 and later) or the browser has it, as with Brotli in browsers. A column of integers of which one is
 * beyond 2^53 becomes text, with every digit. hyparquet decodes the pages; what they claim is checked before.
 * @throws DataFileError when the file is missing or above a limit.
 * @throws DataFormatError when it is damaged, or a wanted column is nested or of a type, encoding or compression that is not read.
 */
export async function readParquet(source: DataSource, options: ParquetOptions = {}): Promise<Table> {
  expectOptions('readParquet', options, ['columns', 'limit', 'maxRows', 'name']);
  const { limit = 2 ** 30, maxRows = 50_000_000, name = sourceName(source, 'Parquet data') } = options;
  const bytes = await sourceBytes('readParquet', source, limit, name);
  const metadata = readMetadata(bytes, name);
  const rows = Number(metadata.num_rows);
  if (!(rows >= 0 && rows <= maxRows)) {
    throw new DataFileError('the table has too many rows', {
      file: name,
      received: String(metadata.num_rows),
      expected: `at most ${maxRows}`,
      fix: 'raise maxRows if the file can be trusted',
    });
  }
  const reader: ParquetReader = { bytes, file: name, left: limit };
  const all = topLevel(metadata.schema, name);
  const wanted = options.columns ?? all.map((element) => element.name);
  expectRoom(rows, wanted.length, limit, name);
  const columns: Column[] = [];
  for (const column of wanted) {
    const [element, twin] = all.filter((candidate) => candidate.name === column);
    if (element === undefined) {
      throw new ValueError('readParquet: there is no such column', {
        received: column,
        expected: all
          .slice(0, 20)
          .map((candidate) => candidate.name)
          .join(', '),
      });
    }
    if (twin !== undefined)
      throw unsupported(name, column, 'two columns have this name', 'give one of them another name');
    const values = await checkedColumn(reader, metadata, element, rows);
    const result = columnOf(column, values);
    if (!('row' in result)) {
      columns.push(result);
      continue;
    }
    // A column of one type on disk has values of one type, unless the description of the file lies.
    throw new DataFormatError('a column holds values of several types', { file: name, received: column });
  }
  return { name, length: rows, columns };
}

/** A few bytes of a file may stand for a million rows: what they take is known before they are decoded. */
function expectRoom(rows: number, columns: number, limit: number, file: string): void {
  const bytes = rows * columns * VALUE_BYTES;
  if (bytes <= limit) return;
  throw new DataFileError('the table is too large', {
    file,
    received: `${rows} rows of ${columns} columns: ${bytes} bytes`,
    expected: `at most ${limit} bytes`,
    fix: 'read some columns, with columns: [...], or raise the limit option if the file can be trusted',
  });
}

/**
 * The parser of the description fills in what a damaged file says, of whatever type, so that a field may be anything where it is used; what that leads to
 * is an error about the file too.
 */
async function checkedColumn(
  reader: ParquetReader,
  metadata: FileMetaData,
  element: SchemaElement,
  rows: number,
): Promise<Value[]> {
  try {
    return await readColumn(reader, metadata, element, rows);
  } catch (cause) {
    if (cause instanceof DataFormatError || cause instanceof DataFileError) throw cause;
    throw new DataFormatError('the description of the Parquet file is damaged', {
      file: reader.file,
      received: `column ${JSON.stringify(element.name)}: ${reason(cause)}`,
      expected: 'a description of each column and page',
      fix: 'write the file again, or fetch it again',
      cause,
    });
  }
}

async function readColumn(
  reader: ParquetReader,
  metadata: FileMetaData,
  element: SchemaElement,
  rows: number,
): Promise<Value[]> {
  const column = describeColumn(element, reader.file);
  const { name } = column;
  const values: Value[] = [];
  for (const group of metadata.row_groups) {
    const chunk = group.columns.find(
      ({ meta_data: own }) => own?.path_in_schema?.length === 1 && own.path_in_schema[0] === name,
    );
    if (chunk?.meta_data === undefined || chunk.file_path !== undefined) {
      throw unsupported(reader.file, name, 'a group of rows without it in this file');
    }
    if (chunk.meta_data.type !== column.type)
      throw unsupported(reader.file, name, `values of type ${chunk.meta_data.type}`);
    await readChunk(reader, chunk.meta_data, column, Number(group.num_rows), values);
  }
  if (values.length !== rows) throw unsupported(reader.file, name, `${values.length} values for ${rows} rows`);
  return values;
}
