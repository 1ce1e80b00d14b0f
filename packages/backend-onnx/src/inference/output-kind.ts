import type { OutputKind } from '@descent/core';
import { kindOfNode, kindOfShape, type OutputNode, type OutputOp } from '@descent/core/backend';
import {
  type AttributeProto,
  TensorProto_DataType as DataType,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
} from '../proto/onnx-pb.ts';
import type { Port } from './ports.ts';

/**
 * What the numbers of `output` are: as `told` by the file's metadata, unless its operators show that they are no logits; without either, two or more
 * numbers a sample are taken for logits.
 */
export function fileOutputKind(model: ModelProto, output: Port, told: OutputKind | undefined): OutputKind {
  if (told !== undefined && told !== 'logits') return told;
  return kindOfNode(viewOf(model, output.name)) ?? told ?? kindOfPort(output);
}

function kindOfPort({ dtype, shape, anyShape }: Port): OutputKind {
  if (dtype !== 'float32') return 'values';
  // Which classes there are shows when it runs.
  return anyShape === true ? 'logits' : kindOfShape(shape);
}

/** Operators of ONNX, and those that ONNX Runtime adds, by what they do; all others are of no interest. */
const OPERATORS: Readonly<Record<string, OutputOp>> = {
  Add: 'add',
  Sum: 'add',
  Sub: 'sub',
  Mul: 'mul',
  Div: 'div',
  Reciprocal: 'reciprocal',
  Neg: 'neg',
  Softplus: 'softplus',
  Exp: 'exp',
  Log: 'log',
  Tanh: 'tanh',
  Where: 'where',
  HardSigmoid: 'sigmoid',
  Sigmoid: 'sigmoid',
  Softmax: 'softmax',
  QLinearSoftmax: 'softmax',
  QLinearSigmoid: 'sigmoid',
  LogSoftmax: 'logSoftmax',
  ReduceLogSumExp: 'logSumExp',
  ReduceSum: 'sum',
  ReduceMean: 'mean',
  GlobalAveragePool: 'mean',
  Concat: 'concat',
  Mean: 'concat',
  Constant: 'constant',
  Abs: 'positive',
  Relu: 'positive',
  Pow: 'power',
  Sqrt: 'power',
  ...Object.fromEntries(
    [
      'Cast',
      'CastLike',
      'Clip',
      'DequantizeLinear',
      'Dropout',
      'Expand',
      'Flatten',
      'Gather',
      'Identity',
      'QuantizeLinear',
      'Reshape',
      'Slice',
      'Squeeze',
      'Transpose',
      'Unsqueeze',
    ].map((name) => [name, 'same'] as const),
  ),
};

const OTHER: OutputNode = { op: 'other', inputs: [] };

/** The operators behind the value `name`, seen as far as they are looked at. */
function viewOf({ graph, opsetImport }: ModelProto, name: string): OutputNode {
  const { node: nodes = [], initializer: initializers = [] } = graph ?? ({} as Partial<GraphProto>);
  const makers = new Map(nodes.flatMap((n) => n.output.map((output) => [output, n] as const)));
  const constants = new Map(initializers.map((t) => [t.name, t]));
  const opset = Number(opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 0);
  const views = new Map<string, OutputNode>();
  const make = (value: string): OutputNode => {
    const maker = makers.get(value);
    if (maker === undefined) return constantNode(constants.get(value));
    // A file can be anything, also a circle; only the first output of an operator is looked at.
    if (maker.output[0] !== value) return OTHER;
    if (maker.opType === 'Constant')
      return constantNode(attribute(maker, 'value')?.t, attribute(maker, 'value_float')?.f);
    const op = opOf(maker);
    return {
      op,
      get inputs() {
        return maker.input.map(view);
      },
      ...(op.toLowerCase().includes('softmax') && { overBatch: axisOf(maker, opset) === 0 }),
    };
  };
  const view = (value: string): OutputNode => {
    const known = views.get(value);
    if (known !== undefined) return known;
    const made = make(value);
    views.set(value, made);
    return made;
  };
  return view(name);
}

/** A sum of one is that one; a file can leave out what an operator needs. */
function opOf({ opType, input }: NodeProto): OutputOp {
  const op = Object.hasOwn(OPERATORS, opType) ? (OPERATORS[opType] as OutputOp) : 'other';
  if (opType === 'Sum' && input.length === 1) return 'same';
  return input.length < (PAIRS.has(op) ? 2 : 1) ? 'other' : op;
}

const PAIRS: ReadonlySet<OutputOp> = new Set(['add', 'sub', 'mul', 'div']);

/** Before opset 13 a softmax went over all axes from 1 on. */
function axisOf(n: NodeProto, opset: number): number {
  const given = attribute(n, 'axis');
  return given === undefined ? (opset < 13 ? 1 : -1) : Number(given.i);
}

function attribute({ attribute: all }: NodeProto, name: string): AttributeProto | undefined {
  return all.find((a) => a.name === name);
}

function constantNode(tensor: TensorProto | undefined, value = numberIn(tensor)): OutputNode {
  return value === undefined ? OTHER : { op: 'constant', inputs: [], value };
}

function numberIn(t: TensorProto | undefined): number | undefined {
  if (t === undefined || t.dims.some((d) => d !== 1n)) return undefined;
  const view = new DataView(t.rawData.buffer, t.rawData.byteOffset, t.rawData.byteLength);
  if (t.dataType === DataType.FLOAT) return view.byteLength === 4 ? view.getFloat32(0, true) : t.floatData[0];
  if (t.dataType === DataType.DOUBLE) return view.byteLength === 8 ? view.getFloat64(0, true) : t.doubleData[0];
  return undefined;
}
