import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { gradients } from '@descent/core';
import { graph, type Node, type Program } from '@descent/core/backend';
import {
  add,
  concat,
  constant,
  conv2d,
  input,
  iota,
  matmul,
  mean,
  mul,
  neg,
  relu,
  reshape,
  scalar,
  sub,
  sum,
} from '@descent/core/ops';
import { allCases, caseGradientGraph, caseGraph, gradientInputs, values } from '@descent/core/testing';
import { describe, expect, test } from 'vitest';
import { type LowerOptions, lowerGraph } from '../src/lower.ts';
import { lowerLoop } from '../src/lower-loop.ts';
import { toBytes } from '../src/model/to-bytes.ts';
import { planOf } from '../src/plan.ts';
import { ModelProtoSchema } from '../src/proto/onnx-pb.ts';
import { printModel } from '../src/public/index.ts';
import { lenet, mlp, trainStep } from './train-step.ts';

function textOf({ graph: g }: Pick<Program, 'graph'>, options: LowerOptions = {}): string {
  const { model, notes } = lowerGraph(g, options);
  return [...notes.map((note) => `# ${note}`), printModel(toBytes(model))].join('\n');
}

describe('a training step becomes', () => {
  test('for an MLP', () => {
    expect(textOf(trainStep(mlp, 200))).toMatchInlineSnapshot(`
      "onnx ir 8, opset 17
      input x: uint8[200, 1, 28, 28]
      input a.weight: float32[256, 784]
      input a.bias: float32[256]
      input b.weight: float32[10, 256]
      input b.bias: float32[10]
      input y: int32[200]
      input lr: float32[]
      cast_0 = Cast(x, to=float32)
      mul_0 = Mul(cast_0, 0.003921569)
      reshape_0 = Reshape(mul_0, [200, 784])
      gemm_0 = Gemm(reshape_0, a.weight, a.bias, transB=1)
      relu_0 = Relu(gemm_0)
      gemm_1 = Gemm(relu_0, b.weight, b.bias, transB=1)
      reducemax_0 = ReduceMax(gemm_1, axes=[1], keepdims=1)
      sub_0 = Sub(gemm_1, reducemax_0)
      exp_0 = Exp(sub_0)
      reducesum_0 = ReduceSum(exp_0, [1], keepdims=1)
      log_0 = Log(reducesum_0)
      reshape_1 = Reshape(y, [200, 1])
      equal_0 = Equal(reshape_1, const_4: int32[10])
      sub_1 = Sub(log_0, sub_0)
      where_0 = Where(equal_0, sub_1, 0)
      reducesum_1 = ReduceSum(where_0, [1], keepdims=0)
      loss = ReduceMean(reducesum_1, axes=[0], keepdims=0)
      softmax_0 = Softmax(gemm_1, axis=1)
      cast_1 = Cast(equal_0, to=float32)
      sub_2 = Sub(softmax_0, cast_1)
      div_0 = Div(1, 200)
      reshape_2 = Reshape(div_0, [1])
      reshape_3 = Reshape(reshape_2, [])
      reducesum_2 = ReduceSum(cast_1, [1], keepdims=1)
      mul_1 = Mul(reshape_3, reducesum_2)
      mul_2 = Mul(sub_2, mul_1)
      matmul_0 = MatMul(mul_2, b.weight)
      greater_0 = Greater(relu_0, 0)
      cast_2 = Cast(greater_0, to=float32)
      mul_3 = Mul(matmul_0, cast_2)
      mul_4 = Mul(mul_3, lr)
      a.weight/next = Gemm(mul_4, reshape_0, a.weight, alpha=-1, transA=1)
      matmul_1 = MatMul(const_9: float32[200], mul_3)
      mul_5 = Mul(matmul_1, lr)
      a.bias/next = Sub(a.bias, mul_5)
      mul_6 = Mul(mul_2, lr)
      b.weight/next = Gemm(mul_6, relu_0, b.weight, alpha=-1, transA=1)
      matmul_2 = MatMul(const_9: float32[200], mul_2)
      mul_7 = Mul(matmul_2, lr)
      b.bias/next = Sub(b.bias, mul_7)
      output loss: float32[]
      output a.weight/next: float32[256, 784]
      output a.bias/next: float32[256]
      output b.weight/next: float32[10, 256]
      output b.bias/next: float32[10]"
    `);
  });

  test('for a LeNet', () => {
    expect(textOf(trainStep(lenet, 200))).toMatchInlineSnapshot(`
      "# maxPool2dGrad 200×16×8×8: unpooled
      # conv2dInputGrad 200×16×8×8, 16×6×5×5: transposed
      # maxPool2dGrad 200×6×24×24: unpooled
      # conv2dFilterGrad 200×1×28×28, 200×6×24×24: grouped
      # conv2dFilterGrad 200×6×12×12, 200×16×8×8: rows
      onnx ir 8, opset 17
      input x: uint8[200, 1, 28, 28]
      input a.weight: float32[6, 1, 5, 5]
      input a.bias: float32[6]
      input b.weight: float32[16, 6, 5, 5]
      input b.bias: float32[16]
      input c.weight: float32[10, 256]
      input c.bias: float32[10]
      input y: int32[200]
      input lr: float32[]
      cast_0 = Cast(x, to=float32)
      mul_0 = Mul(cast_0, 0.003921569)
      conv_0 = Conv(mul_0, a.weight, a.bias, kernel_shape=[5, 5])
      maxpool_0 = MaxPool(conv_0, kernel_shape=[2, 2], strides=[2, 2])
      relu_0 = Relu(maxpool_0)
      conv_1 = Conv(relu_0, b.weight, b.bias, kernel_shape=[5, 5])
      maxpool_1 = MaxPool(conv_1, kernel_shape=[2, 2], strides=[2, 2])
      relu_1 = Relu(maxpool_1)
      reshape_0 = Reshape(relu_1, [200, 256])
      gemm_0 = Gemm(reshape_0, c.weight, c.bias, transB=1)
      reducemax_0 = ReduceMax(gemm_0, axes=[1], keepdims=1)
      sub_0 = Sub(gemm_0, reducemax_0)
      exp_0 = Exp(sub_0)
      reducesum_0 = ReduceSum(exp_0, [1], keepdims=1)
      log_0 = Log(reducesum_0)
      reshape_1 = Reshape(y, [200, 1])
      equal_0 = Equal(reshape_1, const_4: int32[10])
      sub_1 = Sub(log_0, sub_0)
      where_0 = Where(equal_0, sub_1, 0)
      reducesum_1 = ReduceSum(where_0, [1], keepdims=0)
      loss = ReduceMean(reducesum_1, axes=[0], keepdims=0)
      softmax_0 = Softmax(gemm_0, axis=1)
      cast_1 = Cast(equal_0, to=float32)
      sub_2 = Sub(softmax_0, cast_1)
      div_0 = Div(1, 200)
      reshape_2 = Reshape(div_0, [1])
      reshape_3 = Reshape(reshape_2, [])
      reducesum_2 = ReduceSum(cast_1, [1], keepdims=1)
      mul_1 = Mul(reshape_3, reducesum_2)
      mul_2 = Mul(sub_2, mul_1)
      matmul_0 = MatMul(mul_2, c.weight)
      reshape_4 = Reshape(matmul_0, [200, 16, 4, 4])
      greater_0 = Greater(relu_1, 0)
      cast_2 = Cast(greater_0, to=float32)
      mul_3 = Mul(reshape_4, cast_2)
      resize_0 = Resize(maxpool_1, _, [1, 1, 2, 2], mode=nearest, coordinate_transformation_mode=asymmetric, nearest_mode=floor)
      equal_1 = Equal(conv_1, resize_0)
      cast_3 = Cast(equal_1, to=float32)
      mul_4 = Mul(cast_3, const_11: float32[8, 8])
      maxpool_2 = MaxPool(mul_4, kernel_shape=[2, 2], strides=[2, 2])
      cast_4 = Cast(maxpool_2, to=int64)
      sub_3 = Sub(const_12: int64[200, 16, 1, 1], cast_4)
      maxunpool_0 = MaxUnpool(mul_3, sub_3, kernel_shape=[2, 2], strides=[2, 2])
      convtranspose_0 = ConvTranspose(maxunpool_0, b.weight, kernel_shape=[5, 5])
      greater_1 = Greater(relu_0, 0)
      cast_5 = Cast(greater_1, to=float32)
      mul_5 = Mul(convtranspose_0, cast_5)
      resize_1 = Resize(maxpool_0, _, [1, 1, 2, 2], mode=nearest, coordinate_transformation_mode=asymmetric, nearest_mode=floor)
      equal_2 = Equal(conv_0, resize_1)
      cast_6 = Cast(equal_2, to=float32)
      mul_6 = Mul(cast_6, const_13: float32[24, 24])
      maxpool_3 = MaxPool(mul_6, kernel_shape=[2, 2], strides=[2, 2])
      cast_7 = Cast(maxpool_3, to=int64)
      sub_4 = Sub(const_14: int64[200, 6, 1, 1], cast_7)
      maxunpool_1 = MaxUnpool(mul_5, sub_4, kernel_shape=[2, 2], strides=[2, 2])
      transpose_0 = Transpose(mul_0, perm=[1, 0, 2, 3])
      reshape_5 = Reshape(maxunpool_1, [1200, 1, 24, 24])
      conv_2 = Conv(transpose_0, reshape_5, kernel_shape=[24, 24], group=200)
      reshape_6 = Reshape(conv_2, [1, 200, 6, 5, 5])
      reducesum_3 = ReduceSum(reshape_6, [1], keepdims=0)
      transpose_1 = Transpose(reducesum_3, perm=[1, 0, 2, 3])
      mul_7 = Mul(transpose_1, lr)
      a.weight/next = Sub(a.weight, mul_7)
      reshape_7 = Reshape(mul_5, [200, 6, 144])
      reshape_8 = Reshape(reshape_7, [4, 50, 6, 144])
      reducesum_4 = ReduceSum(reshape_8, [1], keepdims=0)
      reshape_9 = Reshape(reducesum_4, [4, 6, 2, 72])
      reducesum_5 = ReduceSum(reshape_9, [3], keepdims=0)
      reducesum_6 = ReduceSum(reducesum_5, [0, 2], keepdims=0)
      mul_8 = Mul(reducesum_6, lr)
      a.bias/next = Sub(a.bias, mul_8)
      slice_0 = Slice(relu_0, [0], [8], [3])
      slice_1 = Slice(relu_0, [1], [9], [3])
      slice_2 = Slice(relu_0, [2], [10], [3])
      slice_3 = Slice(relu_0, [3], [11], [3])
      slice_4 = Slice(relu_0, [4], [12], [3])
      concat_0 = Concat(slice_0, slice_1, slice_2, slice_3, slice_4, axis=1)
      slice_5 = Slice(concat_0, [0], [8], [2])
      reshape_10 = Reshape(slice_5, [200, 30, 64])
      reshape_11 = Reshape(maxunpool_0, [200, 16, 64])
      transpose_2 = Transpose(reshape_11, perm=[0, 2, 1])
      matmul_1 = MatMul(reshape_10, transpose_2)
      reshape_12 = Reshape(matmul_1, [200, 480])
      matmul_2 = MatMul(const_32: float32[200], reshape_12)
      reshape_13 = Reshape(matmul_2, [30, 16])
      slice_6 = Slice(concat_0, [1], [9], [2])
      reshape_14 = Reshape(slice_6, [200, 30, 64])
      matmul_3 = MatMul(reshape_14, transpose_2)
      reshape_15 = Reshape(matmul_3, [200, 480])
      matmul_4 = MatMul(const_32: float32[200], reshape_15)
      reshape_16 = Reshape(matmul_4, [30, 16])
      slice_7 = Slice(concat_0, [2], [10], [2])
      reshape_17 = Reshape(slice_7, [200, 30, 64])
      matmul_5 = MatMul(reshape_17, transpose_2)
      reshape_18 = Reshape(matmul_5, [200, 480])
      matmul_6 = MatMul(const_32: float32[200], reshape_18)
      reshape_19 = Reshape(matmul_6, [30, 16])
      slice_8 = Slice(concat_0, [3], [11], [2])
      reshape_20 = Reshape(slice_8, [200, 30, 64])
      matmul_7 = MatMul(reshape_20, transpose_2)
      reshape_21 = Reshape(matmul_7, [200, 480])
      matmul_8 = MatMul(const_32: float32[200], reshape_21)
      reshape_22 = Reshape(matmul_8, [30, 16])
      slice_9 = Slice(concat_0, [4], [12], [2])
      reshape_23 = Reshape(slice_9, [200, 30, 64])
      matmul_9 = MatMul(reshape_23, transpose_2)
      reshape_24 = Reshape(matmul_9, [200, 480])
      matmul_10 = MatMul(const_32: float32[200], reshape_24)
      reshape_25 = Reshape(matmul_10, [30, 16])
      concat_1 = Concat(reshape_13, reshape_16, reshape_19, reshape_22, reshape_25, axis=0)
      reshape_26 = Reshape(concat_1, [5, 5, 6, 16])
      transpose_3 = Transpose(reshape_26, perm=[3, 2, 0, 1])
      mul_9 = Mul(transpose_3, lr)
      b.weight/next = Sub(b.weight, mul_9)
      reshape_27 = Reshape(mul_3, [200, 16, 16])
      reshape_28 = Reshape(reshape_27, [4, 50, 16, 16])
      reducesum_7 = ReduceSum(reshape_28, [1], keepdims=0)
      reducesum_8 = ReduceSum(reducesum_7, [0, 2], keepdims=0)
      mul_10 = Mul(reducesum_8, lr)
      b.bias/next = Sub(b.bias, mul_10)
      mul_11 = Mul(mul_2, lr)
      c.weight/next = Gemm(mul_11, reshape_0, c.weight, alpha=-1, transA=1)
      matmul_11 = MatMul(const_32: float32[200], mul_2)
      mul_12 = Mul(matmul_11, lr)
      c.bias/next = Sub(c.bias, mul_12)
      output loss: float32[]
      output a.weight/next: float32[6, 1, 5, 5]
      output a.bias/next: float32[6]
      output b.weight/next: float32[16, 6, 5, 5]
      output b.bias/next: float32[16]
      output c.weight/next: float32[10, 256]
      output c.bias/next: float32[10]"
    `);
  });

  test('in a loop', () => {
    const w = input('w', [2]);
    const data = input('data', [4, 2]);
    const program = {
      graph: graph({ w: add(w, sum(data, { axes: 0 })), loss: sum(mul(w, input('x', [2]))) }),
      reads: ['w', 'data'],
      writes: ['w'],
    };
    expect(printModel(toBytes(lowerLoop(program).model))).toMatchInlineSnapshot(`
      "onnx ir 8, opset 17
      input loop/steps: int64[]
      input w: float32[2]
      input data: float32[4, 2]
      input x: float32[steps, 2]
      w/next, loss = Loop(loop/steps, _, w)
        body:
          input loop/iteration: int64[]
          input loop/condition: bool[]
          input loop/before/w: float32[2]
          gather_0 = Gather(x, loop/iteration, axis=0)
          reducesum_0 = ReduceSum(data, [0], keepdims=0)
          loop/after/w = Add(loop/before/w, reducesum_0)
          mul_0 = Mul(loop/before/w, gather_0)
          loop/after/loss = ReduceSum(mul_0, [0], keepdims=0)
          loop/go on = Identity(loop/condition)
          output loop/go on: bool[]
          output loop/after/w: float32[2]
          output loop/after/loss: float32[]
      output w/next: float32[2]
      output loss: float32[steps]"
    `);
  });
});

test('equal nodes and equal small constants are stored once', () => {
  const x = input('x', [2]);
  const y = concat([
    mul(x, 2),
    mul(reshape(x, [2]), scalar(2)),
    add(x, constant(values([2], 1))),
    add(x, constant(values([2], 1))),
  ]);
  const { nodes, constants } = lowerGraph(graph({ y })).model.graph;
  expect(nodes.map((n) => n.type)).toEqual(['Mul', 'Add', 'Concat']);
  expect(constants.size).toBe(2);
});

test('equal constants of another type or sign of zero are not merged', () => {
  const y = concat([constant(values([1], 1)), reshape(scalar(0), [1]), reshape(scalar(-0), [1])]);
  expect(lowerGraph(graph({ y, i: iota(1) })).model.graph.constants.size).toBeGreaterThanOrEqual(4);
});

test('a chain of 20,000 nodes is no deeper than a short one, and large models without convolutions are not rewritten', () => {
  const chain = (count: number): Program => {
    let y = input('x', [2]);
    for (let i = 0; i < count; i++) y = neg(y);
    return { graph: graph({ y }), reads: [], writes: [] };
  };
  expect(lowerGraph(chain(20_000).graph).model.graph.nodes).toHaveLength(20_000);
  expect(planOf(chain(5000), {}).level).toBe('disabled');
  expect(planOf(chain(500), {}).level).toBe('extended');
  const image = reshape(chain(5000).graph.outputs.get('y') as Node, [1, 1, 1, 2]);
  const y = conv2d(image, input('w', [1, 1, 1, 1]));
  expect(planOf({ graph: graph({ y }), reads: [], writes: [] }, {}).level).toBe('extended');
});

test('a training step on a processor is rewritten only where it is small', () => {
  const step = (length: number, dialect: 'cpu' | 'webgpu' = 'cpu'): string => {
    const [x, w, b] = [input('x', [4, 8]), input('w', [8, 8]), input('b', [8])];
    let y = relu(add(matmul(x, w), b));
    for (let i = 0; i < length; i++) y = neg(y);
    const [gradient] = gradients(sum(y), [w]) as readonly [Node];
    return planOf({ graph: graph({ w: sub(w, gradient) }), reads: ['w'], writes: ['w'] }, { dialect }).level;
  };
  expect(step(2)).toBe('extended');
  expect(step(200)).toBe('disabled');
  expect(step(200, 'webgpu')).toBe('extended');
});

test('newer opsets take the axes of a maximum as an input', () => {
  const program = { graph: graph({ y: mean(input('x', [2, 3]), { axes: 1 }) }) };
  expect(textOf(program, { opset: 17 })).toContain('ReduceMean(x, axes=[1], keepdims=0)');
  expect(textOf(program, { opset: 18 })).toContain('ReduceMean(x, [1], keepdims=0)');
  expect(() => lowerGraph(program.graph, { opset: 12 })).toThrow(/expected: an integer from 13 to/);
});

test('metadata and producer are in the file', () => {
  const { model } = lowerGraph(graph({ y: mul(input('x', [2]), 2) }));
  const bytes = toBytes(model, { metadata: { labels: '["a","b"]' } });
  expect(printModel(bytes)).toContain('metadata labels = ["a","b"]');
});

test('the bytes are those that the library for protobuf writes', () => {
  const wide = { name: 'x', dtype: 'float32', shape: [null, 'batch/2', 300, 2 ** 40] } as const;
  const data = new Float32Array(300).fill(0.1);
  const attributes = { axis: -1, to: 2 ** 40, axes: [-1, 0, 300], mode: 'é', eps: { float: 0.1 } };
  const node = { type: 'Any', inputs: ['x', '', 'c'], outputs: ['y'], attributes };
  const constants = new Map([['c', { dtype: 'float32', shape: [300], data }]] as const);
  const inner = { name: 'inner', inputs: [], outputs: [wide], constants, nodes: [node] };
  const body = { type: 'Loop', inputs: [], outputs: ['z'], attributes: { body: inner } };
  const model = { opset: 21, graph: { ...inner, name: 'ü', inputs: [wide], nodes: [node, body] } };
  const info = { producer: 'p', producerVersion: '1', description: 'd', metadata: { a: '1', b: '' } };
  for (const bytes of [toBytes(model, info), ...modelsToCheck()])
    expect(Buffer.compare(toBinary(ModelProtoSchema, fromBinary(ModelProtoSchema, bytes)), bytes)).toBe(0);
  const read = fromBinary(ModelProtoSchema, toBytes(model, info));
  expect(read).toMatchObject({ irVersion: 10n, producerName: 'p', producerVersion: '1', docString: 'd' });
  expect(read.metadataProps).toMatchObject([
    { key: 'a', value: '1' },
    { key: 'b', value: '' },
  ]);
  expect(read.graph?.name).toBe('ü');
  const dim = [
    { case: undefined },
    { case: 'dimParam', value: 'batch/2' },
    { case: 'dimValue', value: 300n },
    { case: 'dimValue', value: 2n ** 40n },
  ];
  const [input] = read.graph?.input ?? [];
  expect(input?.type?.value).toMatchObject({
    case: 'tensorType',
    value: { elemType: 1, shape: { dim: dim.map((value) => ({ value })) } },
  });
  const [first, loop] = read.graph?.node ?? [];
  expect(first).toMatchObject({ opType: 'Any', name: 'y', input: ['x', '', 'c'], output: ['y'] });
  expect(first?.attribute).toMatchObject([
    { name: 'axis', type: 2, i: -1n },
    { name: 'to', type: 2, i: 2n ** 40n },
    { name: 'axes', type: 7, ints: [-1n, 0n, 300n] },
    { name: 'mode', type: 3, s: new TextEncoder().encode('é') },
    { name: 'eps', type: 1, f: Math.fround(0.1) },
  ]);
  const [constant] = loop?.attribute[0]?.g?.initializer ?? [];
  expect(constant).toMatchObject({ name: 'c', dataType: 1, dims: [300n], rawData: new Uint8Array(data.buffer) });
  // Nothing in a model is unknown to the library.
  expect(read.$unknown).toBeUndefined();
});

test("ONNX's own checker accepts every model", () => {
  const python = process.env['DESCENT_PYTHON'] ?? 'python3';
  try {
    execFileSync(python, ['-c', 'import onnx'], { stdio: 'ignore' });
  } catch {
    process.stderr.write(
      `The ONNX checker is not run: '${python} -c "import onnx"' fails. Set DESCENT_PYTHON to a Python that has it.\n`,
    );
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'descent-onnx-'));
  try {
    const models = modelsToCheck();
    for (const [i, bytes] of models.entries()) writeFileSync(join(folder, `${i}.onnx`), bytes);
    const checked = execFileSync(python, ['-c', CHECKER, folder], { encoding: 'utf8' });
    expect(checked.trim()).toBe(`${models.length} models, no complaints`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);

const CHECKER = `
import glob, sys, onnx
complaints = []
files = glob.glob(sys.argv[1] + '/*.onnx')
for f in files:
    try:
        onnx.checker.check_model(f, full_check=True)
    except Exception as e:
        complaints.append(f + ': ' + str(e))
print(f"{len(files)} models, {len(complaints) or 'no'} complaints")
print('\\n'.join(complaints[:5]))
`;

/** Steps, loops, and every case of every op, in both dialects and several opsets. */
function modelsToCheck(): Uint8Array[] {
  const steps = [trainStep(mlp, 4), trainStep(lenet, 4)];
  const graphs = allCases().flatMap((c) =>
    gradientInputs(c).length > 0 ? [caseGraph(c), caseGradientGraph(c)] : [caseGraph(c)],
  );
  const options = ([17, 18, 21] as const).flatMap((opset) =>
    (['cpu', 'webgpu'] as const).map((dialect) => ({ opset, dialect })),
  );
  return [
    ...options.flatMap((o) => steps.flatMap((s) => [lowerGraph(s.graph, o), lowerLoop(s, o)])),
    ...graphs.map((g, i) => lowerGraph(g, options[i % options.length] as LowerOptions)),
  ].map(({ model }) => toBytes(model));
}
