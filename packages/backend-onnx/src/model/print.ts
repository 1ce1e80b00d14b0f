import { parseModel } from '../inference/read-model.ts';
import {
  type AttributeProto,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataType as DataType,
  type GraphProto,
  type NodeProto,
  type TensorProto,
  type TypeProto_Tensor,
  type ValueInfoProto,
} from '../proto/onnx-pb.ts';
import { elementName } from './element-names.ts';

/** Constants with more elements are printed by name and type. */
const LONGEST_LIST = 8;

/**
 * The text of an ONNX model, one line a node: `gemm_0 = Gemm(x, w, b, transB=1)`. Small constants stand where they are used. For people,
 * golden tests and diffs.
 * @throws BackendError saying what the bytes are when they are no model.
 */
export function printModel(bytes: Uint8Array): string {
  const model = parseModel(bytes, 'the model');
  const opsets = model.opsetImport.map(({ domain, version }) => `${domain === '' ? 'opset' : domain} ${version}`);
  const header = `onnx ir ${model.irVersion}, ${opsets.join(', ')}`;
  const metadata = model.metadataProps.map(({ key, value }) => `metadata ${key} = ${value}`);
  const graph = model.graph === undefined ? [] : graphLines(model.graph, new Map());
  return [header, ...metadata, ...graph].join('\n');
}

function graphLines(graph: GraphProto, outer: ReadonlyMap<string, string>): string[] {
  const constants = new Map([...outer, ...graph.initializer.map((t) => [t.name, constantText(t)] as const)]);
  return [
    ...graph.input.filter(({ name }) => !constants.has(name)).map((value) => `input ${typed(value)}`),
    ...graph.node.flatMap((n) => nodeLines(n, constants)),
    ...graph.output.map((value) => `output ${typed(value)}`),
  ];
}

function nodeLines(n: NodeProto, constants: ReadonlyMap<string, string>): string[] {
  const bodies = n.attribute.filter((a) => a.type === AttributeType.GRAPH && a.g !== undefined);
  const attributes = n.attribute
    .filter((a) => !bodies.includes(a))
    .map((a) => `${a.name}=${n.opType === 'Cast' && a.name === 'to' ? elementName(Number(a.i)) : attributeText(a)}`);
  const inputs = n.input.map((name) => (name === '' ? '_' : (constants.get(name) ?? name)));
  const type = n.domain === '' ? n.opType : `${n.domain}.${n.opType}`;
  const line = `${n.output.map((name) => (name === '' ? '_' : name)).join(', ')} = ${type}(${[...inputs, ...attributes].join(', ')})`;
  const inner = bodies.flatMap((a) => [
    `  ${a.name}:`,
    ...graphLines(a.g as GraphProto, constants).map((text) => `    ${text}`),
  ]);
  return [line, ...inner];
}

function attributeText(a: AttributeProto): string {
  switch (a.type) {
    case AttributeType.FLOAT:
      return short(a.f);
    case AttributeType.INT:
      return `${a.i}`;
    case AttributeType.STRING:
      return new TextDecoder().decode(a.s);
    case AttributeType.TENSOR:
      return a.t === undefined ? '' : constantText(a.t);
    case AttributeType.INTS:
      return `[${a.ints.join(', ')}]`;
    case AttributeType.FLOATS:
      return `[${a.floats.map(short).join(', ')}]`;
    case AttributeType.STRINGS:
      return `[${a.strings.map((s) => new TextDecoder().decode(s)).join(', ')}]`;
    default:
      return '…';
  }
}

function typed({ name, type }: ValueInfoProto): string {
  const value = type?.value;
  return value?.case === 'tensorType' ? `${name}: ${tensorType(value.value)}` : `${name}: ${value?.case ?? 'unknown'}`;
}

function tensorType({ elemType, shape }: TypeProto_Tensor): string {
  const sizes = shape?.dim.map(({ value }) => (value.case === undefined ? '?' : `${value.value}`));
  return `${elementName(elemType)}${sizes === undefined ? '' : `[${sizes.join(', ')}]`}`;
}

function constantText(t: TensorProto): string {
  const values = smallValues(t);
  if (values === undefined) return `${t.name}: ${elementName(t.dataType)}[${t.dims.join(', ')}]`;
  return t.dims.length === 0 ? `${values[0]}` : `[${values.join(', ')}]`;
}

/** The elements of a short constant of rank 0 or 1. */
function smallValues(t: TensorProto): readonly string[] | undefined {
  if (t.dims.length > 1 || t.dims.some((d) => d > LONGEST_LIST)) return undefined;
  const bytes = t.rawData.slice().buffer;
  switch (t.dataType) {
    case DataType.FLOAT:
      return Array.from(t.rawData.length > 0 ? new Float32Array(bytes) : t.floatData, short);
    case DataType.INT64:
      return Array.from(t.rawData.length > 0 ? new BigInt64Array(bytes) : t.int64Data, String);
    case DataType.INT32:
      return Array.from(t.rawData.length > 0 ? new Int32Array(bytes) : t.int32Data, String);
    case DataType.UINT8:
    case DataType.BOOL:
      return Array.from(t.rawData.length > 0 ? t.rawData : t.int32Data, String);
    default:
      return undefined;
  }
}

/** A float32 with as many digits as it holds. */
function short(value: number): string {
  return `${Number(value.toPrecision(7))}`;
}
