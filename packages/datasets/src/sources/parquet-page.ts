import { DataFormatError } from '../errors.ts';

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

/** More, and hyparquet would mix numbers up; a dictionary of 2^24 entries is larger than any writer makes. */
const MOST_BITS = 24;

/**
 * Throws unless the runs of `width` bits from the cursor on hold `count` numbers within `end`. hyparquet believes the lengths of runs: a run of 2^31 numbers
 * would take minutes.
 */
export function checkRuns(page: Cursor, end: number, width: number, count: number): void {
  if (width > MOST_BITS || end > page.bytes.length)
    throw page.fail(`${width} bits a number, ${end} of ${page.bytes.length} bytes`);
  const size = (width + 7) >> 3;
  let { at } = page;
  for (let left = count; left > 0; ) {
    const header = varint(page, at, end);
    at = header.end;
    const groups = Math.floor(header.value / 2);
    const isRun = header.value % 2 === 0;
    if (groups === 0) throw page.fail('a run of no numbers');
    if (isRun && groups > left) throw page.fail(`a run of ${groups} numbers where ${left} are left`);
    at += isRun ? size : groups * width;
    if (at > end) throw page.fail(isRun ? 'it is cut off' : 'packed numbers are cut off');
    left -= isRun ? groups : groups * 8;
  }
}

/** Sizes of blocks that writers use are 128 to some thousands. */
const MOST_IN_BLOCK = 2 ** 20;

/**
 * Throws unless differences of at most `bits` bits from `start` on hold `count` numbers within the page; returns where they end. hyparquet believes the
 * numbers of blocks, and makes arrays of that length.
 */
export function checkDeltas(page: Cursor, start: number, count: number, bits: 32 | 64): number {
  const end = page.bytes.length;
  const [block, parts, total, first] = fourVarints(page, start, end);
  const inPart = block.value / parts.value;
  const isSound = block.value > 0 && block.value <= MOST_IN_BLOCK && Number.isInteger(inPart) && inPart % 32 === 0;
  if (!isSound || total.value !== count)
    throw page.fail(
      `${total.value} differences in blocks of ${block.value} in ${parts.value} parts, for ${count} numbers`,
    );
  let at = first.end;
  for (let left = count - 1; left > 0; ) {
    at = varint(page, at, end).end;
    const widths = page.bytes.subarray(at, at + parts.value);
    at += parts.value;
    for (let i = 0; i < parts.value && left > 0; i++, left -= inPart) {
      const width = widths[i] ?? Number.POSITIVE_INFINITY;
      if (width > bits) throw page.fail('differences are cut off, or too wide');
      at += (inPart / 8) * width;
    }
    if (at > end) throw page.fail('differences are cut off');
  }
  return at;
}

interface Varint {
  readonly value: number;
  readonly end: number;
}

function fourVarints(page: Cursor, start: number, end: number): readonly [Varint, Varint, Varint, Varint] {
  const a = varint(page, start, end);
  const b = varint(page, a.end, end);
  const c = varint(page, b.end, end);
  return [a, b, c, varint(page, c.end, end)];
}

function varint(page: Cursor, start: number, end: number): Varint {
  let value = 0;
  for (let i = 0; i < 10; i++) {
    const byte = start + i < end ? page.bytes[start + i] : undefined;
    if (byte === undefined) throw page.fail('it is cut off');
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, end: start + i + 1 };
  }
  throw page.fail('a number without end');
}
