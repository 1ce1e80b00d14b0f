import { deltaBinaryUnpack, deltaByteArray, deltaLengthByteArray } from 'hyparquet/src/delta.js';
import { byteStreamSplit, readRleBitPackedHybrid } from 'hyparquet/src/encoding.js';
import { readPlain } from 'hyparquet/src/plain.js';
import { DataFileError, type DataFormatError, reason } from '../errors.ts';
import { type Cursor, checkDeltas, checkRuns } from './parquet-page.ts';

/** What a column's values are on disk, of those that a table can hold. */
export type PhysicalType = 'BOOLEAN' | 'INT32' | 'INT64' | 'FLOAT' | 'DOUBLE' | 'BYTE_ARRAY';

/** A value of a column; an integer that float64 cannot keep is a bigint. */
export type PlainValue = number | bigint | boolean | string;

/** How the values of a page are written. */
export interface Encoded {
  readonly type: PhysicalType;
  readonly unsigned: boolean;
  readonly encoding: string;
  readonly count: number;
  readonly dictionary: readonly PlainValue[] | undefined;
  /** Throws when so many bytes more are beyond the limit. */
  readonly charge: (bytes: number) => void;
}

type Raw = ArrayLike<number | bigint | boolean | Uint8Array>;

/** The values of a page from the cursor on, decoded by hyparquet; undefined for an encoding that is not read. Never more memory than the page and `count` say. */
export function decodeValues(page: Cursor, encoded: Encoded): readonly PlainValue[] | undefined {
  const { encoding, count, dictionary } = encoded;
  const isIndex = encoding === 'RLE_DICTIONARY' || encoding === 'PLAIN_DICTIONARY';
  if (!isIndex && !READERS.has(encoding)) return undefined;
  if (count === 0) return [];
  return guarded(page, () => {
    if (!isIndex) return converted(page, READERS.get(encoding)?.(page, encoded) as Raw, encoded);
    if (dictionary === undefined || page.at >= page.bytes.length) throw page.fail('indices without a dictionary');
    const width = page.bytes[page.at++] as number;
    const indices = readRuns(page, page.bytes.length, width, count, dictionary.length - 1);
    return Array.from(indices, (i) => dictionary[i] as PlainValue);
  });
}

/** `count` numbers of `width` bits, none above `max`, in Parquet's mix of runs and packed bits. */
export function readRuns(page: Cursor, end: number, width: number, count: number, max: number): Uint32Array {
  checkRuns(page, end, width, count);
  const values = new Uint32Array(count);
  if (width > 0) readRleBitPackedHybrid(at(page), width, values, end - page.at);
  const high = values.find((value) => value > max);
  if (high !== undefined || max < 0) throw page.fail(`the number ${high ?? 0} above ${max}`);
  return values;
}

/** What the reader throws for bytes that it cannot follow is an error about the page. */
function guarded<T>(page: Cursor, decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    if (cause instanceof DataFileError || (cause as DataFormatError).name === 'DataFormatError') throw cause;
    throw page.fail(reason(cause));
  }
}

const READERS: ReadonlyMap<string, (page: Cursor, encoded: Encoded) => Raw> = new Map([
  ['PLAIN', plain],
  ['RLE', flags],
  ['BYTE_STREAM_SPLIT', split],
  ['DELTA_BINARY_PACKED', deltas],
  ['DELTA_LENGTH_BYTE_ARRAY', deltaLengths],
  ['DELTA_BYTE_ARRAY', deltaTexts],
]);

const SIZES: Readonly<Partial<Record<PhysicalType, number>>> = { INT32: 4, INT64: 8, FLOAT: 4, DOUBLE: 8 };

function plain(page: Cursor, { type, count }: Encoded): Raw {
  const left = page.bytes.length - page.at;
  // A text has four bytes of length at least.
  const bytes = type === 'BOOLEAN' ? Math.ceil(count / 8) : count * (SIZES[type] ?? 4);
  if (bytes > left) throw page.fail(`${left} bytes for ${count} values`);
  return readPlain(at(page), type, count, undefined);
}

function flags(page: Cursor, { type, count }: Encoded): Raw {
  if (type !== 'BOOLEAN') throw page.fail(`runs of ${type}`);
  if (page.at + 4 > page.bytes.length) throw page.fail('it is cut off');
  const end = page.at + 4 + page.view.getUint32(page.at, true);
  page.at += 4;
  return Array.from(readRuns(page, end, 1, count, 1), (flag) => flag === 1);
}

function split(page: Cursor, { type, count }: Encoded): Raw {
  const size = SIZES[type];
  const left = page.bytes.length - page.at;
  if (size === undefined || size * count > left) throw page.fail(`${left} bytes for ${count} values of ${type}`);
  return byteStreamSplit(at(page), count, type, undefined);
}

function deltas(page: Cursor, { type, count }: Encoded): Raw {
  if (type !== 'INT32' && type !== 'INT64') throw page.fail(`differences of ${type}`);
  checkDeltas(page, page.at, count, type === 'INT32' ? 32 : 64);
  const values = type === 'INT32' ? new Int32Array(count) : new BigInt64Array(count);
  deltaBinaryUnpack(at(page), count, values);
  return values;
}

function deltaLengths(page: Cursor, { type, count }: Encoded): Raw {
  if (type !== 'BYTE_ARRAY') throw page.fail(`texts of ${type}`);
  checkDeltas(page, page.at, count, 32);
  const values: Uint8Array[] = new Array(count);
  deltaLengthByteArray(at(page), count, values);
  return values;
}

/** Each text begins as the one before it: a small page may hold very long ones. */
function deltaTexts(page: Cursor, { type, count, charge }: Encoded): Raw {
  if (type !== 'BYTE_ARRAY') throw page.fail(`texts of ${type}`);
  const [same, more] = [new Int32Array(count), new Int32Array(count)];
  const middle = checkDeltas(page, page.at, count, 32);
  deltaBinaryUnpack({ view: page.view, offset: page.at }, count, same);
  checkDeltas(page, middle, count, 32);
  deltaBinaryUnpack({ view: page.view, offset: middle }, count, more);
  let length = 0;
  let total = 0;
  for (let i = 0; i < count; i++) {
    const [shared, own] = [same[i] as number, more[i] as number];
    if (shared < 0 || own < 0 || shared > length) throw page.fail(`a text that shares ${shared} of ${length} bytes`);
    length = shared + own;
    total += length;
  }
  charge(total);
  const values: Uint8Array[] = new Array(count);
  deltaByteArray(at(page), count, values);
  return values;
}

function at(page: Cursor): { readonly view: DataView; offset: number } {
  return { view: page.view, offset: page.at };
}

/** Values as a table has them. */
function converted(page: Cursor, raw: Raw, { type, unsigned, count }: Encoded): PlainValue[] {
  if (raw.length !== count) throw page.fail(`${raw.length} values instead of ${count}`);
  if (type === 'BYTE_ARRAY') {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return Array.from(raw as ArrayLike<Uint8Array>, (bytes) => {
      try {
        return decoder.decode(bytes);
      } catch {
        throw page.fail('a text that is not UTF-8');
      }
    });
  }
  if (type === 'INT64') return Array.from(raw as ArrayLike<bigint>, (value) => integer(value, unsigned));
  if (type === 'INT32' && unsigned) return Array.from(raw as ArrayLike<number>, (value) => value >>> 0);
  return Array.from(raw as ArrayLike<number | boolean>);
}

function integer(value: bigint, unsigned: boolean): number | bigint {
  const exact = unsigned ? BigInt.asUintN(64, value) : value;
  const number = Number(exact);
  return Number.isSafeInteger(number) ? number : exact;
}
