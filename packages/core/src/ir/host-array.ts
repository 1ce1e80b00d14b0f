import { DTypeError, ShapeError, ValueError } from '../errors.ts';
import { describeValue } from '../options.ts';
import type { HostDType } from './dtype.ts';
import type { NDArray } from './ndarray.ts';
import { formatShape, numel, type Shape } from './shape.ts';
import { leafName, type NDArrays } from './tree.ts';

/** The typed array of each element type. */
const ARRAYS: Readonly<Record<HostDType, string>> = {
  float32: 'Float32Array',
  float64: 'Float64Array',
  int32: 'Int32Array',
  uint8: 'Uint8Array',
  bool: 'Uint8Array',
};

/** Typed arrays of integers that become int32 where each number fits, such as the int64 labels of NumPy and PyTorch. */
const TO_INT32: readonly string[] = [
  ...['BigInt64Array', 'BigUint64Array', 'Int16Array', 'Uint16Array', 'Int8Array', 'Uint32Array'],
];
const INTEGERS: readonly string[] = ['int64', 'uint64', 'int16', 'uint16', 'int8', 'uint32'];

/**
 * `value`, which is called `what`, as an array with a shape. Integers of other types, such as a `BigInt64Array`, become int32.
 * @throws ValueError for what is no such array or an integer outside of int32, DTypeError for another element type, ShapeError when the data
 * do not fill the shape.
 */
export function hostArray(what: string, value: unknown): NDArray {
  const { dtype, shape, data } = (typeof value === 'object' && value !== null ? value : {}) as Partial<NDArray>;
  const name = nameOf(data);
  // The usual case first: this runs for every batch.
  if (name !== undefined && name === ARRAYS[dtype as HostDType] && isShape(shape)) {
    expectFilled(what, shape, data as NDArray['data']);
    return value as NDArray;
  }
  if (Array.isArray(value) || nameOf(value) !== undefined || dtype === undefined || data === undefined) {
    throw new ValueError(`${what} is no array with a shape`, {
      received: describeValue(value),
      expected: '{ dtype, shape, data }, as tensor(…) and ndarray(…) make it',
      fix: Array.isArray(value)
        ? `make one of the list: tensor(${what})`
        : nameOf(value) === undefined
          ? 'make one of nested lists: tensor([[1, 2], [3, 4]])'
          : `give it a shape: ndarray('float32', [rows, columns], ${what})`,
    });
  }
  if (!isShape(shape)) {
    throw new ShapeError(`${what} has no valid shape`, {
      received: formatSizes(shape),
      expected: 'a list of whole numbers of at least 0',
    });
  }
  return converted(what, dtype, shape, data);
}

/** `value` as an array, or as several by name. */
export function hostArrays(what: string, value: unknown): NDArrays {
  if (!isRecord(value)) return hostArray(what, value);
  const arrays = Object.entries(value).map(([name, array]) => [name, hostArray(leafName(what, name), array)] as const);
  return Object.fromEntries(arrays);
}

/** Whether `value` is a plain object that is not an array with a shape itself. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) return false;
  return !('shape' in value) && !('data' in value) && !('dtype' in value) && Object.keys(value).length > 0;
}

/** Throws a `DTypeError` unless `dtype` is an element type of host arrays. */
export function expectHostDType(dtype: unknown): asserts dtype is HostDType {
  if (typeof dtype === 'string' && Object.hasOwn(ARRAYS, dtype)) return;
  const isInteger = INTEGERS.includes(dtype as string);
  throw new DTypeError('there is no such element type', {
    received: describeValue(dtype),
    expected: Object.keys(ARRAYS).join(', '),
    ...(isInteger && { fix: "use 'int32'; it takes the numbers of a BigInt64Array, too" }),
  });
}

/** Throws a `ShapeError` unless `shape` is a list of sizes. */
export function expectShape(shape: unknown): asserts shape is Shape {
  if (isShape(shape)) return;
  throw new ShapeError('this is no shape', {
    received: formatSizes(shape),
    expected: 'a list of whole numbers of at least 0, such as [2, 3]',
  });
}

function converted(what: string, dtype: unknown, shape: Shape, data: unknown): NDArray {
  const name = nameOf(data);
  if ((dtype === 'int32' || INTEGERS.includes(dtype as string)) && TO_INT32.includes(name as string)) {
    const numbers = toInt32(what, data as ArrayLike<number | bigint>);
    expectFilled(what, shape, numbers);
    return { dtype: 'int32', shape, data: numbers };
  }
  expectHostDType(dtype);
  // The pixels of a canvas.
  if (name === 'Uint8ClampedArray' && dtype === 'uint8') {
    const { buffer, byteOffset, length } = data as Uint8ClampedArray;
    const bytes = new Uint8Array(buffer, byteOffset, length);
    expectFilled(what, shape, bytes);
    return { dtype, shape, data: bytes };
  }
  throw new DTypeError(`${what} has data of another kind than its dtype says`, {
    received: `dtype ${dtype} with ${describeValue(data)}`,
    expected: `a ${ARRAYS[dtype]}`,
    fix: `make one: ${ARRAYS[dtype]}.from(data)`,
  });
}

/** Each number as int32. Throws a `ValueError` for one that does not fit. */
function toInt32(what: string, values: ArrayLike<number | bigint>): Int32Array {
  const out = new Int32Array(values.length);
  for (let i = 0; i < out.length; i++) {
    out[i] = Number(values[i]);
    if (out[i] === Number(values[i])) continue;
    throw new ValueError(`${what} has an integer that does not fit into int32`, {
      received: `${values[i]} at position ${i}`,
      expected: 'numbers from -2147483648 to 2147483647, the integers that all engines have',
    });
  }
  return out;
}

function expectFilled(what: string, shape: Shape, data: ArrayLike<unknown>): void {
  if (data.length === numel(shape)) return;
  throw new ShapeError(`${what}: the data does not fill the shape`, {
    received: `${data.length} elements`,
    expected: `${numel(shape)} elements for shape ${formatShape(shape)}`,
  });
}

/** `'Float32Array'` and the like; undefined for what is no typed array. Works for arrays of other realms, too. */
export function nameOf(data: unknown): string | undefined {
  if (!ArrayBuffer.isView(data)) return undefined;
  return (data as unknown as { readonly [Symbol.toStringTag]?: string })[Symbol.toStringTag];
}

function formatSizes(shape: unknown): string {
  return Array.isArray(shape) ? `[${shape.join(', ')}]` : describeValue(shape);
}

function isShape(shape: unknown): shape is Shape {
  if (!Array.isArray(shape)) return false;
  for (const d of shape) if (!Number.isSafeInteger(d) || d < 0) return false;
  return true;
}
