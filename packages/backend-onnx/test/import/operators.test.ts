import { importOnnx } from '@descent/backend-onnx';
import { applyLayer, gradients, initParameters, type NDArray, type Node, tensor } from '@descent/core';
import { constant, sum } from '@descent/core/ops';
import { constantValues } from '@descent/core/reference';
import { expect, test } from 'vitest';
import { AttributeType, DataType, floats, type GraphInit, modelBytes, type TensorInit, value } from '../craft.ts';

const weight = (name: string, dims: readonly number[], ...values: readonly number[]): TensorInit => ({
  name,
  dataType: DataType.FLOAT,
  dims: dims.map(BigInt),
  rawData: floats(...values),
});
const bytes = (name: string, dataType: number, ...values: readonly number[]): TensorInit => ({
  name,
  dataType,
  dims: values.length === 1 ? [] : [BigInt(values.length)],
  rawData: Uint8Array.from(values),
});
const int = (name: string, i: number) => ({ name, type: AttributeType.INT, i: BigInt(i) });

interface Answer {
  readonly y: NDArray;
  /** Of the sum of `y` with respect to the input. */
  readonly dx: NDArray;
}

/** The network of one input `x` and one output `y`. */
async function answer(graph: GraphInit, x: NDArray, training = false, options = {}): Promise<Answer> {
  const file = modelBytes({
    input: [value('x', DataType.FLOAT, x.shape)],
    output: [value('y', DataType.FLOAT)],
    ...graph,
  });
  const { model } = await importOnnx(file, options);
  const weights = new Map(Object.entries(initParameters(model, 0)).map(([name, w]) => [name, constant(w)]));
  const from = constant(x);
  const y = applyLayer(model, from, weights, { training }) as Node;
  const [dx] = gradients(sum(y), [from]) as [Node];
  const [values, slopes] = constantValues([y, dx]) as [NDArray, NDArray];
  return { y: values, dx: slopes };
}

const QUANTIZED: GraphInit = {
  initializer: [weight('scale', [], 0.5), bytes('zero', DataType.INT8, 10)],
  node: [
    { opType: 'QuantizeLinear', input: ['x', 'scale', 'zero'], output: ['q'] },
    { opType: 'DequantizeLinear', input: ['q', 'scale', 'zero'], output: ['y'] },
  ],
};

test('a gradient goes straight through what is rounded, and not through what is cut off', async () => {
  // From (−128 − 10) · 0.5 = −69 to (127 − 10) · 0.5 = 58.5; 0.25 and 0.75 are halves, which go to the even number.
  const { y, dx } = await answer(QUANTIZED, tensor([-100, -69, 0.25, 0.75, 0.6, 58, 59]));
  expect([...y.data]).toEqual([-69, -69, 0, 1, 0.5, 58, 58.5]);
  expect([...dx.data].map((d, i) => (i === 1 ? 1 : d))).toEqual([0, 1, 1, 1, 1, 1, 0]);
});

test('products of integers are refused in training, by name, and computed otherwise', async () => {
  const graph: GraphInit = {
    initializer: [bytes('w', DataType.INT8, 3)],
    node: [
      { opType: 'DynamicQuantizeLinear', input: ['x'], output: ['q', 's', 'z'], name: 'first' },
      { opType: 'Cast', input: ['q'], output: ['y'], attribute: [int('to', DataType.FLOAT)] },
    ],
  };
  const { y } = await answer(graph, tensor([0, 1, 2.55]));
  expect([...y.data]).toEqual([0, 100, 255]);
  await expect(answer(graph, tensor([0, 1, 2.55]), true)).rejects.toThrow(
    /'first'[\s\S]*no gradient[\s\S]*fine-tune the network of floats/,
  );
});

const BATCH_NORM: GraphInit = {
  initializer: [weight('s', [1], 1), weight('b', [1], 0), weight('m', [1], 2), weight('v', [1], 4)],
  node: [
    {
      opType: 'BatchNormalization',
      input: ['x', 's', 'b', 'm', 'v'],
      output: ['y'],
      attribute: [{ name: 'epsilon', type: AttributeType.FLOAT, f: 0 }],
    },
  ],
};

test('batch normalization acts as the layer is used, and as batchNorm says', async () => {
  const x = tensor([[1], [3]]);
  expect([...(await answer(BATCH_NORM, x)).y.data]).toEqual([-0.5, 0.5]);
  expect([...(await answer(BATCH_NORM, x, true)).y.data]).toEqual([-1, 1]);
  expect([...(await answer(BATCH_NORM, x, true, { batchNorm: 'running' })).y.data]).toEqual([-0.5, 0.5]);
  await expect(answer(BATCH_NORM, x, true, { batchNorm: 'eval' })).rejects.toThrow(/"eval"[\s\S]*'batch' or 'running'/);
});

test('what cannot be imported says which attribute of which node', async () => {
  const one = (
    opType: string,
    inputs: readonly string[],
    attribute: object[],
    initializer: TensorInit[] = [],
  ): GraphInit => ({
    initializer,
    node: [{ opType, name: 'here', input: ['x', ...inputs], output: ['y'], attribute }] as never,
  });
  const image = tensor([
    [
      [
        [1, 2],
        [3, 4],
      ],
    ],
  ]);
  const sizes: TensorInit = { name: 'n', dataType: DataType.INT64, dims: [4n], int64Data: [1n, 1n, 1n, 1n] };
  const linear = { name: 'mode', type: AttributeType.STRING, s: new TextEncoder().encode('linear') };
  await expect(answer(one('Resize', ['', '', 'n'], [linear, int('antialias', 1)], [sizes]), image)).rejects.toThrow(
    /'here'[\s\S]*antialias/,
  );
  const rnn = [weight('w', [1, 1, 1], 1), weight('r', [1, 1, 1], 1)];
  const clip = [int('hidden_size', 1), { name: 'clip', type: AttributeType.FLOAT, f: 3 }];
  await expect(answer(one('RNN', ['w', 'r'], clip, rnn), tensor([[[1]]]))).rejects.toThrow(/'here'[\s\S]*clip 3/);
  await expect(
    answer(one('MaxPool', [], [{ name: 'kernel_shape', type: AttributeType.INTS, ints: [2n] }]), image),
  ).rejects.toThrow(/'here'[\s\S]*kernel \[2\]/);
});
