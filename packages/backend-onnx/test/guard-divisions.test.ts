import { create, toBinary } from '@bufbuild/protobuf';
import { tensor } from '@descent/core';
import { describe, expect, test } from 'vitest';
import { guardDivisions } from '../src/inference/guard-divisions.ts';
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataType as DataType,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from '../src/proto/onnx-pb.ts';
import { loadOnnx } from '../src/public/index.ts';

const LEAST = -(2 ** 31);

function port(name: string, elemType: number) {
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType, shape: { dim: [{}] } } } },
  });
}

function node(opType: string, input: string[], output: string, attribute: NodeProto['attribute'] = []): NodeProto {
  return create(NodeProtoSchema, { opType, input, output: [output], attribute });
}

function model(
  nodes: NodeProto[],
  types: Readonly<Record<string, number>>,
  result: number,
  constant?: bigint,
): ModelProto {
  const divisor = create(TensorProtoSchema, {
    name: 'b',
    dataType: DataType.INT32,
    dims: [1n],
    int32Data: [Number(constant)],
  });
  return create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [create(OperatorSetIdProtoSchema, { version: 17n })],
    graph: create(GraphProtoSchema, {
      name: 'g',
      node: nodes,
      initializer: constant === undefined ? [] : [divisor],
      input: Object.entries(types).map(([name, type]) => port(name, type)),
      output: [port('y', result)],
    }),
  });
}

const bytes = (m: ModelProto): Uint8Array => toBinary(ModelProtoSchema, m);
const two = { a: DataType.INT32, b: DataType.INT32 };

describe('models of others with integer divisions', () => {
  test.each([
    ['Div', [LEAST, 7, -7], [LEAST, 3, -3], [-1, 2, 2]],
    ['Mod', [LEAST, 7, -7], [0, 1, 1], [-1, 2, 2]],
  ] as const)('%s of the least int32 by −1 does not end the process', async (op, a, y, b) => {
    const file = await loadOnnx(bytes(model([node(op, ['a', 'b'], 'y')], two, DataType.INT32)));
    const results = await file.run({ a: tensor([...a], 'int32'), b: tensor([...b], 'int32') });
    expect([...(results['y']?.data ?? [])]).toEqual(y);
    file.dispose();
  });

  test('int64 that is computed inside, behind casts and views', async () => {
    const toInt64 = create(AttributeProtoSchema, { name: 'to', type: AttributeType.INT, i: BigInt(DataType.INT64) });
    const toInt32 = create(AttributeProtoSchema, { name: 'to', type: AttributeType.INT, i: BigInt(DataType.INT32) });
    const big = create(AttributeProtoSchema, {
      name: 'value',
      type: AttributeType.TENSOR,
      t: create(TensorProtoSchema, { dataType: DataType.INT64, dims: [1n], int64Data: [2n ** 32n] }),
    });
    const nodes = [
      node('Cast', ['a'], 'a64', [toInt64]),
      node('Constant', [], 'big', [big]),
      // −2³¹ · 2³² is the least int64.
      node('Mul', ['a64', 'big'], 'least'),
      node('Cast', ['b'], 'b64', [toInt64]),
      node('Identity', ['b64'], 'same'),
      node('Div', ['least', 'same'], 'q'),
      node('Div', ['q', 'big'], 'r'),
      node('Cast', ['r'], 'y', [toInt32]),
    ];
    const file = await loadOnnx(bytes(model(nodes, two, DataType.INT32)));
    const { y } = await file.run({ a: tensor([LEAST], 'int32'), b: tensor([-1], 'int32') });
    expect([...(y?.data ?? [])]).toEqual([LEAST]);
    file.dispose();
  });

  test('divisions by constants and of floats stay as they are', () => {
    const divide = (): NodeProto[] => [node('Div', ['a', 'b'], 'y')];
    expect(guardDivisions(model(divide(), { a: DataType.INT32 }, DataType.INT32, 2n))).toBe(false);
    expect(guardDivisions(model(divide(), { a: DataType.INT32 }, DataType.INT32, -1n))).toBe(true);
    expect(guardDivisions(model(divide(), { a: DataType.FLOAT, b: DataType.FLOAT }, DataType.FLOAT))).toBe(false);
  });
});
