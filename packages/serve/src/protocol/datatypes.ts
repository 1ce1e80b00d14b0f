import { ProtocolError } from './errors.ts';

/** Element types of the protocol. */
export type Datatype =
  | 'BOOL'
  | 'UINT8'
  | 'UINT16'
  | 'UINT32'
  | 'UINT64'
  | 'INT8'
  | 'INT16'
  | 'INT32'
  | 'INT64'
  | 'FP16'
  | 'BF16'
  | 'FP32'
  | 'FP64'
  | 'BYTES';

/** What holds the elements: numbers of 16 bits hold the bits of `FP16` and `BF16`, a list of byte strings those of `BYTES`. */
export interface DataOfDatatype {
  readonly BOOL: Uint8Array;
  readonly UINT8: Uint8Array;
  readonly UINT16: Uint16Array;
  readonly UINT32: Uint32Array;
  readonly UINT64: BigUint64Array;
  readonly INT8: Int8Array;
  readonly INT16: Int16Array;
  readonly INT32: Int32Array;
  readonly INT64: BigInt64Array;
  readonly FP16: Uint16Array;
  readonly BF16: Uint16Array;
  readonly FP32: Float32Array;
  readonly FP64: Float64Array;
  readonly BYTES: readonly Uint8Array[];
}

export type TensorData = DataOfDatatype[Datatype];
/** Elements of one size. */
export type NumberData = Exclude<TensorData, readonly Uint8Array[]>;

interface Constructor {
  new (length: number): NumberData;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): NumberData;
}

/** How the elements of a datatype are stored. */
export interface DatatypeFacts {
  /** Bytes of one element; `null` for byte strings, each of which says how long it is. */
  readonly bytes: number | null;
  readonly kind: 'bool' | 'integer' | 'big' | 'half' | 'float' | 'bytes';
  readonly array: Constructor | null;
  /** Smallest and largest number, of integers. */
  readonly range: readonly [number, number] | null;
}

const of = (
  kind: DatatypeFacts['kind'],
  bytes: number | null,
  array: unknown,
  range: readonly [number, number] | null = null,
): DatatypeFacts => ({ kind, bytes, array: array as Constructor | null, range });

export const DATATYPES: Readonly<Record<Datatype, DatatypeFacts>> = {
  BOOL: of('bool', 1, Uint8Array, [0, 1]),
  UINT8: of('integer', 1, Uint8Array, [0, 255]),
  UINT16: of('integer', 2, Uint16Array, [0, 2 ** 16 - 1]),
  UINT32: of('integer', 4, Uint32Array, [0, 2 ** 32 - 1]),
  // JSON in JavaScript has no other integers; all of them travel as binary tensors.
  UINT64: of('big', 8, BigUint64Array, [0, Number.MAX_SAFE_INTEGER]),
  INT8: of('integer', 1, Int8Array, [-128, 127]),
  INT16: of('integer', 2, Int16Array, [-(2 ** 15), 2 ** 15 - 1]),
  INT32: of('integer', 4, Int32Array, [-(2 ** 31), 2 ** 31 - 1]),
  INT64: of('big', 8, BigInt64Array, [-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]),
  FP16: of('half', 2, Uint16Array),
  BF16: of('half', 2, Uint16Array),
  FP32: of('float', 4, Float32Array),
  FP64: of('float', 8, Float64Array),
  BYTES: of('bytes', null, null),
};

export function isDatatype(value: unknown): value is Datatype {
  return typeof value === 'string' && Object.hasOwn(DATATYPES, value);
}

/** Throws a ProtocolError for another name. */
export function expectDatatype(value: unknown, path: string): Datatype {
  if (isDatatype(value)) return value;
  const upper = typeof value === 'string' ? value.toUpperCase() : '';
  const meant = isDatatype(upper) ? upper : NEAR[upper];
  throw new ProtocolError('there is no such datatype', {
    path,
    received: JSON.stringify(value)?.slice(0, 60) ?? 'nothing',
    expected: Object.keys(DATATYPES).join(', '),
    ...(meant !== undefined && { fix: `write "${meant}"` }),
  });
}

/** What other programs call them. */
const NEAR: Readonly<Record<string, Datatype>> = {
  FLOAT: 'FP32',
  FLOAT16: 'FP16',
  FLOAT32: 'FP32',
  FLOAT64: 'FP64',
  DOUBLE: 'FP64',
  BFLOAT16: 'BF16',
  INT: 'INT32',
  LONG: 'INT64',
  BOOLEAN: 'BOOL',
  STRING: 'BYTES',
};
