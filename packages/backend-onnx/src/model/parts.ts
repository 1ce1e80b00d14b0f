import {
  type AttributeProto,
  AttributeProto_AttributeType as AttributeType,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from '../proto/onnx-pb.ts';
import type { Attribute, OnnxGraph, OnnxModel, OnnxNode, ValueInfo } from './graph.ts';
import { irVersion } from './opset.ts';
import { type Constant, ELEMENT_TYPES } from './value.ts';

// The messages of a model as far as we write them. What is read from a file has these fields, and more.

export interface ModelParts extends Pick<ModelProto, 'irVersion'> {
  readonly opsetImport: readonly { readonly domain: string; readonly version: bigint }[];
  readonly metadataProps: readonly { readonly key: string; readonly value: string }[];
  readonly graph?: GraphParts | undefined;
}

export interface GraphParts {
  readonly name: string;
  readonly node: readonly NodeParts[];
  readonly initializer: readonly TensorParts[];
  readonly input: readonly ValueParts[];
  readonly output: readonly ValueParts[];
}

export interface NodeParts extends Pick<NodeProto, 'name' | 'opType' | 'domain'> {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly AttributeParts[];
}

export interface AttributeParts
  extends Pick<AttributeProto, 'name' | 'type'>,
    Partial<Pick<AttributeProto, 'f' | 'i' | 's' | 'ints' | 'floats' | 'strings'>> {
  readonly t?: TensorParts | undefined;
  readonly g?: GraphParts | undefined;
}

export type TensorParts = Pick<TensorProto, 'name' | 'dataType' | 'dims' | 'rawData'> &
  Partial<Pick<TensorProto, 'floatData' | 'int32Data' | 'int64Data'>>;

/** The type of an input or output; `value` of a size is its number, its name, or nothing. */
export interface ValueParts extends Pick<ValueInfoProto, 'name'> {
  readonly type?: { readonly value: TypeParts } | undefined;
}

type TypeParts =
  | { readonly case: 'tensorType'; readonly value: TensorTypeParts }
  | { readonly case: Exclude<NonNullable<ValueInfoProto['type']>['value']['case'], 'tensorType'> };

export interface TensorTypeParts {
  readonly elemType: number;
  readonly shape?: { readonly dim: readonly { readonly value: SizeParts }[] } | undefined;
}

export type SizeParts =
  | { readonly case: 'dimValue'; readonly value: bigint }
  | { readonly case: 'dimParam'; readonly value: string }
  | { readonly case: undefined };

export function modelParts({ graph, opset }: OnnxModel, metadata: Readonly<Record<string, string>> = {}): ModelParts {
  return {
    irVersion: BigInt(irVersion(opset)),
    opsetImport: [
      { domain: '', version: BigInt(opset) },
      ...[...new Set(otherDomains(graph))].map((domain) => ({ domain, version: 1n })),
    ],
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: graphParts(graph),
  };
}

/** Of all nodes that are none of ONNX's own, those in bodies included. */
function otherDomains({ nodes }: OnnxGraph): readonly string[] {
  return nodes.flatMap(({ type, attributes: { body } }) => [
    ...(type.includes('.') ? [domainOf(type)] : []),
    ...(typeof body === 'object' && 'nodes' in body ? otherDomains(body) : []),
  ]);
}

function domainOf(type: string): string {
  return type.slice(0, Math.max(0, type.lastIndexOf('.')));
}

function graphParts({ name, inputs, outputs, constants, nodes }: OnnxGraph): GraphParts {
  return {
    name,
    input: inputs.map(valueParts),
    output: outputs.map(valueParts),
    initializer: [...constants].map(([key, constant]) => tensorParts(key, constant)),
    node: nodes.map(nodeParts),
  };
}

function nodeParts({ type, inputs, outputs, attributes, name }: OnnxNode): NodeParts {
  return {
    opType: type.slice(type.lastIndexOf('.') + 1),
    domain: domainOf(type),
    name: name ?? outputs[0] ?? '',
    input: inputs,
    output: outputs,
    attribute: Object.entries(attributes).map(([name, value]) => attributeParts(name, value)),
  };
}

function attributeParts(name: string, value: Attribute): AttributeParts {
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: BigInt(value) };
  if (typeof value === 'string') return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float };
  if ('nodes' in value) return { name, type: AttributeType.GRAPH, g: graphParts(value) };
  return { name, type: AttributeType.INTS, ints: value.map(BigInt) };
}

function valueParts({ name, dtype, shape }: ValueInfo): ValueParts {
  const dim = shape.map((d): { readonly value: SizeParts } => ({
    value:
      d === null
        ? { case: undefined }
        : typeof d === 'string'
          ? { case: 'dimParam', value: d }
          : { case: 'dimValue', value: BigInt(d) },
  }));
  return { name, type: { value: { case: 'tensorType', value: { elemType: ELEMENT_TYPES[dtype], shape: { dim } } } } };
}

function tensorParts(name: string, { dtype, shape, data }: Constant): TensorParts {
  // Raw data is little-endian, as is every platform that ONNX Runtime has packages for.
  const rawData = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  return { name, dataType: ELEMENT_TYPES[dtype], dims: shape.map(BigInt), rawData };
}
