import type { FileMetaData, PageHeader } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { crc32, HERE } from '#platform/compression.js';
import { type DataFormatError, reason } from '../errors.ts';
import { checkLimit } from './limit.ts';
import { decompressor } from './parquet-codecs.ts';
import { isCount, type ReadColumn, unsupported } from './parquet-file.ts';
import { type Cursor, cursor } from './parquet-page.ts';
import { decodeValues, type PlainValue, readRuns } from './parquet-values.ts';
import { thriftEnd } from './thrift-check.ts';

export type Value = PlainValue | null;

/** What a decoded value counts for the limit. */
export const VALUE_BYTES: number = 8;

type Chunk = NonNullable<FileMetaData['row_groups'][number]['columns'][number]['meta_data']>;

export interface ParquetReader {
  readonly bytes: Uint8Array;
  readonly file: string;
  /** Bytes that may still be unpacked and decoded. */
  left: number;
}

/** One column in one group of rows. */
interface Context {
  readonly reader: ParquetReader;
  readonly chunk: Chunk;
  readonly column: ReadColumn;
  dictionary: readonly PlainValue[] | undefined;
}

interface Page {
  readonly header: PageHeader;
  /** As it lies in the file, packed. */
  readonly body: Uint8Array;
  readonly size: number;
  readonly place: number;
}

/** Appends the values of a column in one group of `rows` rows. */
export async function readChunk(
  reader: ParquetReader,
  chunk: Chunk,
  column: ReadColumn,
  rows: number,
  values: Value[],
): Promise<void> {
  if (rows === 0) return;
  const { bytes, file } = reader;
  const data = Number(chunk.data_page_offset);
  const dictionaryAt = Number(chunk.dictionary_page_offset ?? 0);
  let at = dictionaryAt > 0 ? Math.min(dictionaryAt, data) : data;
  const end = at + Number(chunk.total_compressed_size);
  const damaged = (what: string): DataFormatError =>
    cursor(bytes, file, Math.min(at, bytes.length), column.name).fail(what);
  if (!(at >= 4 && end >= at && end <= bytes.length))
    throw damaged(`pages from byte ${at} to ${end} of ${bytes.length}`);
  const context: Context = { reader, chunk, column, dictionary: undefined };
  const wanted = values.length + rows;
  while (values.length < wanted) {
    const page = nextPage(reader, at, end, damaged);
    at = page.place + page.length;
    const { type } = page.header;
    if (type === 'DICTIONARY_PAGE') context.dictionary = await dictionaryOf(context, page);
    else if (type === 'DATA_PAGE' || type === 'DATA_PAGE_V2') {
      const before = values.length;
      await appendPage(context, page, values, wanted - before);
      if (values.length === before) throw damaged('a page without values');
    } else if (type !== 'INDEX_PAGE') {
      // Pages of an index have no values.
      throw damaged(`a page of unknown kind ${String(type)}`);
    }
  }
}

/** The page at byte `at`, of `length` bytes with its header. */
function nextPage(
  { bytes }: ParquetReader,
  at: number,
  end: number,
  damaged: (what: string) => DataFormatError,
): Page & { readonly length: number } {
  const bodyAt = thriftEnd(bytes.subarray(0, end), at);
  if (bodyAt === undefined) throw damaged('a page without a header');
  let header: PageHeader;
  try {
    header = parquetHeader({ view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: at });
  } catch (cause) {
    throw damaged(reason(cause));
  }
  const { compressed_page_size: packed, uncompressed_page_size: size, crc } = header;
  if (!isCount(packed) || bodyAt + packed > end) throw damaged(`a page of ${String(packed)} bytes`);
  if (!isCount(size)) throw damaged(`a page of ${String(size)} unpacked bytes`);
  const body = bytes.subarray(bodyAt, bodyAt + packed);
  if (crc !== undefined && crc !== (crc32(body) | 0)) throw damaged('a page with a wrong checksum');
  return { header, body, size, place: at, length: bodyAt - at + packed };
}

async function dictionaryOf(context: Context, page: Page): Promise<readonly PlainValue[]> {
  const { type, unsigned } = context.column;
  const count = page.header.dictionary_page_header?.num_values;
  const body = await unpacked(context, page, page.body, page.size);
  if (!isCount(count)) throw body.fail('a dictionary without a length');
  const charge = chargeTo(context);
  charge(VALUE_BYTES * count);
  const encoded = { type, unsigned, encoding: 'PLAIN', count, dictionary: undefined, charge };
  return decodeValues(body, encoded) as readonly PlainValue[];
}

/** Appends the values of a page of data, of which `most` may be left. */
async function appendPage(context: Context, page: Page, values: Value[], most: number): Promise<void> {
  const { reader, column, dictionary } = context;
  const own = page.header.type === 'DATA_PAGE' ? page.header.data_page_header : page.header.data_page_header_v2;
  const count = own?.num_values;
  if (own === undefined || !isCount(count) || count > most)
    throw fail(context, page, `${String(count)} values where ${most} are left`);
  const charge = chargeTo(context);
  charge(VALUE_BYTES * count);
  const { body, present } = await (page.header.type === 'DATA_PAGE' ? firstForm : secondForm)(context, page, count);
  const there = present === undefined ? count : present.reduce((a, b) => a + b, 0);
  const { type, unsigned } = column;
  const found = decodeValues(body, { type, unsigned, encoding: own.encoding, count: there, dictionary, charge });
  if (found === undefined)
    throw unsupported(
      reader.file,
      column.name,
      `its encoding is ${own.encoding}`,
      'write the file plain or with dictionaries, as PyArrow does by itself',
    );
  let next = 0;
  for (let i = 0; i < count; i++) values.push(present?.[i] === 0 ? null : (found[next++] as Value));
}

/** The values of a page, and which rows have one; undefined when all have. */
interface Opened {
  readonly body: Cursor;
  readonly present?: Uint32Array;
}

/** Levels and values are packed together. */
async function firstForm(context: Context, page: Page, count: number): Promise<Opened> {
  const body = await unpacked(context, page, page.body, page.size);
  if (!context.column.optional) return { body };
  const encoding = page.header.data_page_header?.definition_level_encoding;
  if (encoding !== 'RLE') throw body.fail(`levels encoded as ${String(encoding)}`);
  if (body.bytes.length < 4) throw body.fail('it is cut off');
  const end = 4 + body.view.getUint32(0, true);
  body.at = 4;
  const present = readRuns(body, end, 1, count, 1);
  body.at = end;
  return { body, present };
}

/** Levels come first and are not packed. */
async function secondForm(context: Context, page: Page, count: number): Promise<Opened> {
  const {
    definition_levels_byte_length: levels,
    repetition_levels_byte_length: repeats,
    is_compressed: isPacked,
  } = page.header.data_page_header_v2 ?? {};
  if (repeats !== 0 || !isCount(levels) || levels > page.body.length || levels > page.size)
    throw fail(context, page, 'levels of a wrong length');
  const rest = page.body.subarray(levels);
  const body =
    isPacked === false ? exact(context, page, rest) : await unpacked(context, page, rest, page.size - levels);
  if (!context.column.optional) return { body };
  const own = exact(context, page, page.body.subarray(0, levels));
  return { body, present: readRuns(own, levels, 1, count, 1) };
}

async function unpacked(context: Context, page: Page, body: Uint8Array, size: number): Promise<Cursor> {
  const { reader, chunk, column } = context;
  chargeTo(context)(size);
  const unpack = decompressor(chunk.codec);
  if (unpack === undefined) {
    const received = `its compression is ${String(chunk.codec)}, which ${HERE} does not unpack`;
    throw unsupported(reader.file, column.name, received, "write the file with compression='snappy' or 'gzip'");
  }
  let bytes: Uint8Array | undefined;
  try {
    bytes = await unpack(body, size);
  } catch (cause) {
    throw fail(context, page, reason(cause));
  }
  if (bytes?.length !== size)
    throw fail(context, page, `${bytes?.length ?? 'damaged'} unpacked bytes instead of ${size}`);
  return exact(context, page, bytes);
}

/** In memory of their own: a reader that goes too far ends at once, and does not take what comes behind in the file. */
function exact({ reader, column }: Context, { place }: Page, bytes: Uint8Array): Cursor {
  const own = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
  return cursor(own, reader.file, place, column.name);
}

function fail({ reader, column }: Context, { body, place }: Page, what: string): DataFormatError {
  return cursor(body, reader.file, place, column.name).fail(what);
}

/** Takes bytes from what may still be unpacked and decoded. */
function chargeTo({ reader, column }: Context): (bytes: number) => void {
  return (bytes) => {
    checkLimit(bytes, reader.left, `${reader.file} › ${column.name}`);
    reader.left -= bytes;
  };
}
