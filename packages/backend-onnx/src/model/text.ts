import { AttributeProto_AttributeType as AttributeType, TensorProto_DataType as DataType } from '../proto/onnx-pb.ts';
import { elementName } from './element-names.ts';
import type {
  AttributeParts,
  GraphParts,
  ModelParts,
  NodeParts,
  TensorParts,
  TensorTypeParts,
  ValueParts,
} from './parts.ts';

/** Constants with more elements are printed by name and type. */
const LONGEST_LIST = 8;

/** The text of a model, one line a node. */
export function modelText({ irVersion, opsetImport, metadataProps, graph }: ModelParts): string {
  const opsets = opsetImport.map(({ domain, version }) => `${domain === '' ? 'opset' : domain} ${version}`);
  const header = `onnx ir ${irVersion}, ${opsets.join(', ')}`;
  const metadata = metadataProps.map(({ key, value }) => `metadata ${key} = ${value}`);
  return [header, ...metadata, ...(graph === undefined ? [] : graphLines(graph, new Map()))].join('\n');
}

function graphLines(graph: GraphParts, outer: ReadonlyMap<string, string>): string[] {
  const constants = new Map([...outer, ...graph.initializer.map((t) => [t.name, constantText(t)] as const)]);
  return [
    ...graph.input.filter(({ name }) => !constants.has(name)).map((value) => `input ${typed(value)}`),
    ...graph.node.flatMap((n) => nodeLines(n, constants)),
    ...graph.output.map((value) => `output ${typed(value)}`),
  ];
}

function nodeLines(n: NodeParts, constants: ReadonlyMap<string, string>): string[] {
  const bodies = n.attribute.filter((a) => a.type === AttributeType.GRAPH && a.g !== undefined);
  const attributes = n.attribute
    .filter((a) => !bodies.includes(a))
    .map((a) => `${a.name}=${n.opType === 'Cast' && a.name === 'to' ? elementName(Number(a.i)) : attributeText(a)}`);
  const inputs = n.input.map((name) => (name === '' ? '_' : (constants.get(name) ?? name)));
  const type = n.domain === '' ? n.opType : `${n.domain}.${n.opType}`;
  const line = `${n.output.map((name) => (name === '' ? '_' : name)).join(', ')} = ${type}(${[...inputs, ...attributes].join(', ')})`;
  const inner = bodies.flatMap((a) => [
    `  ${a.name}:`,
    ...graphLines(a.g as GraphParts, constants).map((text) => `    ${text}`),
  ]);
  return [line, ...inner];
}

function attributeText({ type, f = 0, i = 0n, s, t, ints = [], floats = [], strings = [] }: AttributeParts): string {
  switch (type) {
    case AttributeType.FLOAT:
      return short(f);
    case AttributeType.INT:
      return `${i}`;
    case AttributeType.STRING:
      return new TextDecoder().decode(s);
    case AttributeType.TENSOR:
      return t === undefined ? '' : constantText(t);
    case AttributeType.INTS:
      return `[${ints.join(', ')}]`;
    case AttributeType.FLOATS:
      return `[${floats.map(short).join(', ')}]`;
    case AttributeType.STRINGS:
      return `[${strings.map((s) => new TextDecoder().decode(s)).join(', ')}]`;
    default:
      return '…';
  }
}

function typed({ name, type }: ValueParts): string {
  const value = type?.value;
  return value?.case === 'tensorType' ? `${name}: ${tensorType(value.value)}` : `${name}: ${value?.case ?? 'unknown'}`;
}

function tensorType({ elemType, shape }: TensorTypeParts): string {
  const sizes = shape?.dim.map(({ value }) => (value.case === undefined ? '?' : `${value.value}`));
  return `${elementName(elemType)}${sizes === undefined ? '' : `[${sizes.join(', ')}]`}`;
}

function constantText(t: TensorParts): string {
  const values = smallValues(t);
  if (values === undefined) return `${t.name}: ${elementName(t.dataType)}[${t.dims.join(', ')}]`;
  return t.dims.length === 0 ? `${values[0]}` : `[${values.join(', ')}]`;
}

/** The elements of a short constant of rank 0 or 1. */
function smallValues({
  dims,
  dataType,
  rawData,
  floatData = [],
  int32Data = [],
  int64Data = [],
}: TensorParts): readonly string[] | undefined {
  if (dims.length > 1 || dims.some((d) => d > LONGEST_LIST)) return undefined;
  // Not slice(), by which a Buffer of Node shares its memory.
  const bytes = new Uint8Array(rawData).buffer;
  switch (dataType) {
    case DataType.FLOAT:
      return Array.from(rawData.length > 0 ? new Float32Array(bytes) : floatData, short);
    case DataType.INT64:
      return Array.from(rawData.length > 0 ? new BigInt64Array(bytes) : int64Data, String);
    case DataType.INT32:
      return Array.from(rawData.length > 0 ? new Int32Array(bytes) : int32Data, String);
    case DataType.UINT8:
    case DataType.BOOL:
      return Array.from(rawData.length > 0 ? rawData : int32Data, String);
    default:
      return undefined;
  }
}

/** A float32 with as many digits as it holds. */
function short(value: number): string {
  return `${Number(value.toPrecision(7))}`;
}
