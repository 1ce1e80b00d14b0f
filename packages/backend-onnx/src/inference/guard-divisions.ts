import { create } from '@bufbuild/protobuf';
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataType as DataType,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from '../proto/onnx-pb.ts';

/** The least number of each integer type whose division by −1 the processor answers with a signal, which would end the process. */
const LEAST: ReadonlyMap<number, bigint> = new Map([
  [DataType.INT32, -(2n ** 31n)],
  [DataType.INT64, -(2n ** 63n)],
]);

/** Ops whose result has the element type of their first input. */
const KEEPS_TYPE: ReadonlySet<string> = new Set([
  ...[
    'Identity',
    'Reshape',
    'Transpose',
    'Squeeze',
    'Unsqueeze',
    'Flatten',
    'Slice',
    'Gather',
    'GatherElements',
    'GatherND',
  ],
  ...[
    'Concat',
    'Expand',
    'Tile',
    'Pad',
    'Split',
    'Add',
    'Sub',
    'Mul',
    'Div',
    'Mod',
    'Pow',
    'Neg',
    'Abs',
    'Sign',
    'Min',
    'Max',
  ],
  ...[
    'Clip',
    'ReduceSum',
    'ReduceMax',
    'ReduceMin',
    'ReduceProd',
    'CumSum',
    'Range',
    'ScatterElements',
    'ScatterND',
    'TopK',
  ],
]);
const GIVES_INT64: ReadonlySet<string> = new Set(['Shape', 'Size', 'ArgMax', 'ArgMin', 'NonZero']);

type Types = Map<string, number>;

/**
 * Changes `model` so that no division of its integers can end the process: −2³¹ / −1 and the remainder of it are those of −2³¹ and 1, as int32
 * wraps around. Divisions by constants that hold no −1, which is what shapes are computed with, stay as they are. Whether anything was
 * changed.
 */
export function guardDivisions(model: ModelProto): boolean {
  // `Where` is there from 9 on; older models are left alone.
  const opset = model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 0n;
  if (model.graph === undefined || opset < 9n) return false;
  let made = 0;
  const pending: { readonly graph: GraphProto; readonly outer: ReadonlyMap<string, number> }[] = [
    { graph: model.graph, outer: new Map() },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { graph } = next;
    const types: Types = new Map(next.outer);
    const constants = new Map<string, TensorProto>(graph.initializer.map((t) => [t.name, t]));
    for (const t of graph.initializer) types.set(t.name, t.dataType);
    for (const { name, type } of [...graph.input, ...graph.valueInfo]) {
      if (type?.value.case === 'tensorType') types.set(name, type.value.value.elemType);
    }
    const nodes: NodeProto[] = [];
    for (const node of graph.node) {
      noteTypes(node, types, constants);
      for (const a of node.attribute)
        for (const inner of a.g === undefined ? a.graphs : [a.g]) pending.push({ graph: inner, outer: types });
      const least = isDivision(node) ? LEAST.get(types.get(node.input[0] ?? '') ?? 0) : undefined;
      if (least === undefined || isSafe(constants.get(node.input[1] ?? ''))) nodes.push(node);
      else nodes.push(...guarded(node, types.get(node.input[0] as string) as number, least, `descent_guard_${made++}`));
    }
    graph.node = nodes;
  }
  return made > 0;
}

function isDivision({ opType, domain }: NodeProto): boolean {
  return (opType === 'Div' || opType === 'Mod') && (domain === '' || domain === 'ai.onnx');
}

function noteTypes(node: NodeProto, types: Types, constants: Map<string, TensorProto>): void {
  const [first = ''] = node.input;
  const value = node.attribute.find((a) => a.name === 'value')?.t;
  if (node.opType === 'Constant' && value !== undefined) constants.set(node.output[0] ?? '', value);
  const type =
    node.opType === 'Cast'
      ? Number(node.attribute.find((a) => a.name === 'to')?.i ?? 0)
      : node.opType === 'Constant' || node.opType === 'ConstantOfShape'
        ? (value?.dataType ??
          (node.attribute.some((a) => a.name.startsWith('value_int')) ? DataType.INT64 : DataType.FLOAT))
        : node.opType === 'Where'
          ? types.get(node.input[1] ?? '')
          : GIVES_INT64.has(node.opType)
            ? DataType.INT64
            : KEEPS_TYPE.has(node.opType)
              ? types.get(first)
              : undefined;
  if (type === undefined) return;
  for (const name of node.output) if (!types.has(name)) types.set(name, type);
}

/** Whether `divisor` is a constant without a −1. */
function isSafe(divisor: TensorProto | undefined): boolean {
  if (divisor === undefined || divisor.externalData.length > 0) return false;
  const { dataType, rawData, int32Data, int64Data } = divisor;
  if (rawData.length > 0) {
    const size = dataType === DataType.INT64 ? 8 : 4;
    const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
    for (let at = 0; at + size <= rawData.length; at += size) {
      if (size === 8 ? view.getBigInt64(at, true) === -1n : view.getInt32(at, true) === -1) return false;
    }
    return true;
  }
  return !int32Data.includes(-1) && !int64Data.includes(-1n);
}

/** `node` with a divisor that is 1 where it would be −1 under the least number, and what that divisor is computed by. */
function guarded(node: NodeProto, type: number, least: bigint, prefix: string): readonly NodeProto[] {
  const [dividend = '', divisor = ''] = node.input;
  const name = (what: string): string => `${prefix}_${what}`;
  const op = (opType: string, input: readonly string[], what: string): NodeProto =>
    create(NodeProtoSchema, { opType, input: [...input], output: [name(what)], name: name(what) });
  const constant = (what: string, value: bigint): NodeProto =>
    create(NodeProtoSchema, {
      opType: 'Constant',
      output: [name(what)],
      name: name(what),
      attribute: [create(AttributeProtoSchema, { name: 'value', type: AttributeType.TENSOR, t: scalar(type, value) })],
    });
  node.input = [dividend, name('divisor')];
  return [
    constant('minus_one', -1n),
    constant('one', 1n),
    constant('least', least),
    op('Equal', [divisor, name('minus_one')], 'by_minus_one'),
    op('Equal', [dividend, name('least')], 'of_least'),
    op('And', [name('by_minus_one'), name('of_least')], 'both'),
    op('Where', [name('both'), name('one'), divisor], 'divisor'),
    node,
  ];
}

function scalar(dataType: number, value: bigint): TensorProto {
  return dataType === DataType.INT64
    ? create(TensorProtoSchema, { dataType, int64Data: [value] })
    : create(TensorProtoSchema, { dataType, int32Data: [Number(value)] });
}
