import type { NDArray } from '@descent/core';
import { fromBfloat16, fromFloat16, toFloat16 } from '@descent/core/backend';
import type { Datatype, TensorData } from './datatypes.ts';
import { ProtocolError } from './errors.ts';
import { said } from './json-data.ts';
import type { WireTensor } from './tensor.ts';

/** What each datatype is as an array of Descent, whose values hold all of its numbers, or all that fit into 32 bits. */
const DTYPES = {
  BOOL: 'bool',
  UINT8: 'uint8',
  UINT16: 'int32',
  UINT32: 'int32',
  UINT64: 'int32',
  INT8: 'int32',
  INT16: 'int32',
  INT32: 'int32',
  INT64: 'int32',
  FP16: 'float32',
  BF16: 'float32',
  FP32: 'float32',
  FP64: 'float64',
} as const;

/** Whether tensors of this kind can be arrays of Descent. */
export function hasArrays(datatype: Datatype): datatype is keyof typeof DTYPES {
  return Object.hasOwn(DTYPES, datatype);
}

/**
 * A tensor as an array of Descent; without a copy where its elements are stored alike.
 * @throws ProtocolError for BYTES, and for an integer that does not fit into 32 bits.
 */
export function toArray({ name, datatype, shape, data }: WireTensor): NDArray {
  if (!hasArrays(datatype)) {
    throw new ProtocolError('Descent has no tensors of texts', { path: name, received: datatype });
  }
  const dtype = DTYPES[datatype];
  switch (datatype) {
    case 'FP16':
      return { dtype: 'float32', shape, data: fromFloat16(data as Uint16Array) };
    case 'BF16':
      return { dtype: 'float32', shape, data: fromBfloat16(data as Uint16Array) };
    case 'UINT16':
    case 'UINT32':
    case 'UINT64':
    case 'INT8':
    case 'INT16':
    case 'INT64':
      return { dtype: 'int32', shape, data: toInt32(data as BigInt64Array, name) };
    default:
      return { dtype, shape, data } as NDArray;
  }
}

function toInt32(values: ArrayLike<number | bigint>, name: string): Int32Array {
  const out = new Int32Array(values.length);
  for (let i = 0; i < out.length; i++) {
    const value = Number(values[i]);
    out[i] = value;
    if (out[i] === value) continue;
    throw new ProtocolError('an integer does not fit into 32 bits, in which Descent computes', {
      path: name,
      received: `${values[i]} at position ${i}`,
      expected: 'numbers from -2147483648 to 2147483647',
    });
  }
  return out;
}

/** An array of Descent as a tensor of `datatype`, or of its own when that is not given. Throws a ProtocolError for one that cannot hold its numbers. */
export function fromArray(name: string, array: NDArray, datatype: Datatype = datatypeOf(array)): WireTensor {
  return { name, datatype, shape: array.shape, data: dataOf(array, datatype, name) };
}

function dataOf({ dtype, data }: NDArray, datatype: Datatype, name: string): TensorData {
  if (datatypeOf({ dtype }) === datatype) return data;
  if (dtype === 'float32' && datatype === 'FP16') return toFloat16(data as Float32Array);
  if (dtype === 'float32' && datatype === 'FP64') return Float64Array.from(data);
  if (dtype === 'int32' || dtype === 'uint8') {
    const make = INTEGERS[datatype as keyof typeof INTEGERS];
    const made = make?.(data as Int32Array);
    if (made !== undefined && isSame(made, data)) return made;
  }
  throw new ProtocolError('an array does not fit the datatype', {
    path: name,
    received: dtype,
    expected: `what ${said(datatype)} holds`,
  });
}

const INTEGERS = {
  UINT8: (values: Int32Array) => Uint8Array.from(values),
  UINT16: (values: Int32Array) => Uint16Array.from(values),
  UINT32: (values: Int32Array) => Uint32Array.from(values),
  UINT64: (values: Int32Array) => BigUint64Array.from(values, BigInt),
  INT8: (values: Int32Array) => Int8Array.from(values),
  INT16: (values: Int32Array) => Int16Array.from(values),
  INT32: (values: Int32Array) => Int32Array.from(values),
  INT64: (values: Int32Array) => BigInt64Array.from(values, BigInt),
} as const;

function isSame(made: ArrayLike<number | bigint>, values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (Number(made[i]) !== values[i]) return false;
  return true;
}

/** The datatype that holds an array as it is. */
export function datatypeOf({ dtype }: Pick<NDArray, 'dtype'>): Datatype {
  return OWN[dtype];
}

const OWN = { float32: 'FP32', float64: 'FP64', int32: 'INT32', uint8: 'UINT8', bool: 'BOOL' } as const;
