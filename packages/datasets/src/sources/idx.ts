import { expectOptions, type NDArray, ValueError } from '@descent/core';
import { expectArgument } from '../arguments.ts';
import { DataFormatError } from '../errors.ts';
import { gunzipIfNeeded } from './gzip.ts';
import { type DataSource, sourceBytes, sourceName } from './source.ts';

export interface ReadIdxOptions {
  /** The most bytes to hold, before and after decompression. Default 1 GiB. */
  readonly limit?: number;
  /** The name that errors use. Default: the path, or `IDX data` for bytes. */
  readonly name?: string;
}

type Elements = Pick<NDArray, 'dtype' | 'data'>;

interface ElementType {
  readonly name: string;
  readonly size: number;
  /** `n` elements from byte `at`; never called before the bytes are known to be there. */
  readonly read: (view: DataView, at: number, n: number) => Elements;
}

/** Element types by the third byte of the header. */
const TYPES: ReadonlyMap<number, ElementType> = new Map<number, ElementType>([
  [0x08, { name: 'uint8', size: 1, read: uint8 }],
  [0x09, { name: 'int8', size: 1, read: (v, at, n) => int32(n, (i) => v.getInt8(at + i)) }],
  [0x0b, { name: 'int16', size: 2, read: (v, at, n) => int32(n, (i) => v.getInt16(at + 2 * i)) }],
  [0x0c, { name: 'int32', size: 4, read: (v, at, n) => int32(n, (i) => v.getInt32(at + 4 * i)) }],
  [0x0d, { name: 'float32', size: 4, read: float32 }],
  [0x0e, { name: 'float64', size: 8, read: float64 }],
]);

/**
 * Reads an IDX file, the format of MNIST, plain or gzipped, from a path or from bytes in memory.
 * @throws DataFileError when the file is missing or larger than the limit.
 * @throws DataFormatError when it is corrupt, truncated or not IDX.
 */
export async function readIdx(source: DataSource, options: ReadIdxOptions = {}): Promise<NDArray> {
  expectOptions('readIdx', options, ['limit', 'name']);
  const { limit = 2 ** 30, name = sourceName(source, 'IDX data') } = options;
  if (!Number.isInteger(limit) || limit < 1) {
    throw new ValueError('readIdx: limit is a number of bytes', {
      received: String(limit),
      expected: 'a positive integer',
    });
  }
  const bytes = await sourceBytes('readIdx', source, limit, name);
  return parseIdx(await gunzipIfNeeded(bytes, limit, name), name);
}

/**
 * The array in the bytes of an uncompressed IDX file: `uint8` as a view of `bytes`, not a copy; `int8` and `int16` widened to `int32`.
 *
 * Header: two zero bytes, the type, the rank, then each dimension as a big-endian uint32; the elements follow, big-endian.
 * @throws DataFormatError when the bytes are anything else; nothing is allocated before the sizes agree.
 */
export function parseIdx(bytes: Uint8Array, name: string = 'IDX data'): NDArray {
  expectArgument(
    'parseIdx',
    bytes instanceof Uint8Array,
    bytes,
    'the bytes of a file, a Uint8Array',
    'readIdx takes a path',
  );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fail = (summary: string, offset: number, received: string, expected: string): never => {
    throw new DataFormatError(summary, {
      file: name,
      offset,
      received,
      expected,
      fix: 'fetch the file again, or check that it is the right one',
    });
  };
  if (bytes.length < 4) fail('the IDX header is cut off', bytes.length, `${bytes.length} bytes`, 'at least 4 bytes');
  if (view.getUint16(0) !== 0) {
    fail(
      'this is not an IDX file',
      0,
      `first bytes ${hex(bytes.subarray(0, 4))}`,
      'two zero bytes, the element type and the rank',
    );
  }
  const type = TYPES.get(view.getUint8(2));
  if (type === undefined) {
    const known = Array.from(TYPES, ([code, { name }]) => `${hex([code])} ${name}`);
    return fail('unknown IDX element type', 2, hex(bytes.subarray(2, 3)), known.join(', '));
  }
  const rank = view.getUint8(3);
  const start = 4 + 4 * rank;
  if (bytes.length < start) {
    fail(
      'the IDX header is cut off',
      bytes.length,
      `${bytes.length} bytes`,
      `${start} bytes of header for rank ${rank}`,
    );
  }
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const count = shape.includes(0) ? 0 : shape.reduce((a, b) => a * b, 1);
  if (bytes.length - start !== count * type.size) {
    fail(
      bytes.length - start < count * type.size
        ? 'the IDX file is cut off'
        : 'the IDX file has bytes after its elements',
      Math.min(bytes.length, start + count * type.size),
      `${bytes.length - start} bytes of elements`,
      `${count * type.size} bytes for ${type.name} [${shape.join(', ')}]`,
    );
  }
  return { shape, ...type.read(view, start, count) };
}

function uint8(view: DataView, at: number, n: number): Elements {
  return { dtype: 'uint8', data: new Uint8Array(view.buffer, view.byteOffset + at, n) };
}

function int32(n: number, element: (i: number) => number): Elements {
  return { dtype: 'int32', data: fill(new Int32Array(n), element) };
}

function float32(view: DataView, at: number, n: number): Elements {
  return { dtype: 'float32', data: fill(new Float32Array(n), (i) => view.getFloat32(at + 4 * i)) };
}

function float64(view: DataView, at: number, n: number): Elements {
  return { dtype: 'float64', data: fill(new Float64Array(n), (i) => view.getFloat64(at + 8 * i)) };
}

function fill<T extends { readonly length: number; [i: number]: number }>(data: T, element: (i: number) => number): T {
  for (let i = 0; i < data.length; i++) data[i] = element(i);
  return data;
}

function hex(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(' ');
}
