import { BackendError } from '@descent/core';
import { fromBfloat16, fromFloat16 } from '@descent/core/backend';
import { elementName } from '../model/element-names.ts';
import { TensorProto_DataType as DataType, type TensorProto } from '../proto/onnx-pb.ts';
import { byteSize } from './tensor-size.ts';

export type TensorNumbers = ArrayLike<number> & Iterable<number>;

/**
 * The elements of a tensor whose data stand in the file: float32 and float16 as float32, integers of 64 bits as the nearest float64, 0 and 1 for bools. `null`
 * for strings, for types of less than a byte, and for impossible or too large shapes.
 * @param place What errors call the tensor.
 * @throws BackendError naming the tensor when it holds other than as many elements as its shape says.
 */
export function tensorValues(
  tensor: TensorProto,
  path: string,
  place = `tensor '${tensor.name}'`,
): TensorNumbers | null {
  const { dataType, rawData, dims } = tensor;
  const read = READERS.get(dataType);
  const bytes = byteSize(tensor);
  if (read === undefined || bytes === undefined) return null;
  const wrongSize = (received: string, expected: string): BackendError =>
    new BackendError(`the model's ${place} does not have the size of its shape`, {
      path,
      received,
      expected: `${expected}, for ${elementName(dataType)} [${dims.join(', ')}]`,
      fix: 'export the model again; the file is damaged or was not written by an ONNX exporter',
    });
  const count = Number(dims.reduce((a, b) => a * b, 1n));
  const isRaw = rawData.length > 0;
  if (isRaw && rawData.length !== bytes) throw wrongSize(`${rawData.length} bytes`, `${bytes} bytes`);
  // A copy begins where elements may begin; that of a Buffer, which shares its memory when it is cut, too.
  const values = isRaw ? read.raw(new Uint8Array(rawData).buffer) : read.typed(tensor);
  if (values.length !== count) throw wrongSize(`${values.length} elements`, `${count} elements`);
  return values;
}

interface Reader {
  readonly raw: (bytes: ArrayBuffer) => TensorNumbers;
  /** Of elements in fields of their own, as small tensors of some exporters have them. */
  readonly typed: (tensor: TensorProto) => TensorNumbers;
}

const numbers = (values: Iterable<number | bigint>): Float64Array =>
  Float64Array.from(values as Iterable<number>, Number);
const isTrue = (v: number): number => (v === 0 ? 0 : 1);

const READERS: ReadonlyMap<number, Reader> = new Map<number, Reader>([
  [DataType.FLOAT, { raw: (b) => new Float32Array(b), typed: (t) => Float32Array.from(t.floatData) }],
  [DataType.DOUBLE, { raw: (b) => new Float64Array(b), typed: (t) => Float64Array.from(t.doubleData) }],
  [
    DataType.FLOAT16,
    { raw: (b) => fromFloat16(new Uint16Array(b)), typed: (t) => fromFloat16(Uint16Array.from(t.int32Data)) },
  ],
  [
    DataType.BFLOAT16,
    { raw: (b) => fromBfloat16(new Uint16Array(b)), typed: (t) => fromBfloat16(Uint16Array.from(t.int32Data)) },
  ],
  [DataType.INT64, { raw: (b) => numbers(new BigInt64Array(b)), typed: (t) => numbers(t.int64Data) }],
  [DataType.UINT64, { raw: (b) => numbers(new BigUint64Array(b)), typed: (t) => numbers(t.uint64Data) }],
  // Of wider fields the lower bits count, as for ONNX Runtime and NumPy.
  [DataType.UINT32, { raw: (b) => new Uint32Array(b), typed: (t) => Uint32Array.from(numbers(t.uint64Data)) }],
  [DataType.INT32, { raw: (b) => new Int32Array(b), typed: (t) => Int32Array.from(t.int32Data) }],
  [DataType.INT16, { raw: (b) => new Int16Array(b), typed: (t) => Int16Array.from(t.int32Data) }],
  [DataType.UINT16, { raw: (b) => new Uint16Array(b), typed: (t) => Uint16Array.from(t.int32Data) }],
  [DataType.INT8, { raw: (b) => new Int8Array(b), typed: (t) => Int8Array.from(t.int32Data) }],
  [DataType.UINT8, { raw: (b) => new Uint8Array(b), typed: (t) => Uint8Array.from(t.int32Data) }],
  [DataType.BOOL, { raw: (b) => new Uint8Array(b).map(isTrue), typed: (t) => Uint8Array.from(t.int32Data, isTrue) }],
]);
