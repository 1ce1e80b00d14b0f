import { exportOnnx, importOnnx } from '@descent/backend-onnx';
import {
  adamW,
  applyLayer,
  BackendError,
  createPredictor,
  createTrainer,
  crossEntropy,
  initParameters,
  type Layer,
  linear,
  lora,
  mse,
  type NDArray,
  type Node,
  ndarray,
  relu,
  replace,
  select,
  sequential,
  sgd,
  summarize,
  tanh,
  tensor,
} from '@descent/core';
import { input } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { describe, expect, test } from 'vitest';
import { AttributeType, DataType, floats, type GraphInit, modelBytes, type TensorInit, value } from './craft.ts';

const backend = referenceBackend();

const weight = (name: string, dims: readonly number[], ...values: readonly number[]): TensorInit => ({
  name,
  dataType: DataType.FLOAT,
  dims: dims.map(BigInt),
  rawData: floats(...values),
});
const int64 = (name: string, ...values: readonly number[]): TensorInit => ({
  name,
  dataType: DataType.INT64,
  dims: [BigInt(values.length)],
  int64Data: values.map(BigInt),
});

/** `fc` [3 → 2], ReLU, `head` as a product and a sum with a weight of a made-up name. */
const NETWORK: GraphInit = {
  input: [value('x', DataType.FLOAT, ['batch', 3])],
  output: [value('y', DataType.FLOAT, ['batch', 2])],
  initializer: [
    weight('fc.weight', [2, 3], 1, 2, 3, 4, 5, 6),
    weight('fc.bias', [2], 0.5, -0.5),
    weight('onnx::MatMul_7', [2, 2], 1, 2, 3, 4),
    weight('head.bias', [2], 1, -1),
  ],
  node: [
    {
      opType: 'Gemm',
      name: '/fc/Gemm',
      input: ['x', 'fc.weight', 'fc.bias'],
      output: ['h'],
      attribute: [{ name: 'transB', type: AttributeType.INT, i: 1n }],
    },
    { opType: 'Relu', name: '/act/Relu', input: ['h'], output: ['r'] },
    { opType: 'MatMul', name: '/head/MatMul', input: ['r', 'onnx::MatMul_7'], output: ['p'] },
    { opType: 'Add', name: '/head/Add', input: ['head.bias', 'p'], output: ['y'] },
  ],
};

async function outputOf(graph: GraphInit, x: NDArray, more: Parameters<typeof modelBytes>[1] = {}): Promise<NDArray> {
  const { model, sample } = await importOnnx(modelBytes(graph, more));
  const predictor = await createPredictor({ model, parameters: initParameters(model, 0), sample, backend });
  return predictor.predict(x);
}

describe('a file as a layer', () => {
  test('it has the parameters of the file by name, and layers by the modules of its exporter', async () => {
    const { model, parameters, inputs, outputs, sample, opset } = await importOnnx(modelBytes(NETWORK));
    expect(model.parameters.map(({ name, shape }) => [name, shape])).toEqual([
      ['fc.weight', [2, 3]],
      ['fc.bias', [2]],
      ['head.bias', [2]],
      ['head.weight', [2, 2]],
    ]);
    expect(select(model, { match: /./ }).map(({ path, layer }) => `${path} ${layer.label}`)).toEqual([
      'fc linear(3 → 2)',
      'act relu',
      'head linear(2 → 2)',
    ]);
    expect([...(parameters['fc.weight']?.data ?? [])]).toEqual([1, 2, 3, 4, 5, 6]);
    // PyTorch's order: [out, in].
    expect([...(parameters['head.weight']?.data ?? [])]).toEqual([1, 3, 2, 4]);
    expect([inputs.map(({ name }) => name), outputs.map(({ name }) => name)]).toEqual([['x'], ['y']]);
    expect([sample, opset]).toEqual([{ shape: [3], dtype: 'float32' }, 17]);
    expect(initParameters(model, 5)).toEqual(parameters);
  });

  test('it computes what the file does', async () => {
    const y = await outputOf(NETWORK, tensor([[1, -1, 1]]));
    // fc: [1 − 2 + 3 + 0.5, 4 − 5 + 6 − 0.5] = [2.5, 4.5]; head: [2.5 + 13.5 + 1, 5 + 18 − 1].
    expect([...y.data]).toEqual([17, 22]);
  });

  test('a trainer starts from its numbers and trains it inside another network', async () => {
    const { model } = await importOnnx(modelBytes(NETWORK));
    const twin = sequential(linear(3, 2), relu(), linear(2, 2));
    const start = initParameters(model, 0);
    const adopted = {
      '0.weight': start['fc.weight'],
      '0.bias': start['fc.bias'],
      '2.weight': start['head.weight'],
      '2.bias': start['head.bias'],
    } as never;
    const [x, y] = [
      tensor([
        [1, -1, 1],
        [0.5, 0.25, -2],
      ]),
      tensor([
        [1, 0],
        [0, 1],
      ]),
    ];
    const options = { loss: mse(), optimizer: adamW({ lr: 0.01 }), backend };
    const imported = await createTrainer({ ...options, model: sequential(model, tanh()) });
    const ours = await createTrainer({
      ...options,
      model: sequential(twin, tanh()),
      parameters: prefixedBy('0.', adopted),
    });
    for (let step = 0; step < 5; step++) {
      expect((await imported.step(x, y)).loss).toBeCloseTo((await ours.step(x, y)).loss, 6);
    }
  });

  test('its head is replaced, the rest frozen or adapted', async () => {
    const { model } = await importOnnx(modelBytes(NETWORK));
    const other = replace(model, { match: /^head$/ }, linear(2, 5));
    expect(summarize(other, { shape: [3] }).rows.map(({ path, outputShape }) => [path, outputShape])).toEqual([
      ['fc', [-1, 2]],
      ['act', [-1, 2]],
      ['head', [-1, 5]],
    ]);
    const trainer = await createTrainer({
      model: other,
      loss: crossEntropy(),
      optimizer: sgd({ lr: 0.1 }),
      freeze: /^fc/,
      backend,
    });
    await trainer.step(tensor([[1, -1, 1]]), tensor([3], 'int32'));
    const after = await trainer.parameters();
    expect([...(after['fc.weight']?.data ?? [])]).toEqual([1, 2, 3, 4, 5, 6]);
    const adapted = lora(model, { kind: 'linear' }, { rank: 1 });
    expect(adapted.parameters.map(({ name }) => name)).toContain('head.lora_A.weight');
  });

  test('it is exported again', async () => {
    const { model, parameters } = await importOnnx(modelBytes(NETWORK));
    const { bytes } = await exportOnnx(model, { parameters, sample: { shape: [3] } });
    const again = await importOnnx(bytes);
    const predictor = await createPredictor({
      model: again.model,
      parameters: again.parameters,
      sample: again.sample,
      backend,
    });
    expect([...(await predictor.predict(tensor([[1, -1, 1]]))).data]).toEqual([17, 22]);
  });
});

describe('arithmetic with sizes', () => {
  const flatten: GraphInit = {
    input: [value('x', DataType.FLOAT, ['batch', 2, 3])],
    output: [value('y', DataType.FLOAT, ['batch', 6])],
    initializer: [int64('zero', 0), int64('rest', -1)],
    node: [
      { opType: 'Shape', input: ['x'], output: ['s'] },
      { opType: 'Gather', input: ['s', 'zero'], output: ['b'] },
      {
        opType: 'Concat',
        input: ['b', 'rest'],
        output: ['t'],
        attribute: [{ name: 'axis', type: AttributeType.INT, i: 0n }],
      },
      { opType: 'Reshape', input: ['x', 't'], output: ['y'] },
    ],
  };

  test('is done when the network is built, for any batch', async () => {
    const y = await outputOf(
      flatten,
      ndarray(
        'float32',
        [2, 2, 3],
        Float32Array.from({ length: 12 }, (_, i) => i),
      ),
    );
    expect([y.shape, [...y.data]]).toEqual([[2, 6], Array.from({ length: 12 }, (_, i) => i)]);
  });

  test('what is no multiple of the batch is computed for each batch', async () => {
    // y = x · (batch + 1)
    const graph: GraphInit = {
      input: [value('x', DataType.FLOAT, ['batch', 1])],
      output: [value('y', DataType.FLOAT, ['batch', 1])],
      initializer: [int64('zero', 0), int64('one', 1)],
      node: [
        { opType: 'Shape', input: ['x'], output: ['s'] },
        { opType: 'Gather', input: ['s', 'zero'], output: ['b'] },
        { opType: 'Add', input: ['b', 'one'], output: ['c'] },
        { opType: 'Cast', input: ['c'], output: ['f'], attribute: [{ name: 'to', type: AttributeType.INT, i: 1n }] },
        { opType: 'Mul', input: ['x', 'f'], output: ['y'] },
      ],
    };
    expect([...(await outputOf(graph, tensor([[1], [2]]))).data]).toEqual([3, 6]);
    expect([...(await outputOf(graph, tensor([[1], [2], [3]]))).data]).toEqual([4, 8, 12]);
  });
});

describe('functions and control flow', () => {
  const DOMAIN = 'local';
  const call = (name: string, input: string, output: string) => ({
    opType: name,
    domain: DOMAIN,
    input: [input],
    output: [output],
  });
  const body = (name: string, node: NonNullable<GraphInit['node']>) => ({
    name,
    domain: DOMAIN,
    input: ['a'],
    output: ['b'],
    opsetImport: [{ domain: '', version: 17n }],
    node,
  });

  test('functions stand in place of their calls, also where they call each other', async () => {
    const y = await outputOf(
      {
        input: [value('x', DataType.FLOAT, ['batch', 1])],
        output: [value('y', DataType.FLOAT, ['batch', 1])],
        node: [call('Outer', 'x', 't'), call('Outer', 't', 'y')],
      },
      tensor([[1]]),
      {
        opsetImport: [
          { domain: '', version: 17n },
          { domain: DOMAIN, version: 1n },
        ],
        functions: [
          body('Inner', [{ opType: 'Add', input: ['a', 'a'], output: ['b'] }]),
          body('Outer', [call('Inner', 'a', 't'), { opType: 'Mul', input: ['t', 'a'], output: ['b'] }]),
        ],
      },
    );
    // f(a) = 2a·a: f(1) = 2, f(2) = 8.
    expect([...y.data]).toEqual([8]);
  });

  test('functions that double at each level are refused', async () => {
    const functions = Array.from({ length: 40 }, (_, i) =>
      body(
        `F${i}`,
        i === 0
          ? [{ opType: 'Neg', input: ['a'], output: ['b'] }]
          : [call(`F${i - 1}`, 'a', 't'), call(`F${i - 1}`, 't', 'b')],
      ),
    );
    const bytes = modelBytes(
      {
        input: [value('x', DataType.FLOAT, ['batch', 1])],
        output: [value('y', DataType.FLOAT, ['batch', 1])],
        node: [call('F39', 'x', 'y')],
      },
      {
        opsetImport: [
          { domain: '', version: 17n },
          { domain: DOMAIN, version: 1n },
        ],
        functions,
      },
    );
    await expect(importOnnx(bytes)).rejects.toThrow(BackendError);
  });

  test('a branch is taken whose condition follows from shapes', async () => {
    const branch = (name: string, opType: string): NonNullable<GraphInit['node']>[number]['attribute'] => [
      {
        name,
        type: AttributeType.GRAPH,
        g: { name, output: [value('o', DataType.FLOAT)], node: [{ opType, input: ['x'], output: ['o'] }] },
      },
    ];
    const y = await outputOf(
      {
        input: [value('x', DataType.FLOAT, ['batch', 2])],
        output: [value('y', DataType.FLOAT, ['batch', 2])],
        initializer: [int64('one', 1), int64('two', 2)],
        node: [
          { opType: 'Shape', input: ['x'], output: ['s'] },
          { opType: 'Gather', input: ['s', 'one'], output: ['d'] },
          { opType: 'Equal', input: ['d', 'two'], output: ['c'] },
          {
            opType: 'If',
            input: ['c'],
            output: ['y'],
            attribute: [...(branch('then_branch', 'Neg') ?? []), ...(branch('else_branch', 'Exp') ?? [])],
          },
        ],
      },
      tensor([[1, 2]]),
    );
    expect([...y.data]).toEqual([-1, -2]);
  });
});

describe('what cannot be imported', () => {
  test('is listed together: which operators, how often, where', async () => {
    const bytes = modelBytes({
      input: [value('x', DataType.FLOAT, ['batch', 3])],
      output: [value('y', DataType.FLOAT, ['batch', 3])],
      node: [
        { opType: 'Relux', name: 'first', input: ['x'], output: ['a'] },
        { opType: 'Relux', name: 'second', input: ['a'], output: ['b'] },
        { opType: 'NonMaxSuppression', name: 'third', input: ['b'], output: ['y'] },
      ],
    });
    const error = await importOnnx(bytes).catch((e: Error) => e.message);
    expect(error).toContain('2 operators that cannot be imported');
    expect(error).toContain("Relux (2 times: 'first', 'second'); the nearest that can is Relu");
    expect(error).toContain("NonMaxSuppression (once: 'third'); export the network without it");
  });

  test('a sample that does not fit names the input', async () => {
    const { model } = await importOnnx(modelBytes(NETWORK));
    expect(() => summarize(model as Layer, { shape: [4] })).toThrow(
      "the input 'x' of the imported network does not fit",
    );
    expect(() => summarize(model as Layer, { shape: [3], dtype: 'uint8' })).toThrow('has another type');
  });

  test('circles, values out of nowhere and cut tensors are errors that say so', async () => {
    const odd: GraphInit = {
      ...NETWORK,
      node: [
        { opType: 'Add', input: ['x', 'b'], output: ['a'] },
        { opType: 'Add', input: ['x', 'a'], output: ['b'] },
        { opType: 'Relu', input: ['b'], output: ['y'] },
      ],
    };
    const { model } = await importOnnx(modelBytes(odd));
    expect(() => summarize(model, { shape: [3] })).toThrow('uses a value that nothing has made');
    const cut = { ...NETWORK, initializer: [weight('fc.weight', [2, 3], 1, 2)] };
    await expect(importOnnx(modelBytes(cut))).rejects.toThrow(
      /initializer 'fc\.weight' does not have the size of its shape[\s\S]*8 bytes[\s\S]*24 bytes/,
    );
  });

  test('an index of a sparse tensor lies within its axis', async () => {
    const sparse = (...at: readonly number[]): GraphInit => ({
      input: [value('x', DataType.FLOAT, ['batch', 3])],
      output: [value('y', DataType.FLOAT, ['batch', 3])],
      sparseInitializer: [
        {
          values: weight('w', [1], 5),
          indices: { name: 'i', dataType: DataType.INT64, dims: [1n, 2n], int64Data: at.map(BigInt) },
          dims: [2n, 3n],
        },
      ],
      node: [
        { opType: 'ReduceSum', input: ['w'], output: ['s'] },
        { opType: 'Add', input: ['x', 's'], output: ['y'] },
      ],
    });
    await importOnnx(modelBytes(sparse(1, 2)));
    await expect(importOnnx(modelBytes(sparse(0, 5)))).rejects.toThrow(/index 5 in sparse[\s\S]*0 to 2/);
    await expect(importOnnx(modelBytes(sparse(1, -1)))).rejects.toThrow(/index -1 in sparse/);
  });

  test('of fields that are wider than their elements the lower bits count, as for ONNX Runtime', async () => {
    const graph: GraphInit = {
      input: [value('x', DataType.FLOAT, ['batch', 1])],
      output: [value('y', DataType.FLOAT, ['batch', 1])],
      initializer: [{ name: 'w', dataType: DataType.INT8, dims: [1n], int32Data: [200] }],
      node: [
        { opType: 'Cast', input: ['w'], output: ['c'], attribute: [{ name: 'to', type: AttributeType.INT, i: 1n }] },
        { opType: 'Add', input: ['x', 'c'], output: ['y'] },
      ],
    };
    expect((await outputOf(graph, tensor([[0]]))).data[0]).toBe(-56);
  });

  test.each([
    ['Mul', 65_536n, 65_536n, null],
    ['Mul', 46_340n, 46_340n, 2_147_395_600],
    ['Mul', -65_536n, 32_768n, -(2 ** 31)],
    ['Add', 2_147_483_647n, 1n, null],
    ['Sub', -2_147_483_648n, 1n, null],
    ['Sub', 2_147_483_647n, 1n, 2_147_483_646],
  ])('%s of %d and %d: beyond 32 bits it is refused, not another number', async (opType, a, b, exact) => {
    const graph: GraphInit = {
      input: [value('x', DataType.FLOAT, ['batch', 1])],
      output: [value('y', DataType.FLOAT, ['batch', 1])],
      initializer: [
        { name: 'a', dataType: DataType.INT64, dims: [1n], int64Data: [a] },
        { name: 'b', dataType: DataType.INT64, dims: [1n], int64Data: [b] },
      ],
      node: [
        { opType, input: ['a', 'b'], output: ['c'] },
        { opType: 'Cast', input: ['c'], output: ['f'], attribute: [{ name: 'to', type: AttributeType.INT, i: 1n }] },
        { opType: 'Add', input: ['x', 'f'], output: ['y'] },
      ],
    };
    const asked = outputOf(graph, tensor([[0]]));
    if (exact === null) await expect(asked).rejects.toThrow('integers of the file grow beyond 32 bits');
    else expect((await asked).data[0]).toBe(Math.fround(exact));
  });

  test('two operators that make one value are refused', async () => {
    const node = [
      { opType: 'Relu', input: ['x'], output: ['y'] },
      { opType: 'Neg', input: ['x'], output: ['y'] },
    ];
    await expect(importOnnx(modelBytes({ ...NETWORK, node }))).rejects.toThrow(
      'two operators of the model make one value',
    );
  });

  test('integers that int32 does not hold are refused where they are used as numbers', async () => {
    const graph: GraphInit = {
      input: [value('x', DataType.INT64, ['batch'])],
      output: [value('y', DataType.INT64, ['batch'])],
      initializer: [{ name: 'big', dataType: DataType.INT64, dims: [1n], int64Data: [2n ** 40n] }],
      node: [{ opType: 'Add', input: ['x', 'big'], output: ['y'] }],
    };
    const { model } = await importOnnx(modelBytes(graph));
    expect(() => summarize(model, { shape: [], dtype: 'int32' })).toThrow('an integer that is too large');
  });
});

describe('inputs', () => {
  test('initializers that are also inputs are none, as files of IR version 3 have them', async () => {
    const graph = { ...NETWORK, input: [...(NETWORK.input ?? []), value('fc.weight', DataType.FLOAT, [2, 3])] };
    expect((await importOnnx(modelBytes(graph))).inputs.map(({ name }) => name)).toEqual(['x']);
  });

  test('a file for one sample takes more of them where its input is given an open batch', async () => {
    const graph = { ...NETWORK, input: [value('x', DataType.FLOAT, [1, 3])] };
    const one = await importOnnx(modelBytes(graph));
    const x = tensor([
      [1, -1, 1],
      [1, -1, 1],
    ]);
    const parts = { parameters: one.parameters, sample: { shape: [3] }, backend };
    const predictor = await createPredictor({ ...parts, model: one.model }).catch((e: Error) => e.message);
    expect(predictor).toContain("import it with an open axis: { shapes: { 'x': ['batch', …] } }");
    const { model } = await importOnnx(modelBytes(graph), { shapes: { x: ['batch', 3] } });
    expect([...(await (await createPredictor({ ...parts, model })).predict(x)).data]).toEqual([17, 22, 17, 22]);
    await expect(importOnnx(modelBytes(graph), { shapes: { x: ['batch'] } })).rejects.toThrow(
      'that the input cannot have',
    );
    await expect(importOnnx(modelBytes(graph), { shapes: { z: [1] } })).rejects.toThrow('does not take');
  });

  test('several inputs and outputs are records by name, and one can be fixed', async () => {
    const graph: GraphInit = {
      input: [value('a', DataType.FLOAT, ['batch', 1]), value('b', DataType.FLOAT, ['batch', 1])],
      output: [value('sum', DataType.FLOAT, ['batch', 1]), value('product', DataType.FLOAT, ['batch', 1])],
      node: [
        { opType: 'Add', input: ['a', 'b'], output: ['sum'] },
        { opType: 'Mul', input: ['a', 'b'], output: ['product'] },
      ],
    };
    const both = await importOnnx<{ a: Node; b: Node }, { sum: Node; product: Node }>(modelBytes(graph));
    const predictor = await createPredictor({
      model: both.model,
      parameters: both.parameters,
      sample: both.sample,
      backend,
    });
    const { sum, product } = await predictor.predict({ a: tensor([[2]]), b: tensor([[3]]) });
    expect([sum.data[0], product.data[0]]).toEqual([5, 6]);
    const one = await importOnnx(modelBytes(graph), { fixed: { b: tensor([[4]]) } });
    expect(one.inputs.map(({ name }) => name)).toEqual(['a']);
    await expect(importOnnx(modelBytes(graph), { fixed: { c: tensor([1]) } })).rejects.toThrow('does not have');
    const missing = applied(both.model, { a: input('a', [2, 1]) });
    expect(missing).toThrow(/not given its input 'b'/);
    expect(applied(both.model, input('a', [2, 1]))).toThrow(/not given its input 'a'/);
  });

  test('a fixed value has the type and the shape of its input', async () => {
    const graph: GraphInit = {
      input: [value('x', DataType.FLOAT, ['batch', 4]), value('sizes', DataType.INT64, [2])],
      output: [value('y', DataType.FLOAT, ['batch', 2, 2])],
      node: [{ opType: 'Reshape', input: ['x', 'sizes'], output: ['y'] }],
    };
    const wrong = (sizes: unknown): Promise<unknown> =>
      importOnnx(modelBytes(graph), { fixed: { sizes: sizes as NDArray } });
    await importOnnx(modelBytes(graph), { fixed: { sizes: tensor([-1, 4], 'int32') } });
    await expect(wrong(tensor([-1.5, 4]))).rejects.toThrow(/'sizes' does not fit[\s\S]*float32\[2\][\s\S]*int32\[2\]/);
    await expect(wrong(tensor([4], 'int32'))).rejects.toThrow(/int32\[1\]/);
    await expect(wrong({ dtype: 'int32', shape: [2], data: Int32Array.of(4) })).rejects.toThrow(/of 1 elements/);
    await expect(wrong([-1, 4])).rejects.toThrow(/needs an array/);
  });
});

function applied(model: unknown, x: unknown): () => unknown {
  return () => applyLayer(model as never, x as never, new Map(), { training: false });
}

function prefixedBy(prefix: string, arrays: Readonly<Record<string, NDArray>>): never {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`${prefix}${name}`, array])) as never;
}
