import { DTypeError, ShapeError } from '../errors.ts';
import { describeValue } from '../options.ts';

/** Element types of graph values. `bool` is stored as one byte, 0 or 1. */
export type DType = 'float32' | 'int32' | 'uint8' | 'bool';

export const DTYPES: readonly DType[] = ['float32', 'int32', 'uint8', 'bool'];

/** Element types of host arrays: graph types, and `float64` for the reference interpreter's high precision. */
export type HostDType = DType | 'float64';

interface DataTypes {
  readonly float32: Float32Array;
  readonly float64: Float64Array;
  readonly int32: Int32Array;
  readonly uint8: Uint8Array;
  readonly bool: Uint8Array;
}

/** The typed array that holds the elements of a host array of type `D`. */
export type DataOf<D extends HostDType = HostDType> = DataTypes[D];

export function isFloat(dtype: HostDType): boolean {
  return dtype === 'float32' || dtype === 'float64';
}

export function bytesOf(dtype: HostDType): number {
  return dtype === 'float64' ? 8 : dtype === 'float32' || dtype === 'int32' ? 4 : 1;
}

/** A zero-filled buffer of `size` elements of `dtype`. Throws a `ShapeError` when there is no memory for it. */
export function allocate<D extends HostDType>(dtype: D, size: number): DataOf<D> {
  try {
    return newData(dtype, size) as DataOf<D>;
  } catch (cause) {
    throw new ShapeError('there is no memory for an array of this size', {
      received: `${size} elements of ${dtype}`,
      expected: 'a count of elements that fits into memory',
      fix: 'check the shape, or work on parts of the data',
      cause,
    });
  }
}

function newData(dtype: HostDType, size: number): DataOf {
  switch (dtype) {
    case 'float32':
      return new Float32Array(size);
    case 'float64':
      return new Float64Array(size);
    case 'int32':
      return new Int32Array(size);
    default:
      return new Uint8Array(size);
  }
}

/** Throws a `DTypeError` unless `dtype` is one of `allowed`. */
export function expectDType(op: string, what: string, dtype: DType, allowed: readonly DType[]): void {
  if (allowed.includes(dtype)) return;
  throw new DTypeError(`${op} cannot take ${what} of type ${dtype}`, {
    received: dtype,
    expected: allowed.join(' or '),
    fix: `convert it with cast(x, '${allowed[0]}')`,
  });
}

const HOLDS: Readonly<Record<HostDType, { readonly what: string; readonly test: (value: number) => boolean }>> = {
  float64: { what: 'a number', test: () => true },
  float32: {
    what: 'a number that float32 holds, or Infinity',
    test: (v) => !Number.isFinite(v) || Number.isFinite(Math.fround(v)),
  },
  int32: { what: 'a whole number from -2147483648 to 2147483647', test: (v) => (v | 0) === v },
  uint8: { what: 'a whole number from 0 to 255', test: (v) => (v & 255) === v },
  bool: { what: '0 or 1', test: (v) => v === 0 || v === 1 },
};

/** Whether an element of `dtype` is exactly `value`, but for the rounding of floats. */
export function holds(value: unknown, dtype: HostDType): value is number {
  return typeof value === 'number' && HOLDS[dtype].test(value);
}

/** Throws a `DTypeError` unless an element of `dtype` is exactly `value`, but for the rounding of floats: nothing is cast in silence. */
export function expectHolds(where: string, value: number, dtype: HostDType): void {
  if (holds(value, dtype)) return;
  const fix =
    dtype === 'float32' || typeof value !== 'number'
      ? 'correct the number'
      : "cast the tensor to 'float32' first, or correct the number";
  throw new DTypeError(`${where} cannot use this value as ${dtype}`, {
    received: said(value),
    expected: HOLDS[dtype].what,
    fix,
  });
}

function said(value: unknown): string {
  return typeof value === 'number' ? String(value) : describeValue(value);
}
