import type { MessageInitShape } from '@bufbuild/protobuf';
import type { DType, Shape } from '@descent/core/backend';
import { type AttrValueSchema, DataType } from './proto/tensorflow-pb.ts';

export type Attr = MessageInitShape<typeof AttrValueSchema>;
export type Attrs = Readonly<Record<string, Attr>>;

const TYPES: Readonly<Record<DType, DataType>> = {
  float32: DataType.DT_FLOAT,
  int32: DataType.DT_INT32,
  uint8: DataType.DT_UINT8,
  bool: DataType.DT_BOOL,
};

export function dataType(dtype: DType): DataType {
  return TYPES[dtype];
}

export function type(dtype: DType): Attr {
  return { value: { case: 'type', value: TYPES[dtype] } };
}

export function int(n: number): Attr {
  return { value: { case: 'i', value: BigInt(n) } };
}

export function ints(numbers: readonly number[]): Attr {
  return { value: { case: 'list', value: { i: numbers.map(BigInt) } } };
}

export function bool(value: boolean): Attr {
  return { value: { case: 'b', value } };
}

export function text(value: string): Attr {
  return { value: { case: 's', value: new TextEncoder().encode(value) } };
}

export function shape(sizes: Shape): Attr {
  return { value: { case: 'shape', value: { dim: sizes.map((n) => ({ size: BigInt(n) })) } } };
}
