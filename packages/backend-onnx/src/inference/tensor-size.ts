import { TensorProto_DataType as DataType, type TensorProto } from '../proto/onnx-pb.ts';

/** ONNX Runtime takes no larger tensor from memory. */
export const MAX_TENSOR: number = 2 ** 31;

const BITS: ReadonlyMap<number, number> = new Map([
  ...[DataType.COMPLEX128].map((t) => [t, 128] as const),
  ...[DataType.INT64, DataType.UINT64, DataType.DOUBLE, DataType.COMPLEX64].map((t) => [t, 64] as const),
  ...[DataType.FLOAT, DataType.INT32, DataType.UINT32].map((t) => [t, 32] as const),
  ...[DataType.FLOAT16, DataType.BFLOAT16, DataType.INT16, DataType.UINT16].map((t) => [t, 16] as const),
  ...[
    DataType.INT8,
    DataType.UINT8,
    DataType.BOOL,
    DataType.FLOAT8E4M3FN,
    DataType.FLOAT8E4M3FNUZ,
    DataType.FLOAT8E5M2,
    DataType.FLOAT8E5M2FNUZ,
    DataType.FLOAT8E8M0,
  ].map((t) => [t, 8] as const),
  ...[DataType.INT4, DataType.UINT4, DataType.FLOAT4E2M1].map((t) => [t, 4] as const),
  ...[DataType.INT2, DataType.UINT2].map((t) => [t, 2] as const),
]);

/** How many bytes the elements of a tensor take; `undefined` for strings, unknown types, impossible shapes and what is too large. */
export function byteSize({ dataType, dims }: TensorProto): number | undefined {
  const bits = BITS.get(dataType);
  if (bits === undefined || dims.some((d) => d < 0n)) return undefined;
  const size = (dims.reduce((a, b) => a * b, 1n) * BigInt(bits) + 7n) / 8n;
  return size <= MAX_TENSOR ? Number(size) : undefined;
}
