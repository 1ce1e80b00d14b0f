import * as zlib from 'node:zlib';
import { expectOptions, ValueError } from '@descent/core';
import { type FileMetaData, type PageHeader, parquetMetadata, type SchemaElement } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { DataFileError, DataFormatError } from '../errors.ts';
import { checkLimit, reason, sourceBytes } from './file.ts';
import { type Cursor, cursor, type PhysicalType, type PlainValue, readHybrid, readPlain } from './parquet-page.ts';
import { unpackSnappy } from './snappy.ts';
import { columnOf, type Table } from './table.ts';
import { thriftEnd } from './thrift-check.ts';

export interface ParquetOptions {
  /** Read only these columns, in this order. Default: all. */
  readonly columns?: readonly string[];
  /** The most bytes of the file, and of what it unpacks to. Default 1 GiB. */
  readonly limit?: number;
  /** Default 50 million. */
  readonly maxRows?: number;
  /** The name that errors use. Default: the path, or `Parquet data` for bytes. */
  readonly name?: string;
}

type Value = PlainValue | null;
type Chunk = NonNullable<FileMetaData['row_groups'][number]['columns'][number]['meta_data']>;

interface ReadColumn {
  readonly name: string;
  readonly type: PhysicalType;
  readonly unsigned: boolean;
  readonly optional: boolean;
}

const MAGIC = 0x31524150;

/**
 * Reads a Parquet file as a table: flat columns of numbers, true and false, and text, with or without missing values; plain and dictionary encoding, pages of
 * both versions; uncompressed, Snappy, gzip, Brotli, and Zstandard where Node has it (22.15 and later). A column of integers of which one is beyond 2^53
 * becomes text, with every digit.
 * @throws DataFileError when the file is missing or above a limit.
 * @throws DataFormatError when it is damaged, or a wanted column is nested or of a type, encoding or compression that is not read.
 */
export async function readParquet(source: string | Uint8Array, options: ParquetOptions = {}): Promise<Table> {
  expectOptions('readParquet', options, ['columns', 'limit', 'maxRows', 'name']);
  const {
    limit = 2 ** 30,
    maxRows = 50_000_000,
    name = typeof source === 'string' ? source : 'Parquet data',
  } = options;
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
  const reader: Reader = { bytes, file: name, left: limit };
  const all = topLevel(metadata.schema, name);
  const columns = (options.columns ?? all.map((element) => element.name)).map((column) => {
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
    const values = checkedColumn(reader, metadata, element, rows);
    const result = columnOf(column, values);
    if (!('row' in result)) return result;
    // A column of one type on disk has values of one type, unless the description of the file lies.
    throw new DataFormatError('a column holds values of several types', { file: name, received: column });
  });
  return { name, length: rows, columns };
}

function readMetadata(bytes: Uint8Array, file: string): FileMetaData {
  const damaged = (offset: number, received: string, cause?: unknown): DataFormatError =>
    new DataFormatError('this is no complete Parquet file', {
      file,
      offset,
      received,
      expected: 'PAR1, the data, a description of them, and PAR1',
      fix: 'write the file again, or fetch it again',
      cause,
    });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - 8;
  if (end < 4 || view.getUint32(0, true) !== MAGIC || view.getUint32(end + 4, true) !== MAGIC) {
    throw damaged(0, `${bytes.length} bytes without PAR1 at both ends`);
  }
  const start = end - view.getUint32(end, true);
  if (start < 4) throw damaged(end, `a description of ${end - start} bytes`);
  if (thriftEnd(bytes.subarray(0, end), start) === undefined) throw damaged(start, 'a description that cannot be read');
  let metadata: FileMetaData;
  try {
    metadata = parquetMetadata(bytes.subarray(start), { geoparquet: false });
  } catch (cause) {
    throw damaged(start, reason(cause), cause);
  }
  // What the description says of itself may be of any type; from here on it is what its types say.
  const odd = metadata.schema.find(
    ({ name, num_children: children }) => typeof name !== 'string' || (children !== undefined && !isCount(children)),
  );
  if (odd !== undefined)
    throw damaged(start, `a column named ${String(odd.name)} of ${String(odd.num_children)} columns`);
  const rows = metadata.row_groups.map((group) => Number(group.num_rows));
  const sum = rows.reduce((a, b) => a + b, 0);
  if (metadata.schema.length === 0 || sum !== Number(metadata.num_rows) || rows.some((count) => !(count >= 0))) {
    throw damaged(start, `${metadata.num_rows} rows, but groups of ${sum}`);
  }
  return metadata;
}

/** A length or number of values; a damaged file may hold a bigint, text or nothing in its place. */
function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}

/** The columns, without those inside others, which may have the same names. */
function topLevel(schema: readonly SchemaElement[], file: string): SchemaElement[] {
  const columns: SchemaElement[] = [];
  let inside = 0;
  for (const element of schema.slice(1)) {
    const children = element.num_children ?? 0;
    if (inside === 0) columns.push(element);
    else inside -= 1;
    if (children < 0 || children > schema.length) throw unsupported(file, element.name, `${children} columns inside`);
    inside += children;
  }
  return columns;
}

const TEXT: readonly (string | undefined)[] = ['UTF8', 'ENUM', 'JSON'];
const UNSIGNED: readonly (string | undefined)[] = ['UINT_8', 'UINT_16', 'UINT_32', 'UINT_64'];
const SIGNED: readonly (string | undefined)[] = [undefined, 'INT_8', 'INT_16', 'INT_32', 'INT_64'];

function describeColumn(element: SchemaElement, file: string): ReadColumn {
  const { name, type, converted_type: converted, repetition_type: repetition, logical_type: logical } = element;
  if (type === undefined || element.num_children !== undefined || repetition === 'REPEATED') {
    throw unsupported(file, name, 'it is nested', 'write what is inside as columns of their own');
  }
  const text = type === 'BYTE_ARRAY' && (TEXT.includes(converted) || logical?.type === 'STRING');
  const number =
    (type === 'BOOLEAN' || type === 'FLOAT' || type === 'DOUBLE' || type === 'INT32' || type === 'INT64') &&
    (SIGNED.includes(converted) || UNSIGNED.includes(converted)) &&
    (logical === undefined || logical.type === 'INTEGER');
  if (!text && !number) {
    throw unsupported(
      file,
      name,
      `its type is ${[type, converted, logical?.type].filter((part) => part !== undefined).join(' ')}`,
    );
  }
  return {
    name,
    type,
    unsigned: UNSIGNED.includes(converted) || (logical?.type === 'INTEGER' && !logical.isSigned),
    optional: repetition === 'OPTIONAL',
  };
}

function unsupported(file: string, column: string, received: string, way?: string): DataFormatError {
  return new DataFormatError(`column ${JSON.stringify(column)} of the Parquet file cannot be read`, {
    file,
    received,
    expected: 'flat columns of numbers, true and false, or text, plain or dictionary encoded',
    fix: `name the other columns with columns: [...], or ${way ?? 'write this one as a number or text'}`,
  });
}

interface Reader {
  readonly bytes: Uint8Array;
  readonly file: string;
  /** Bytes that may still be unpacked. */
  left: number;
}

/**
 * The parser of the description fills in what a damaged file says, of whatever type, so that a field may be anything where it is used; what that leads to
 * is an error about the file too.
 */
function checkedColumn(reader: Reader, metadata: FileMetaData, element: SchemaElement, rows: number): Value[] {
  try {
    return readColumn(reader, metadata, element, rows);
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

function readColumn(reader: Reader, metadata: FileMetaData, element: SchemaElement, rows: number): Value[] {
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
    readChunk(reader, chunk.meta_data, column, Number(group.num_rows), values);
  }
  if (values.length !== rows) throw unsupported(reader.file, name, `${values.length} values for ${rows} rows`);
  return values;
}

/** The pages of a column in one group of rows. */
function readChunk(reader: Reader, chunk: Chunk, column: ReadColumn, rows: number, values: Value[]): void {
  const { bytes, file } = reader;
  const data = Number(chunk.data_page_offset);
  const dictionaryAt = Number(chunk.dictionary_page_offset ?? 0);
  if (rows === 0) return;
  let at = dictionaryAt > 0 ? Math.min(dictionaryAt, data) : data;
  const end = at + Number(chunk.total_compressed_size);
  const damaged = (what: string): DataFormatError =>
    cursor(bytes, file, Math.min(at, bytes.length), column.name).fail(what);
  if (!(at >= 4 && end >= at && end <= bytes.length))
    throw damaged(`pages from byte ${at} to ${end} of ${bytes.length}`);
  let dictionary: readonly PlainValue[] | undefined;
  const wanted = values.length + rows;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  while (values.length < wanted) {
    const bodyAt = thriftEnd(bytes.subarray(0, end), at);
    if (bodyAt === undefined) throw damaged('a page without a header');
    let header: PageHeader;
    try {
      header = parquetHeader({ view, offset: at });
    } catch (cause) {
      throw damaged(reason(cause));
    }
    const size = header.compressed_page_size;
    if (!isCount(size) || bodyAt + size > end) throw damaged(`a page of ${String(size)} bytes`);
    if (!isCount(header.uncompressed_page_size))
      throw damaged(`a page of ${String(header.uncompressed_page_size)} unpacked bytes`);
    const body = bytes.subarray(bodyAt, bodyAt + size);
    if (header.crc !== undefined && header.crc !== (zlib.crc32(body) | 0))
      throw damaged('a page with a wrong checksum');
    const place = at;
    at = bodyAt + size;
    if (header.type === 'DICTIONARY_PAGE') {
      const count = header.dictionary_page_header?.num_values;
      const page = cursor(unpack(reader, chunk, column, body, header.uncompressed_page_size), file, place, column.name);
      if (!isCount(count)) throw page.fail('a dictionary without a length');
      dictionary = readPlain(page, column.type, count, column.unsigned);
    } else if (header.type === 'DATA_PAGE' || header.type === 'DATA_PAGE_V2') {
      const before = values.length;
      readDataPage(reader, chunk, column, header, body, place, dictionary, values, wanted - before);
      if (values.length === before) throw damaged('a page without values');
    } else {
      // Pages of an index have no values.
      if (header.type !== 'INDEX_PAGE') throw damaged(`a page of unknown kind ${String(header.type)}`);
    }
  }
}

function readDataPage(
  reader: Reader,
  chunk: Chunk,
  column: ReadColumn,
  header: PageHeader,
  body: Uint8Array,
  place: number,
  dictionary: readonly PlainValue[] | undefined,
  values: Value[],
  most: number,
): void {
  const { file } = reader;
  const v2 = header.data_page_header_v2;
  const own = header.type === 'DATA_PAGE' ? header.data_page_header : v2;
  const count = own?.num_values;
  let page = cursor(body, file, place, column.name);
  if (own === undefined || !isCount(count) || count > most)
    throw page.fail(`${String(count)} values where ${most} are left`);
  let present: Uint32Array | undefined;
  if (header.type === 'DATA_PAGE') {
    page = cursor(unpack(reader, chunk, column, body, header.uncompressed_page_size), file, place, column.name);
    if (column.optional) {
      if (page.bytes.length < 4) throw page.fail('it is cut off');
      const end = 4 + page.view.getUint32(0, true);
      page.at = 4;
      present = readHybrid(page, end, 1, count, 1);
      page.at = end;
    }
  } else {
    const levels = v2?.definition_levels_byte_length;
    if (v2?.repetition_levels_byte_length !== 0 || !isCount(levels) || levels > body.length)
      throw page.fail('levels of a wrong length');
    if (column.optional) present = readHybrid(page, levels, 1, count, 1);
    const rest = body.subarray(levels);
    const unpacked =
      v2.is_compressed === false ? rest : unpack(reader, chunk, column, rest, header.uncompressed_page_size - levels);
    page = cursor(unpacked, file, place, column.name);
  }
  const there = present === undefined ? count : present.reduce((a, b) => a + b, 0);
  const found = decode(page, own.encoding, column, there, dictionary, file);
  let next = 0;
  for (let i = 0; i < count; i++) values.push(present?.[i] === 0 ? null : (found[next++] as Value));
}

function decode(
  page: Cursor,
  encoding: string,
  column: ReadColumn,
  count: number,
  dictionary: readonly PlainValue[] | undefined,
  file: string,
): readonly PlainValue[] {
  const { bytes } = page;
  if (encoding === 'PLAIN') return readPlain(page, column.type, count, column.unsigned);
  if (count === 0) return [];
  if (encoding === 'RLE' && column.type === 'BOOLEAN') {
    if (page.at + 4 > bytes.length) throw page.fail('it is cut off');
    const end = page.at + 4 + page.view.getUint32(page.at, true);
    page.at += 4;
    return Array.from(readHybrid(page, end, 1, count, 1), (flag) => flag === 1);
  }
  if (encoding !== 'RLE_DICTIONARY' && encoding !== 'PLAIN_DICTIONARY') {
    throw unsupported(
      file,
      column.name,
      `its encoding is ${encoding}`,
      'write the file plain or with dictionaries, as PyArrow does by itself',
    );
  }
  if (dictionary === undefined || page.at >= bytes.length) throw page.fail('indices without a dictionary');
  const width = bytes[page.at++] as number;
  return Array.from(
    readHybrid(page, bytes.length, width, count, dictionary.length - 1),
    (i) => dictionary[i] as string,
  );
}

type Unpack = (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array;

function unpack(reader: Reader, chunk: Chunk, column: ReadColumn, body: Uint8Array, size: number): Uint8Array {
  const { file } = reader;
  const bad = (what: string): DataFormatError => cursor(body, file, body.byteOffset, column.name).fail(what);
  if (!(size >= 0)) throw bad(`a page that unpacks to ${size} bytes`);
  checkLimit(size, reader.left, `${file} › ${column.name}`);
  reader.left -= size;
  const { codec } = chunk;
  let page: Uint8Array | undefined;
  if (codec === 'UNCOMPRESSED') page = body;
  else if (codec === 'SNAPPY') page = unpackSnappy(body, size);
  else {
    const own = decompressor(codec);
    if (own === undefined)
      throw unsupported(
        file,
        column.name,
        `its compression is ${String(codec)}, which Node ${process.versions.node} does not unpack`,
        "write the file with compression='snappy' or 'gzip'",
      );
    try {
      // zlib refuses a limit of 0.
      page = own(body, { maxOutputLength: Math.max(size, 1) });
    } catch (cause) {
      throw bad(reason(cause));
    }
  }
  if (page?.length !== size) throw bad(`${page?.length ?? 'damaged'} unpacked bytes instead of ${size}`);
  return page;
}

function decompressor(codec: string): Unpack | undefined {
  if (codec === 'GZIP') return zlib.gunzipSync;
  if (codec === 'BROTLI') return zlib.brotliDecompressSync;
  // Node 20 has none, and its types do not know it.
  return codec === 'ZSTD' ? (zlib as { readonly zstdDecompressSync?: Unpack }).zstdDecompressSync : undefined;
}
