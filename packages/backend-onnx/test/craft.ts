// ONNX files made by hand, as other programs write them and as nobody should.
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataType as DataType,
  type GraphProtoSchema,
  ModelProtoSchema,
  type TensorProtoSchema,
  type ValueInfoProtoSchema,
} from '../src/proto/onnx-pb.ts';

export { AttributeType, DataType };

export type TensorInit = MessageInitShape<typeof TensorProtoSchema>;
export type GraphInit = MessageInitShape<typeof GraphProtoSchema>;
export type ValueInit = MessageInitShape<typeof ValueInfoProtoSchema>;

/** The bytes of a model around `graph`. */
export function modelBytes(graph: GraphInit, more: MessageInitShape<typeof ModelProtoSchema> = {}): Uint8Array {
  const init = { irVersion: 8n, opsetImport: [{ domain: '', version: 17n }], graph: { name: 'g', ...graph }, ...more };
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, init as MessageInitShape<typeof ModelProtoSchema>));
}

/** An input or output; strings are names of axes, `null` axes say nothing, no `shape` says nothing at all. */
export function value(name: string, elemType: number, shape?: readonly (number | string | null)[]): ValueInit {
  const dim = shape?.map((d) => ({
    value:
      d === null
        ? ({ case: undefined } as const)
        : typeof d === 'string'
          ? ({ case: 'dimParam', value: d } as const)
          : ({ case: 'dimValue', value: BigInt(d) } as const),
  }));
  return { name, type: { value: { case: 'tensorType', value: { elemType, ...(dim && { shape: { dim } }) } } } };
}

/** A float32 vector of `length` in the file `location`. */
export function external(name: string, length: number, location: string, offset = 0): TensorInit {
  return {
    name,
    dataType: DataType.FLOAT,
    dims: [BigInt(length)],
    dataLocation: 1,
    externalData: [
      { key: 'location', value: location },
      { key: 'offset', value: `${offset}` },
      { key: 'length', value: `${length * 4}` },
    ],
  };
}

/** `y = x + w` for vectors of `length`, with `w` an initializer. */
export function addModel(w: TensorInit, length: number, more: GraphInit = {}): Uint8Array {
  return modelBytes({
    input: [value('x', DataType.FLOAT, [length])],
    output: [value('y', DataType.FLOAT, [length])],
    initializer: [w],
    node: [{ opType: 'Add', input: ['x', 'w'], output: ['y'] }],
    ...more,
  });
}

export function floats(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}
