import { describeValue, ValueError } from '@descent/core';
import { fromBfloat16, fromFloat16, toFloat16 } from '@descent/core/backend';
import { DATATYPES, type DataOfDatatype, type Datatype, type TensorData } from '../protocol/datatypes.ts';
import { dataFromJson } from '../protocol/json-data.ts';
import type { WireTensor } from '../protocol/tensor.ts';

/** Arrays whose class says what their elements are. */
export type InputArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

/** A tensor for a server. An array of Descent is one, too. */
export interface InputTensor {
  readonly shape: readonly number[];
  /**
   * Elements in row-major order. The class of an array says the datatype; texts and byte strings are `BYTES`, `true` and `false` are `BOOL`. A list of
   * numbers needs a `datatype`.
   */
  readonly data: InputArray | readonly string[] | readonly Uint8Array[] | readonly boolean[] | readonly number[];
  /**
   * Where the data do not say it: `BOOL` in a `Uint8Array`; `FP16` and `BF16` as bits in a `Uint16Array`; `FP16` of a `Float32Array`, which is rounded.
   * Other pairs are refused, since they would be other numbers.
   */
  readonly datatype?: Datatype;
  /** Of an array of Descent. */
  readonly dtype?: string;
}

/** What elements of a datatype are in an answer: those of 16 bits as floats of 32, which hold them exactly. */
export type OutputData<D extends Datatype> = D extends 'FP16' | 'BF16' ? Float32Array : DataOfDatatype[D];

/** A tensor of an answer; `datatype` says which array `data` is. */
export type OutputTensor<D extends Datatype = Datatype> = {
  readonly [K in D]: {
    readonly name: string;
    readonly datatype: K;
    readonly shape: readonly number[];
    readonly data: OutputData<K>;
  };
}[D];

/**
 * A tensor as it travels.
 * @throws ValueError for data that are no array, or not of the datatype; ProtocolError for numbers that it does not hold.
 */
export function toWire(name: string, tensor: unknown): WireTensor {
  const { shape, data, datatype, dtype } = expectTensor(name, tensor);
  if (datatype !== undefined && !Object.hasOwn(DATATYPES, datatype)) {
    throw new ValueError('there is no such datatype', {
      path: name,
      received: describeValue(datatype),
      expected: Object.keys(DATATYPES).join(', '),
    });
  }
  if (Array.isArray(data)) return { name, shape, ...ofList(name, data, shape, datatype) };
  const own = CLASSES.find(([array]) => data instanceof array)?.[1];
  if (own === undefined) throw noData(name, data);
  const wanted = datatype ?? (dtype === 'bool' && own === 'UINT8' ? 'BOOL' : own);
  if (wanted === own) return { name, shape, datatype: own, data: data as TensorData };
  const isBits = own === 'UINT16' && (wanted === 'FP16' || wanted === 'BF16');
  if (isBits) return { name, shape, datatype: wanted, data: data as Uint16Array };
  if (own === 'FP32' && wanted === 'FP16')
    return { name, shape, datatype: wanted, data: halves(name, data as Float32Array) };
  if (own === 'UINT8' && wanted === 'BOOL')
    return { name, shape, datatype: wanted, data: bools(name, data as Uint8Array) };
  throw new ValueError('the array is not of the datatype', {
    path: name,
    received: `a ${(data as object).constructor.name} as ${wanted}`,
    expected: `${own}, or ${arrayOf(wanted)}`,
    fix: 'convert it to the array that the model takes; client.metadata(model) tells its inputs',
  });
}

const CLASSES = [
  [Float32Array, 'FP32'],
  [Float64Array, 'FP64'],
  [Int8Array, 'INT8'],
  [Int16Array, 'INT16'],
  [Int32Array, 'INT32'],
  [BigInt64Array, 'INT64'],
  [Uint8Array, 'UINT8'],
  [Uint8ClampedArray, 'UINT8'],
  [Uint16Array, 'UINT16'],
  [Uint32Array, 'UINT32'],
  [BigUint64Array, 'UINT64'],
] as const;

function arrayOf(datatype: Datatype): string {
  const found = CLASSES.find(([, own]) => own === datatype)?.[0].name;
  if (found !== undefined) return `a ${found}`;
  return datatype === 'BYTES'
    ? 'a list of texts'
    : datatype === 'BOOL'
      ? 'true and false'
      : 'its bits in a Uint16Array';
}

function expectTensor(name: string, tensor: unknown): InputTensor {
  const { shape } = (tensor ?? {}) as Partial<InputTensor>;
  const isShape = Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (isShape) return tensor as InputTensor;
  throw new ValueError('this is no tensor', {
    path: name,
    received: shape === undefined ? describeValue(tensor) : `the shape ${JSON.stringify(shape)?.slice(0, 60)}`,
    expected: '{ shape: [1, 4], data: Float32Array.of(…) }',
  });
}

function ofList(
  name: string,
  data: readonly unknown[],
  shape: readonly number[],
  datatype: Datatype | undefined,
): Pick<WireTensor, 'datatype' | 'data'> {
  const isAll = (test: (value: unknown) => boolean): boolean => data.length > 0 && data.every(test);
  if (isAll((value) => value instanceof Uint8Array) && (datatype ?? 'BYTES') === 'BYTES') {
    return { datatype: 'BYTES', data: data as readonly Uint8Array[] };
  }
  const own = isAll((value) => typeof value === 'string')
    ? 'BYTES'
    : isAll((value) => typeof value === 'boolean')
      ? 'BOOL'
      : undefined;
  const wanted = datatype ?? own;
  if (wanted === undefined) throw noData(name, data);
  return { datatype: wanted, data: dataFromJson(data, wanted, shape, name) };
}

function noData(name: string, data: unknown): ValueError {
  const isNumbers = Array.isArray(data);
  return new ValueError(isNumbers ? 'a list does not say what its elements are' : 'a tensor has no data', {
    path: name,
    received: isNumbers ? `a list of ${data.length}, such as ${describeValue(data[0])}` : describeValue(data),
    expected: 'a typed array such as a Float32Array, a list of texts, or a list of numbers with their datatype',
    fix: isNumbers ? 'Float32Array.from(list), or { datatype: … } beside it' : undefined,
  });
}

function halves(name: string, data: Float32Array): Uint16Array {
  const large = data.findIndex((value) => Math.abs(value) >= 65520 && Math.abs(value) !== Number.POSITIVE_INFINITY);
  if (large < 0) return toFloat16(data);
  throw new ValueError('FP16 does not hold so large a number', {
    path: name,
    received: `${data[large]} at position ${large}`,
    expected: 'numbers from -65504 to 65504',
  });
}

function bools(name: string, data: Uint8Array): Uint8Array {
  const odd = data.findIndex((value) => value > 1);
  if (odd < 0) return data;
  throw new ValueError('BOOL holds no other numbers', {
    path: name,
    received: `${data[odd]} at position ${odd}`,
    expected: '0 or 1',
  });
}

/** A tensor of an answer, with floats of 16 bits as those of 32. */
export function fromWire({ name, datatype, shape, data }: WireTensor): OutputTensor {
  const widen = datatype === 'FP16' ? fromFloat16 : datatype === 'BF16' ? fromBfloat16 : undefined;
  const values = widen === undefined ? data : widen(data as Uint16Array);
  return { name, datatype, shape, data: values } as OutputTensor;
}

/** The elements of a `BYTES` tensor as texts. Throws a `ValueError` for bytes that are no UTF-8. */
export function texts({ name, data }: OutputTensor<'BYTES'>): readonly string[] {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return data.map((bytes, i) => {
    try {
      return decoder.decode(bytes);
    } catch (cause) {
      throw new ValueError('the bytes are no text', {
        path: name,
        received: `${bytes.length} bytes at position ${i} that are no UTF-8`,
        cause,
      });
    }
  });
}
