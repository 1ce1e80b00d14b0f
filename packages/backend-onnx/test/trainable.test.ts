import { exportOnnx, importOnnx } from '@descent/backend-onnx';
import {
  createPredictor,
  createTrainer,
  mse,
  type NDArray,
  type Node,
  ndarray,
  sgd,
  tensor,
  ValueError,
} from '@descent/core';
import { sum } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { expect, test } from 'vitest';
import { AttributeType, DataType, floats, modelBytes, type TensorInit, value } from './craft.ts';

const weight = (name: string, dims: readonly number[], ...values: readonly number[]): TensorInit => ({
  name,
  dataType: DataType.FLOAT,
  dims: dims.map(BigInt),
  rawData: floats(...values),
});

/** `((x − mean) / std) @ fc + bias + table`, and what a mask lets through of it. */
const file = modelBytes({
  input: [value('x', DataType.FLOAT, [2, 2])],
  output: [value('y', DataType.FLOAT, [2, 2])],
  initializer: [
    weight('mean', [1, 2], 0.5, 0.25),
    weight('std', [2], 0.5, 2),
    { name: 'form', dataType: DataType.INT64, dims: [2n], int64Data: [1n, 2n] },
    weight('fc.weight', [2, 2], 1, 0.5, -1, 2),
    weight('fc.bias', [2], 0.1, 0.2),
    weight('table', [2, 2], 0, 1, 0, -1),
    weight('mask', [2, 2], 0, -1e9, 0, 0),
  ],
  node: [
    { opType: 'Sub', input: ['x', 'mean'], output: ['a'] },
    { opType: 'Reshape', input: ['std', 'form'], output: ['formed'] },
    { opType: 'Div', input: ['a', 'formed'], output: ['b'] },
    { opType: 'MatMul', input: ['b', 'fc.weight'], output: ['c'] },
    { opType: 'Add', input: ['c', 'fc.bias'], output: ['d'] },
    { opType: 'Add', input: ['d', 'table'], output: ['e'] },
    { opType: 'Add', input: ['e', 'mask'], output: ['f'] },
    { opType: 'Softmax', input: ['f'], output: ['y'] },
  ],
});

/** Names of what a step of training changes. */
async function changed(options: Parameters<typeof importOnnx>[1]): Promise<readonly string[]> {
  const { model, parameters } = await importOnnx(file, options);
  const trainer = await createTrainer({
    model,
    loss: mse(),
    optimizer: sgd({ lr: 1 }),
    backend: referenceBackend(),
    seed: 1,
  });
  await trainer.step(
    tensor([
      [1, 2],
      [3, 4],
    ]),
    ndarray('float32', [2, 2], Float32Array.of(0, 1, 1, 0)),
  );
  const after = await trainer.parameters();
  return Object.keys(parameters).filter((name) => String(after[name]?.data) !== String(parameters[name]?.data));
}

test('what brings an input into its range is not trained, nor is a mask', async () => {
  expect(Object.keys((await importOnnx(file)).parameters)).not.toContain('mask');
  expect([...(await changed({}))].sort()).toEqual(['fc.bias', 'fc.weight', 'table']);
});

test('a network that is nothing but such an operator trains it', async () => {
  const { model } = await importOnnx(
    modelBytes({
      input: [value('x', DataType.FLOAT, [2])],
      output: [value('y', DataType.FLOAT, [2])],
      initializer: [weight('w', [2], 1, 2)],
      node: [{ opType: 'Mul', input: ['x', 'w'], output: ['y'] }],
    }),
  );
  expect(model.parameters.map(({ name, trainable }) => [name, trainable ?? true])).toEqual([['w', true]]);
});

test('trainable says what is trained, by a pattern or by names', async () => {
  expect([...(await changed({ trainable: /^fc\./g }))].sort()).toEqual(['fc.bias', 'fc.weight']);
  expect(await changed({ trainable: ['mean', 'table'] })).toEqual(['mean', 'table']);
});

test.each([[['fcc']], [/^layer/], ['fc'], [[3]], [null], [[['fc']]]])('trainable: %s is refused', async (trainable) => {
  await expect(importOnnx(file, { trainable: trainable as never })).rejects.toThrow(ValueError);
});

/** `fc(tokens · scale + each of the tensors, and a half of the sum)`; the exporter notes what `told` says. */
function withTensors(tensors: readonly TensorInit[], told: Readonly<Record<string, string>> = {}): Uint8Array {
  const names = tensors.map(({ name }) => name as string);
  return modelBytes({
    input: [value('x', DataType.FLOAT, [2, 8, 4])],
    output: [value('y', DataType.FLOAT, [2, 8, 4])],
    initializer: [weight('fc.weight', [4, 4], ...Array.from({ length: 16 }, (_, i) => Math.sin(i * i))), ...tensors],
    valueInfo: Object.entries(told).map(([name, kind]) => ({
      name,
      metadataProps: [{ key: 'pkg.torch.export.graph_signature.InputSpec.kind', value: kind }],
    })),
    node: [
      { opType: 'MatMul', input: ['x', 'fc.weight'], output: ['v0'] },
      ...names.map((name, i) => ({ opType: 'Add', input: [`v${i}`, name], output: [`v${i + 1}`] })),
      { opType: 'Relu', input: [`v${names.length}`], output: ['y'] },
    ],
  });
}

const table = (of: (position: number, column: number) => number): readonly number[] =>
  Array.from({ length: 32 }, (_, i) => of(Math.floor(i / 4), i % 4));
const angle = (position: number, column: number): number => position / 10000 ** (Math.floor(column / 2) / 2);
const noise = table((p, c) => Math.sin((p * 4 + c) ** 2 * 12.9898));

test('what a formula gives is no weight, and no mask is', async () => {
  const bytes = withTensors([
    weight('sines', [1, 8, 4], ...table((p, c) => Math.sin(angle(p, c) + ((c % 2) * Math.PI) / 2))),
    weight('cosines', [8, 4], ...table((p, c) => Math.cos(angle(p, c)))),
    weight('grid', [8, 4], ...table((p, c) => (p - 3.5) * (c + 1))),
    weight('frequencies', [4], 1, 0.1, 0.01, 0.001),
    weight('positions', [8, 1], 0, 1, 2, 3, 4, 5, 6, 7),
    weight('window', [8, 4], ...table((p, c) => (p > c ? -100 : 0))),
    weight('noise', [8, 4], ...noise),
    weight('zeros', [8, 4], ...table(() => 0)),
    weight('ones', [4], 1, 1, 1, 1),
    weight('nearly', [8, 4], ...table((p, c) => Math.cos(angle(p, c)) + 0.02 * (noise[p * 4 + c] as number))),
  ]);
  expect((await importOnnx(bytes)).kept).toEqual({
    sines: 'formula',
    cosines: 'formula',
    grid: 'formula',
    frequencies: 'formula',
    positions: 'formula',
    window: 'mask',
  });
  const { kept } = await importOnnx(bytes, { trainable: /sines|noise/ });
  expect([kept['sines'], kept['noise'], kept['ones'], kept['window']]).toEqual([
    undefined,
    undefined,
    'not chosen',
    'mask',
  ]);
});

test('what the exporter says of a tensor is believed', async () => {
  const noted = withTensors(
    [weight('buffer', [8, 4], ...noise), weight('shift', [8, 4], ...noise), weight('temperature', [], 0.5)],
    { buffer: 'BUFFER', shift: 'PARAMETER', temperature: 'PARAMETER', 'fc.weight': '__proto__' },
  );
  const { kept, parameters } = await importOnnx(noted);
  expect(kept).toEqual({ buffer: 'buffer' });
  expect(parameters['temperature']?.data).toEqual(Float32Array.of(0.5));
});

test('a single number may be a constant: it is kept, which is said, until trainable names it', async () => {
  const bytes = withTensors([
    weight('scale', [1], 0.5),
    weight('block.gain', [], 2),
    weight('onnx::Add_3', [], 2),
    weight('const_0', [], 2),
  ]);
  const { kept, model } = await importOnnx(bytes);
  expect(kept).toEqual({ scale: 'single number', 'block.gain': 'single number' });
  expect(model.parameters.map(({ name }) => name)).toEqual(['fc.weight']);
  const named = await importOnnx(bytes, { trainable: ['scale', 'fc.weight'] });
  expect(named.kept).toEqual({ 'block.gain': 'single number' });
  expect(named.model.parameters.map(({ name, trainable }) => [name, trainable ?? true])).toEqual([
    ['fc.weight', true],
    ['scale', true],
  ]);
});

test('the slope of a PReLU is trained, in whatever operators it was written', async () => {
  const { kept, model } = await importOnnx(withTensors([weight('1.weight', [1], 0.25)]));
  expect([kept, model.parameters.map(({ name }) => name)]).toEqual([{}, ['fc.weight', '1.weight']]);
});

/** A network as PyTorch's older exporter writes one in which `b` has the numbers of `a`. */
async function twice(...numbers: readonly number[]): Promise<readonly string[]> {
  const { model } = await importOnnx(
    modelBytes({
      input: [value('x', DataType.FLOAT, [2, 2])],
      output: [value('y', DataType.FLOAT, [2, 2])],
      initializer: [weight('0.weight', [2, 2], 1, 0.5, -1, 2), weight('0.bias', [2], ...numbers)],
      node: [
        { opType: 'Identity', input: ['0.bias'], output: ['2.bias'] },
        { opType: 'Gemm', input: ['x', '0.weight', '0.bias'], output: ['a'] },
        { opType: 'Relu', input: ['a'], output: ['b'] },
        { opType: 'Add', input: ['b', '2.bias'], output: ['y'] },
      ],
    }),
  );
  return model.parameters.map(({ name }) => name);
}

test('zeros and ones that an exporter wrote once are parameters of their own, as before it did', async () => {
  expect(await twice(0, 0)).toEqual(['0.weight', '0.bias', '2.bias']);
  // Other numbers are taken for weights that the module shares.
  expect(await twice(0, 1)).toEqual(['0.weight', '0.bias']);
});

test('weights in the body of a loop or of a branch are trained, too', async () => {
  const bodyOf = (name: string) => [
    {
      name,
      type: AttributeType.GRAPH,
      g: {
        name,
        input: ['i', 'go', 's'].map((n) => value(n, DataType.FLOAT)),
        output: ['goes', 'h'].map((n) => value(n, DataType.FLOAT)),
        initializer: [weight('cell.weight', [2, 2], 1, 0.5, -1, 2), weight('gain', [], 2)],
        node: [
          { opType: 'Identity', input: ['go'], output: ['goes'] },
          { opType: 'MatMul', input: ['s', 'cell.weight'], output: ['p'] },
          { opType: 'Mul', input: ['p', 'gain'], output: ['h'] },
        ],
      },
    },
  ];
  const { kept, model, parameters } = await importOnnx(
    modelBytes({
      input: [value('x', DataType.FLOAT, [1, 2])],
      output: [value('y', DataType.FLOAT, [1, 2])],
      initializer: [{ name: 'steps', dataType: DataType.INT64, dims: [], int64Data: [2n] }],
      node: [{ opType: 'Loop', input: ['steps', '', 'x'], output: ['y'], attribute: bodyOf('body') }],
    }),
    { shapes: { x: ['batch', 2] } },
  );
  expect(kept).toEqual({ gain: 'single number' });
  expect(model.parameters.map(({ name }) => name)).toEqual(['cell.weight']);
  const predictor = await createPredictor({
    model,
    parameters,
    sample: { shape: [2] },
    backend: referenceBackend(),
  });
  expect([...(await predictor.predict(tensor([[1, 2]]))).data]).toEqual([-22, 34]);
});

test('weights that a file writes as constants are parameters, and keep their names', async () => {
  const stated = (name: string, dims: readonly number[], ...values: readonly number[]) => ({
    opType: 'Constant',
    output: [name],
    attribute: [{ name: 'value', type: AttributeType.TENSOR, t: weight('', dims, ...values) }],
  });
  const bytes = (initializer: TensorInit[]): Uint8Array =>
    modelBytes({
      input: [value('x', DataType.FLOAT, ['batch', 2])],
      output: [value('y', DataType.FLOAT, ['batch', 2])],
      initializer,
      node: [
        stated('/fc/Constant_output_0', [2, 2], 1, 0.5, -1, 2),
        stated('fc.bias', [2], 0.1, 0.2),
        stated('/Constant_1', [2], 3, 5),
        stated('/Constant_2', [], 2),
        {
          opType: 'Transpose',
          input: ['/fc/Constant_output_0'],
          output: ['turned'],
          attribute: [{ name: 'perm', type: AttributeType.INTS, ints: [1n, 0n] }],
        },
        { opType: 'MatMul', input: ['x', 'turned'], output: ['a'] },
        { opType: 'Add', input: ['a', 'fc.bias'], output: ['b'] },
        { opType: 'Mul', input: ['b', '/Constant_1'], output: ['c'] },
        { opType: 'Mul', input: ['c', '/Constant_2'], output: ['d'] },
        ...(initializer.length > 0 ? [{ opType: 'Add', input: ['d', 'other'], output: ['y'] }] : []),
        ...(initializer.length > 0 ? [] : [{ opType: 'Identity', input: ['d'], output: ['y'] }]),
      ],
    });
  const all = await importOnnx(bytes([]));
  expect(Object.keys(all.parameters).sort()).toEqual(['/Constant_1', '/fc/Constant_output_0', 'fc.bias']);
  expect(all.kept).toEqual({});
  const beside = await importOnnx(bytes([weight('other', [2], 1, 2)]));
  expect(Object.keys(beside.parameters).sort()).toEqual(['/fc/Constant_output_0', 'fc.bias', 'other']);
  expect(beside.kept).toEqual({ '/Constant_1': 'constant' });
  const named = await importOnnx(bytes([weight('other', [2], 1, 2)]), { trainable: ['/Constant_1', 'fc.bias'] });
  expect(named.kept).toEqual({ '/fc/Constant_output_0': 'not chosen', other: 'not chosen' });

  const trainer = await createTrainer({
    model: all.model,
    loss: mse(),
    optimizer: sgd({ lr: 0.01 }),
    backend: referenceBackend(),
  });
  await trainer.step(tensor([[1, 2]]), tensor([[3, 4]]));
  const tuned = await trainer.parameters();
  for (const [name, { data }] of Object.entries(all.parameters)) expect(tuned[name]?.data, name).not.toEqual(data);
  const written = await exportOnnx(all.model, { parameters: tuned, sample: all.sample as never, verify: false });
  const again = await importOnnx(written.bytes);
  expect(Object.keys(again.parameters).sort()).toEqual(Object.keys(all.parameters).sort());
  for (const [name, { data }] of Object.entries(tuned)) expect(again.parameters[name]?.data, name).toEqual(data);
  expect(again.kept).toEqual({});
});

test('a tensor of two uses is one parameter, with the gradient of both, and is written once', async () => {
  const bytes = modelBytes({
    input: [value('x', DataType.INT64, ['batch'])],
    output: [value('y', DataType.FLOAT, ['batch', 3])],
    initializer: [weight('emb.weight', [3, 2], 1, 2, 3, 5, 7, 11)],
    node: [
      { opType: 'Gather', input: ['emb.weight', 'x'], output: ['e'] },
      {
        opType: 'Transpose',
        input: ['emb.weight'],
        output: ['t'],
        attribute: [{ name: 'perm', type: AttributeType.INTS, ints: [1n, 0n] }],
      },
      { opType: 'MatMul', input: ['e', 't'], output: ['y'] },
    ],
  });
  const { model, parameters, sample } = await importOnnx(bytes);
  expect(Object.keys(parameters)).toEqual(['emb.weight']);
  const trainer = await createTrainer({
    model,
    loss: { label: 'sum', apply: (y: Node) => sum(y) },
    optimizer: sgd({ lr: 1 }),
    backend: referenceBackend(),
  } as never);
  await trainer.step(tensor([1], 'int32'), tensor([[0, 0, 0]]));
  const tuned = await trainer.parameters();
  // y = W w₁: of w₁ the sum of all rows, [11, 18], and of each row w₁, [3, 5].
  expect([...(tuned['emb.weight'] as NDArray).data]).toEqual([-2, -3, -11, -18, 4, 6]);
  const { bytes: written } = await exportOnnx(model, { parameters: tuned, sample: sample as never, verify: false });
  const again = await importOnnx(written);
  expect(Object.keys(again.parameters)).toEqual(['emb.weight']);
  expect(again.parameters['emb.weight']?.data).toEqual(tuned['emb.weight']?.data);
});

test('normalizations that share ones and zeros have their own, and one that is applied twice has one', async () => {
  const moved = async (first: string, second: string) => {
    const names = [...first.split(' '), ...second.split(' ')];
    const norm = (name: string, x: string, given: string, y: string) => ({
      opType: 'BatchNormalization',
      name,
      input: [x, ...given.split(' ')],
      output: [y],
    });
    const { model, parameters, kept } = await importOnnx(
      modelBytes({
        input: [value('x', DataType.FLOAT, ['batch', 2])],
        output: [value('y', DataType.FLOAT, ['batch', 2])],
        initializer: [...new Set(names)].map((n) => weight(n, [2], ...(/^[osv]/.test(n) ? [1, 1] : [0, 0]))),
        node: [
          norm('bn1', 'x', first, 'a'),
          { opType: 'Relu', input: ['a'], output: ['r'] },
          norm('bn2', 'r', second, 'y'),
        ],
      }),
    );
    const trainer = await createTrainer({
      model,
      loss: mse(),
      optimizer: sgd({ lr: 0.1 }),
      backend: referenceBackend(),
    });
    await trainer.step(tensor([[1, 2], [3, 8]]), tensor([[3, 4], [1, 1]])); // biome-ignore format: a matrix
    const after = Object.values(await trainer.parameters()).map(({ data }) => String(data));
    return { names: Object.keys(parameters), kept, after: after.sort() };
  };
  const apart = await moved('s1 b1 m1 v1', 's2 b2 m2 v2');
  const shared = await moved('ones zeros zeros ones', 'ones zeros zeros ones');
  const partly = await moved('ones b1 m1 ones', 's2 b2 m2 v2');
  expect(Object.keys((await moved('s b m v', 's b m v')).kept)).toEqual(['m', 'v']);
  expect(partly.after).toEqual(apart.after);
  expect(partly.kept).toEqual({
    'bn1.running_var': 'statistics',
    m1: 'statistics',
    m2: 'statistics',
    v2: 'statistics',
  });
  expect(shared.after).toEqual(apart.after);
  expect(shared.names.sort()).toEqual([
    'bn1.running_mean',
    'bn1.running_var',
    'bn2.bias',
    'bn2.running_mean',
    'bn2.running_var',
    'bn2.weight',
    'ones',
    'zeros',
  ]);
});

test('ones and zeros that an exporter wrote as constants, where a network has no scale, are kept', async () => {
  const stated = (name: string, number: number) => ({
    opType: 'Constant',
    output: [name],
    attribute: [{ name: 'value', type: AttributeType.TENSOR, t: weight('', [2], number, number) }],
  });
  const file = (scale: number): Uint8Array =>
    modelBytes({
      input: [value('x', DataType.FLOAT, ['batch', 2, 3])],
      output: [value('y', DataType.FLOAT, ['batch', 2, 3])],
      initializer: [weight('weight', [2, 1], 2, 3)],
      node: [
        ...[stated('scale', scale), stated('bias', 0)],
        { opType: 'InstanceNormalization', input: ['x', 'scale', 'bias'], output: ['a'] },
        { opType: 'Mul', input: ['a', 'weight'], output: ['y'] },
      ],
    });
  const grouped = await importOnnx(file(1));
  expect(Object.keys(grouped.parameters)).toEqual(['weight']);
  expect(grouped.kept).toEqual({ scale: 'constant', bias: 'constant' });
  expect((await importOnnx(file(2))).kept).toEqual({ bias: 'constant' });
});
