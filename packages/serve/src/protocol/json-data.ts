import { fromBfloat16, fromFloat16, toFloat16 } from '@descent/core/backend';
import { DATATYPES, type Datatype, type NumberData, type TensorData } from './datatypes.ts';
import { ProtocolError } from './errors.ts';
import { elementsOf } from './tensor.ts';

/**
 * Elements from the JSON of `data`: a flat list in row-major order, or lists nested as `shape` says.
 * @throws ProtocolError for another count or nesting, and for an element that the datatype does not hold exactly, but for the rounding of floats.
 */
export function dataFromJson(value: unknown, datatype: Datatype, shape: readonly number[], path: string): TensorData {
  if (!Array.isArray(value)) {
    throw new ProtocolError('a tensor has no data', {
      path,
      received: said(value),
      expected: `a list of ${elementsOf(shape)} elements, or binary data and the parameter binary_data_size`,
    });
  }
  const count = elementsOf(shape);
  const flat = shape.length > 1 && Array.isArray(value[0]) ? flattened(value, shape, path) : value;
  if (flat.length !== count) throw wrongCount(flat.length, shape, path);
  return READERS[DATATYPES[datatype].kind](flat, datatype, path);
}

/** The elements for JSON, flat. Throws a ProtocolError for what JSON has no word for: numbers that are not finite, integers above 2^53. */
export function dataToJson(data: TensorData, datatype: Datatype, path: string): readonly unknown[] {
  const { kind } = DATATYPES[datatype];
  switch (kind) {
    case 'bool':
      return Array.from(data as Uint8Array, (value) => value !== 0);
    case 'integer':
      return Array.from(data as Int32Array);
    case 'big':
      return Array.from(data as BigInt64Array, (value, i) => {
        if (Number.isSafeInteger(Number(value))) return Number(value);
        throw notInJson(path, `${value} at position ${i}`);
      });
    case 'half':
      return finite((datatype === 'FP16' ? fromFloat16 : fromBfloat16)(data as Uint16Array), path);
    case 'float':
      return finite(data as Float32Array, path);
    case 'bytes':
      return (data as readonly Uint8Array[]).map((bytes) => text(bytes, path));
  }
}

type Reader = (flat: readonly unknown[], datatype: Datatype, path: string) => TensorData;

const integers: Reader = (flat, datatype, path) => {
  const { range, array } = DATATYPES[datatype];
  const [least, most] = range as readonly [number, number];
  const data = new (array as unknown as new (length: number) => Int32Array)(flat.length);
  for (let i = 0; i < flat.length; i++) {
    const value = flat[i];
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > most)
      throw wrongElement(value, i, path, `whole numbers from ${least} to ${most}, for ${datatype}`);
    data[i] = value as number;
  }
  return data;
};

const READERS: Readonly<Record<(typeof DATATYPES)[Datatype]['kind'], Reader>> = {
  integer: integers,
  bool(flat, datatype, path) {
    const data = new Uint8Array(flat.length);
    for (let i = 0; i < flat.length; i++) {
      const value = flat[i];
      if (value !== true && value !== false && value !== 0 && value !== 1)
        throw wrongElement(value, i, path, `true and false, or 1 and 0, for ${datatype}`);
      data[i] = Number(value);
    }
    return data;
  },
  big(flat, datatype, path) {
    const { range, array } = DATATYPES[datatype];
    const [least, most] = range as readonly [number, number];
    const data = new (array as unknown as new (length: number) => BigInt64Array)(flat.length);
    for (let i = 0; i < flat.length; i++) {
      const value = flat[i];
      if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most)
        throw wrongElement(value, i, path, `whole numbers from ${least} to ${most}; larger ones as binary data`);
      data[i] = BigInt(value as number);
    }
    return data;
  },
  float(flat, datatype, path) {
    const { array } = DATATYPES[datatype];
    const data = new (array as unknown as new (length: number) => Float32Array)(flat.length);
    for (let i = 0; i < flat.length; i++) {
      const value = flat[i];
      data[i] = value as number;
      // A number that is finite in JSON and infinite in the tensor would be another number.
      if (typeof value !== 'number' || !Number.isFinite(data[i]))
        throw wrongElement(value, i, path, `numbers that ${datatype} holds`);
    }
    return data;
  },
  half(flat, datatype, path) {
    if (datatype === 'BF16') {
      throw new ProtocolError('BF16 travels as binary data', {
        path,
        received: 'a list in JSON',
        fix: 'send the bytes behind the JSON, with the parameter binary_data_size',
      });
    }
    const data = new Float32Array(flat.length);
    for (let i = 0; i < flat.length; i++) {
      const value = flat[i];
      if (typeof value !== 'number' || Math.abs(value) >= 65520)
        throw wrongElement(value, i, path, `numbers that ${datatype} holds`);
      data[i] = value;
    }
    return toFloat16(data);
  },
  bytes(flat, _, path) {
    const encoder = new TextEncoder();
    return flat.map((value, i) => {
      if (typeof value === 'string') return encoder.encode(value);
      throw wrongElement(value, i, path, 'texts, for BYTES');
    });
  },
};

function flattened(value: readonly unknown[], shape: readonly number[], path: string): readonly unknown[] {
  const flat: unknown[] = [];
  const visit = (list: unknown, depth: number): void => {
    if (!Array.isArray(list) || list.length !== shape[depth]) {
      throw new ProtocolError('the nested lists do not have the shape of the tensor', {
        path,
        received: Array.isArray(list) ? `${list.length} elements at depth ${depth}` : `${said(list)} at depth ${depth}`,
        expected: `lists nested as [${shape.join(', ')}], or one flat list`,
      });
    }
    if (depth === shape.length - 1) for (const element of list) flat.push(element);
    else for (const inner of list) visit(inner, depth + 1);
  };
  visit(value, 0);
  return flat;
}

/** Throws a ProtocolError for a number that is not finite: in JSON it would become null. */
function finite(data: Float32Array | Float64Array, path: string): readonly number[] {
  const values = Array.from(data);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw notInJson(path, `${values[bad]} at position ${bad}`);
  return values;
}

function text(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw notInJson(path, 'bytes that are no UTF-8');
  }
}

function notInJson(path: string, received: string): ProtocolError {
  return new ProtocolError(
    'JSON cannot hold this tensor',
    {
      path,
      received,
      expected: 'finite numbers, integers of at most 2^53, and texts in UTF-8',
      fix: 'ask for binary data: "parameters": { "binary_data_output": true }',
    },
    422,
  );
}

function wrongCount(length: number, shape: readonly number[], path: string): ProtocolError {
  return new ProtocolError('a tensor has another number of elements than its shape says', {
    path,
    received: `${length} elements`,
    expected: `${elementsOf(shape)}, for [${shape.join(', ')}]`,
  });
}

function wrongElement(value: unknown, i: number, path: string, expected: string): ProtocolError {
  return new ProtocolError('a tensor holds an element of another kind', {
    path,
    received: `${said(value)} at position ${i}`,
    expected,
  });
}

export function said(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null)
    return `an object with ${Object.keys(value).slice(0, 8).join(', ') || 'nothing in it'}`;
  // 1e999 is a number in JSON, and would be written as null.
  if (typeof value === 'number') return String(value);
  return JSON.stringify(value)?.slice(0, 60) ?? 'nothing';
}

/** As many elements as `data` has. */
export function lengthOf(data: TensorData): number {
  return (data as NumberData).length;
}
