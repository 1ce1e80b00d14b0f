import { create, toBinary } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from '../proto/onnx-pb.ts';
import type { Attribute, OnnxGraph, OnnxModel, OnnxNode, ValueInfo } from './graph.ts';
import { irVersion } from './opset.ts';
import { type Constant, ELEMENT_TYPES } from './value.ts';

/** What a model file says about itself. */
export interface ModelInfo {
  readonly producer?: string;
  readonly producerVersion?: string;
  readonly description?: string;
  /** Free entries for other programs, such as class names. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The bytes of a `.onnx` file. */
export function toBytes({ graph, opset }: OnnxModel, info: ModelInfo = {}): Uint8Array {
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(irVersion(opset)),
    opsetImport: [create(OperatorSetIdProtoSchema, { domain: '', version: BigInt(opset) })],
    producerName: info.producer ?? 'descent',
    producerVersion: info.producerVersion ?? '',
    docString: info.description ?? '',
    graph: graphProto(graph),
    metadataProps: Object.entries(info.metadata ?? {}).map(([key, value]) =>
      create(StringStringEntryProtoSchema, { key, value }),
    ),
  });
  return toBinary(ModelProtoSchema, model);
}

function graphProto({ name, inputs, outputs, constants, nodes }: OnnxGraph): GraphProto {
  return create(GraphProtoSchema, {
    name,
    input: inputs.map(valueInfo),
    output: outputs.map(valueInfo),
    initializer: [...constants].map(([key, constant]) => tensorProto(key, constant)),
    node: nodes.map(nodeProto),
  });
}

function nodeProto({ type, inputs, outputs, attributes }: OnnxNode): NodeProto {
  return create(NodeProtoSchema, {
    opType: type,
    name: outputs[0] ?? '',
    input: [...inputs],
    output: [...outputs],
    attribute: Object.entries(attributes).map(([name, value]) => attributeProto(name, value)),
  });
}

function attributeProto(name: string, value: Attribute): AttributeProto {
  if (typeof value === 'number')
    return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) });
  if (typeof value === 'string') {
    return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) });
  }
  if ('float' in value) return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value.float });
  if ('nodes' in value) return create(AttributeProtoSchema, { name, type: AttributeType.GRAPH, g: graphProto(value) });
  return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.map(BigInt) });
}

function valueInfo({ name, dtype, shape }: ValueInfo): ValueInfoProto {
  const dim = shape.map((d) =>
    d === null
      ? {}
      : typeof d === 'string'
        ? { value: { case: 'dimParam', value: d } as const }
        : { value: { case: 'dimValue', value: BigInt(d) } as const },
  );
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType: ELEMENT_TYPES[dtype], shape: { dim } } } },
  });
}

function tensorProto(name: string, { dtype, shape, data }: Constant): TensorProto {
  // Raw data is little-endian, as is every platform that ONNX Runtime has packages for.
  const rawData = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  return create(TensorProtoSchema, { name, dataType: ELEMENT_TYPES[dtype], dims: shape.map(BigInt), rawData });
}
