import { DataFormatError } from '../errors.ts';

/** What a column's values are on disk, of those that a table can hold. */
export type PhysicalType = 'BOOLEAN' | 'INT32' | 'INT64' | 'FLOAT' | 'DOUBLE' | 'BYTE_ARRAY';

/** Bytes of a page and how far they were read; the place is told in errors. */
export interface Cursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at: number;
  readonly fail: (what: string) => DataFormatError;
}

export function cursor(bytes: Uint8Array, file: string, offset: number, column: string): Cursor {
  return {
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    at: 0,
    fail: (what) =>
      new DataFormatError('a page of the Parquet file is damaged', {
        file,
        offset,
        received: `column ${JSON.stringify(column)}: ${what}`,
        expected: 'a complete page',
        fix: 'write the file again, or fetch it again',
      }),
  };
}

/** `count` numbers of `width` bits, none above `max`, in Parquet's mix of runs and packed bits. */
export function readHybrid(page: Cursor, end: number, width: number, count: number, max: number): Uint32Array {
  const { bytes } = page;
  const values = new Uint32Array(count);
  if (width > 32 || end > bytes.length) throw page.fail(`${width} bits a number, ${end} of ${bytes.length} bytes`);
  let seen = 0;
  while (seen < count) {
    const header = varint(page, end);
    const groups = Math.floor(header / 2);
    if (groups === 0) throw page.fail('a run of no numbers');
    if (header % 2 === 0) {
      const size = (width + 7) >> 3;
      let value = 0;
      for (let i = 0; i < size; i++) value += byteAt(page, end) * 2 ** (8 * i);
      if (value > max || groups > count - seen) throw page.fail(`a run of ${groups} times ${value}`);
      values.fill(value, seen, seen + groups);
      seen += groups;
      continue;
    }
    if (page.at + groups * width > end) throw page.fail('packed numbers are cut off');
    const start = page.at * 8;
    const take = Math.min(groups * 8, count - seen);
    for (let i = 0; i < take; i++) {
      const value = bits(bytes, start + i * width, width);
      if (value > max) throw page.fail(`the number ${value} above ${max}`);
      values[seen + i] = value;
    }
    page.at += groups * width;
    seen += take;
  }
  return values;
}

function bits(bytes: Uint8Array, from: number, width: number): number {
  let value = 0;
  for (let done = 0; done < width; ) {
    const bit = from + done;
    const shift = bit & 7;
    const take = Math.min(8 - shift, width - done);
    value += (((bytes[bit >> 3] as number) >> shift) & ((1 << take) - 1)) * 2 ** done;
    done += take;
  }
  return value;
}

function byteAt(page: Cursor, end: number): number {
  if (page.at >= end) throw page.fail('it is cut off');
  return page.bytes[page.at++] as number;
}

function varint(page: Cursor, end: number): number {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = byteAt(page, end);
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
  throw page.fail('a number without end');
}

const SIZES: Readonly<Record<Exclude<PhysicalType, 'BOOLEAN' | 'BYTE_ARRAY'>, number>> = {
  INT32: 4,
  INT64: 8,
  FLOAT: 4,
  DOUBLE: 8,
};

/** A value of a column; an integer that float64 cannot keep is a bigint. */
export type PlainValue = number | bigint | boolean | string;

/** `count` values as they stand in the page one after another. */
export function readPlain(page: Cursor, type: PhysicalType, count: number, unsigned: boolean): PlainValue[] {
  const { view, bytes } = page;
  const left = bytes.length - page.at;
  if (type === 'BOOLEAN') {
    if (Math.ceil(count / 8) > left) throw page.fail(`${left} bytes for ${count} flags`);
    const start = page.at;
    page.at += Math.ceil(count / 8);
    return Array.from({ length: count }, (_, i) => (((bytes[start + (i >> 3)] as number) >> (i & 7)) & 1) === 1);
  }
  if (type === 'BYTE_ARRAY') {
    // Each has four bytes of length at least.
    if (4 * count > left) throw page.fail(`${left} bytes for ${count} texts`);
    const decoder = new TextDecoder('utf-8', { fatal: true });
    return Array.from({ length: count }, () => {
      const length = page.at + 4 <= bytes.length ? view.getUint32(page.at, true) : Number.POSITIVE_INFINITY;
      const start = page.at + 4;
      if (start + length > bytes.length) throw page.fail('a text is cut off');
      page.at = start + length;
      try {
        return decoder.decode(bytes.subarray(start, page.at));
      } catch {
        throw page.fail('a text that is not UTF-8');
      }
    });
  }
  const size = SIZES[type];
  if (size * count > left) throw page.fail(`${left} bytes for ${count} numbers of ${size} bytes`);
  const start = page.at;
  page.at += size * count;
  const number = (at: number): number | bigint => {
    if (type === 'INT32') return unsigned ? view.getUint32(at, true) : view.getInt32(at, true);
    if (type === 'FLOAT') return view.getFloat32(at, true);
    if (type === 'DOUBLE') return view.getFloat64(at, true);
    const exact = unsigned ? view.getBigUint64(at, true) : view.getBigInt64(at, true);
    const value = Number(exact);
    return Number.isSafeInteger(value) ? value : exact;
  };
  return Array.from({ length: count }, (_, i) => number(start + size * i));
}
