import { expectOptions, type NDArray, ndarray } from '@descent/core';
import { expectArgument } from '../arguments.ts';
import { DataFormatError } from '../errors.ts';
import { gunzipIfNeeded } from './gzip.ts';
import { type DataSource, sourceBytes, sourceName } from './source.ts';

export interface NpyOptions {
  /** The most bytes to hold. Default 1 GiB. */
  readonly limit?: number;
  /** The name that errors use. Default: the path, or `NumPy data` for bytes. */
  readonly name?: string;
}

interface ElementType {
  readonly size: number;
  readonly dtype: NDArray['dtype'];
  readonly get: (view: DataView, at: number, little: boolean) => number;
}

/** What to do in NumPy about arrays of which the type starts with this letter (`[` for a list of fields). */
function adviceFor(letter: string | undefined): { readonly what: string; readonly fix: string } | undefined {
  const unique = 'names, y = numpy.unique(array.astype(str), return_inverse=True)';
  switch (letter) {
    case 'U':
    case 'S':
    case 'a':
      return {
        what: 'text',
        fix: `save class indices: ${unique}, then save y, and give names.tolist() as the classes`,
      };
    case 'O':
      return {
        what: 'Python objects',
        fix: `for labels save class indices: ${unique}, then y; for arrays of one shape save numpy.stack(list(array)), for numbers array.astype("float64")`,
      };
    case '[':
    case 'V':
      return { what: 'a structured array', fix: 'save each field as an array of its own: array["name"]' };
    case 'c':
      return { what: 'complex numbers', fix: 'save two arrays: array.real and array.imag' };
    case 'M':
    case 'm':
      return {
        what: 'times',
        fix: 'save seconds: array.astype("datetime64[s]").astype("float64"), or "timedelta64[s]" for durations',
      };
    default:
      return undefined;
  }
}

/** Integers wider than int32 are taken when every value fits. */
const wide = (view: DataView, at: number, little: boolean, signed: boolean): number =>
  Number(signed ? view.getBigInt64(at, little) : view.getBigUint64(at, little));

const TYPES: Readonly<Record<string, ElementType>> = {
  b1: { size: 1, dtype: 'bool', get: (v, at) => v.getUint8(at) },
  u1: { size: 1, dtype: 'uint8', get: (v, at) => v.getUint8(at) },
  i1: { size: 1, dtype: 'int32', get: (v, at) => v.getInt8(at) },
  u2: { size: 2, dtype: 'int32', get: (v, at, le) => v.getUint16(at, le) },
  i2: { size: 2, dtype: 'int32', get: (v, at, le) => v.getInt16(at, le) },
  u4: { size: 4, dtype: 'int32', get: (v, at, le) => v.getUint32(at, le) },
  i4: { size: 4, dtype: 'int32', get: (v, at, le) => v.getInt32(at, le) },
  u8: { size: 8, dtype: 'int32', get: (v, at, le) => wide(v, at, le, false) },
  i8: { size: 8, dtype: 'int32', get: (v, at, le) => wide(v, at, le, true) },
  f2: { size: 2, dtype: 'float32', get: (v, at, le) => halfFloat(v.getUint16(at, le)) },
  f4: { size: 4, dtype: 'float32', get: (v, at, le) => v.getFloat32(at, le) },
  f8: { size: 8, dtype: 'float64', get: (v, at, le) => v.getFloat64(at, le) },
};

const ARRAYS = { bool: Uint8Array, uint8: Uint8Array, int32: Int32Array, float32: Float32Array, float64: Float64Array };
/** Whether this machine has the low byte first. */
export const LITTLE: boolean = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * Reads a NumPy `.npy` file, gzipped or not, as an array: bool, uint8, float32 and float64 as they are, float16 as float32, other integers as int32.
 * @throws DataFileError when the file is missing or larger than the limit.
 * @throws DataFormatError when it is corrupt, truncated, holds Python objects, text or complex numbers, or an integer beyond int32.
 */
export async function readNpy(source: DataSource, options: NpyOptions = {}): Promise<NDArray> {
  expectOptions('readNpy', options, ['limit', 'name']);
  const { limit = 2 ** 30, name = sourceName(source, 'NumPy data') } = options;
  const bytes = await sourceBytes('readNpy', source, limit, name);
  return parseNpy(await gunzipIfNeeded(bytes, limit, name), name);
}

/** The array in the bytes of an uncompressed `.npy` file; a view of them where their order allows. Same errors as `readNpy`. */
export function parseNpy(bytes: Uint8Array, name: string = 'NumPy data'): NDArray {
  expectArgument(
    'parseNpy',
    bytes instanceof Uint8Array,
    bytes,
    'the bytes of a file, a Uint8Array',
    'readNpy takes a path',
  );
  const fail = (summary: string, offset: number, received: string, expected: string, fix?: string): never => {
    throw new DataFormatError(summary, {
      file: name,
      offset,
      received,
      expected,
      fix: fix ?? 'save the array again with numpy.save',
    });
  };
  if (bytes.length < 10 || !MAGIC.every((byte, i) => bytes[i] === byte)) {
    const first = Array.from(bytes.subarray(0, 6), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    return fail('this is not a .npy file', 0, `first bytes ${first || 'none'}`, '93 4e 55 4d 50 59 (\\x93NUMPY)');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint8(6);
  if (version < 1 || version > 3) return fail('unknown version of .npy', 6, String(version), '1, 2 or 3');
  if (version > 1 && bytes.length < 12)
    return fail('the .npy header is cut off', bytes.length, `${bytes.length} bytes`, '12 bytes');
  const textAt = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const start = textAt + length;
  if (length > MAX_HEADER) return fail('the .npy header is too long', 8, `${length} bytes`, `at most ${MAX_HEADER}`);
  if (bytes.length < start) {
    return fail('the .npy header is cut off', bytes.length, `${bytes.length} bytes`, `${start} bytes of header`);
  }
  const text = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(bytes.subarray(textAt, start));
  const header = parseHeader(text);
  const kind = /'descr'\s*:\s*(\[|'[<>|=]?([a-zA-Z]))/.exec(text);
  const advice = adviceFor(kind?.[1] === '[' ? '[' : kind?.[2]);
  if (header === undefined && advice !== undefined) {
    const [descr] = /'descr'\s*:\s*[^,}]*/.exec(text) ?? [''];
    return fail(`${advice.what} cannot be read`, textAt, descr.slice(0, 80), 'numbers, or true and false', advice.fix);
  }
  if (header === undefined) {
    const wanted = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
    return fail('the .npy header cannot be read', textAt, JSON.stringify(text.trim().slice(0, 120)), wanted);
  }
  const { order, type: code, fortran, shape } = header;
  const type = TYPES[code];
  if (type === undefined || (order === '|' && type.size > 1)) {
    const { what = 'elements of this type', fix = 'convert it: array.astype("float32")' } = advice ?? {};
    return fail(`${what} cannot be read`, textAt, `'${order}${code}'`, Object.keys(TYPES).join(', '), fix);
  }
  const count = shape.includes(0) ? 0 : shape.reduce((a, b) => a * b, 1);
  if (bytes.length - start !== count * type.size) {
    return fail(
      bytes.length - start < count * type.size
        ? 'the .npy file is cut off'
        : 'the .npy file has bytes after its elements',
      Math.min(bytes.length, start + count * type.size),
      `${bytes.length - start} bytes of elements`,
      `${count * type.size} bytes for ${code} [${shape.join(', ')}]`,
    );
  }
  const data = elements(view, start, count, type, order !== '>', (at) => {
    const little = order !== '>';
    const value =
      code === 'i8' ? view.getBigInt64(at, little) : code === 'u8' ? view.getBigUint64(at, little) : undefined;
    return fail(
      'an integer does not fit int32',
      at,
      String(value ?? type.get(view, at, little)),
      '-2147483648 to 2147483647',
      'save labels as class indices: numpy.unique(array, return_inverse=True)[1]; save measurements as array.astype("float64"), exact up to 2^53',
    );
  });
  return ndarray(type.dtype, shape, fortran && shape.length > 1 ? rowMajor(data, shape) : data);
}

/** How the file begins. */
export const MAGIC: readonly number[] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const MAX_HEADER = 65_535;

interface Header {
  readonly order: string;
  readonly type: string;
  readonly fortran: boolean;
  readonly shape: readonly number[];
}

/** The header is a Python dict of exactly three keys, in any order; nothing else is taken. */
function parseHeader(text: string): Header | undefined {
  const body = /^\{(.*)\}\s*$/s.exec(text)?.[1];
  if (body === undefined) return undefined;
  const pattern =
    /\s*'(?:(descr)'\s*:\s*'([<>|=]?)([a-zA-Z]\d{1,4})'|(fortran_order)'\s*:\s*(True|False)|(shape)'\s*:\s*\(([\d\s,L]*)\))\s*(,|$)\s*/y;
  let header: Partial<Header> = {};
  for (let at = 0; at < body.length; at = pattern.lastIndex) {
    pattern.lastIndex = at;
    const match = pattern.exec(body);
    if (match === null) return undefined;
    const [, descr, order, type, fortranKey, fortran, shapeKey, dims] = match;
    if (descr !== undefined) {
      if (header.type !== undefined) return undefined;
      header = { ...header, order: order === '' || order === '=' ? '<' : (order as string), type: type as string };
    } else if (fortranKey !== undefined) {
      if (header.fortran !== undefined) return undefined;
      header = { ...header, fortran: fortran === 'True' };
    } else if (shapeKey !== undefined) {
      const parsed = parseShape(dims as string);
      if (header.shape !== undefined || parsed === undefined) return undefined;
      header = { ...header, shape: parsed };
    }
  }
  const { order, type, fortran, shape } = header;
  if (order === undefined || type === undefined || fortran === undefined || shape === undefined) return undefined;
  return { order, type, fortran, shape };
}

function parseShape(text: string): readonly number[] | undefined {
  const parts = text.split(',').map((part) => part.trim());
  // A tuple of one ends in a comma, and so may any other.
  if (parts.at(-1) === '') parts.pop();
  if (parts.length > 32 || parts.some((part) => !/^\d{1,15}L?$/.test(part))) return undefined;
  return parts.map((part) => Number.parseInt(part, 10));
}

function elements(
  view: DataView,
  start: number,
  count: number,
  type: ElementType,
  little: boolean,
  tooLarge: (at: number) => never,
): NDArray['data'] {
  const Data = ARRAYS[type.dtype];
  const { size, dtype, get } = type;
  const at = view.byteOffset + start;
  const same =
    size === Data.BYTES_PER_ELEMENT &&
    (size === 1 || little === LITTLE) &&
    dtype !== 'bool' &&
    get !== TYPES['u4']?.get;
  if (same && (dtype !== 'int32' || size === 4)) {
    return at % size === 0
      ? new Data(view.buffer as ArrayBuffer, at, count)
      : new Data((view.buffer as ArrayBuffer).slice(at, at + count * size));
  }
  const data = new Data(count);
  for (let i = 0; i < count; i++) {
    const value = get(view, start + i * size, little);
    if (dtype === 'int32' && !(value >= -(2 ** 31) && value < 2 ** 31)) tooLarge(start + i * size);
    data[i] = dtype === 'bool' ? Number(value !== 0) : value;
  }
  return data;
}

/** The elements of a column-major array in row-major order. */
function rowMajor(data: NDArray['data'], shape: readonly number[]): NDArray['data'] {
  const result = data.slice();
  const strides: number[] = [];
  shape.reduce((stride, size) => {
    strides.push(stride);
    return stride * size;
  }, 1);
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < result.length; to++) {
    result[to] = data[from] as number;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      if (index[axis] !== shape[axis]) break;
      from -= (strides[axis] as number) * (shape[axis] as number);
      index[axis] = 0;
    }
  }
  return result;
}

/** IEEE 754 binary16. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
