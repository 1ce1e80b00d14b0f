import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareOnnx, drawOnnx, exportOnnx, inspectOnnx, printModel } from '@descent/backend-onnx';
import { conv2d, flatten, initParameters, linear, relu, sequential } from '@descent/core';
import { expect, onTestFinished, test } from 'vitest';
import { AttributeType, addModel, DataType, external, floats, modelBytes, value } from './craft.ts';

const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as { version: string };
const net = sequential(conv2d(1, 2, 3), relu(), flatten(), linear(8, 3));
const parameters = initParameters(net, 1);
const options = { parameters, sample: { shape: [1, 4, 4] }, verify: false } as const;

test('the file of a network says what stands in it', async () => {
  const { bytes } = await exportOnnx(net, { ...options, labels: ['a', 'b', 'c'], metadata: { run: 7 } });
  const facts = await inspectOnnx(bytes);
  expect(facts).toMatchObject({
    bytes: bytes.length,
    irVersion: 8,
    opsets: { 'ai.onnx': 17 },
    producer: { name: 'descent', version: manifest.version },
    inputs: [{ name: 'input', type: 'float32', shape: ['batch', 1, 4, 4] }],
    outputs: [{ name: 'logits', type: 'float32', shape: ['batch', 3] }],
    functions: [],
    externalData: {},
    metadata: { 'descent.labels': '["a","b","c"]', 'descent.metadata': '{"run":7}' },
    descent: { labels: ['a', 'b', 'c'], metadata: { run: 7 }, outputKind: 'logits' },
    // 2·1·3·3 + 2 and 3·8 + 3.
    parameters: 47,
  });
  expect(facts.ops).toContainEqual({ op: 'Conv', count: 1 });
  expect(facts.ops).toContainEqual({ op: 'Gemm', count: 1 });
  expect(facts.weights).toContainEqual({
    name: '0.weight',
    type: 'float32',
    shape: [2, 1, 3, 3],
    bytes: 72,
    file: null,
  });
  // Plain data: JSON keeps all of it.
  expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
});

test('operators in bodies, functions, other domains and odd types are told', async () => {
  const body = { name: 'b', node: [{ opType: 'Identity', input: ['x'], output: ['z'] }], output: [value('z', 1, [2])] };
  const branch = (name: string) => ({ name, type: AttributeType.GRAPH, g: body });
  const bytes = modelBytes(
    {
      input: [value('c', DataType.BOOL, []), value('x', DataType.FLOAT, [null, 'n']), { name: 's' }],
      output: [value('y', DataType.FLOAT, [2])],
      node: [
        { opType: 'If', input: ['c'], output: ['i'], attribute: [branch('then_branch'), branch('else_branch')] },
        { opType: 'Gelu', domain: 'com.microsoft', input: ['i'], output: ['y'] },
      ],
    },
    { functions: [{ name: 'F', domain: 'mine', node: [{ opType: 'Relu', input: ['a'], output: ['b'] }] }] },
  );
  const facts = await inspectOnnx(bytes);
  expect(facts.ops).toEqual([
    { op: 'Identity', count: 2 },
    { op: 'If', count: 1 },
    { op: 'com.microsoft.Gelu', count: 1 },
  ]);
  expect(facts.functions).toEqual([{ name: 'mine.F', nodes: 1 }]);
  expect(facts.inputs).toEqual([
    { name: 'c', type: 'bool', shape: [] },
    { name: 'x', type: 'float32', shape: [null, 'n'] },
    { name: 's', type: 'unknown', shape: null },
  ]);
});

test('external data are told without being opened, wherever they point', async () => {
  const facts = await inspectOnnx(addModel(external('w', 4, '../../etc/passwd'), 4));
  expect(facts.externalData).toEqual({ '../../etc/passwd': 16 });
  expect(facts.weights).toEqual([{ name: 'w', type: 'float32', shape: [4], bytes: 16, file: '../../etc/passwd' }]);
});

test('names that JavaScript knows, negative and huge sizes are only data', async () => {
  const facts = await inspectOnnx(
    modelBytes(
      {
        node: [{ opType: '__proto__', input: [], output: ['y'] }],
        output: [value('y', 1, [-5, 2 ** 40])],
        initializer: [{ name: '__proto__', dataType: 99, dims: [-1n, 1n << 62n] }],
      },
      { metadataProps: [{ key: '__proto__', value: 'x' }] },
    ),
  );
  expect(Object.keys(facts.metadata)).toEqual(['__proto__']);
  expect(facts.weights).toMatchObject([{ type: 'type 99', bytes: 0 }]);
  expect(facts.ops).toEqual([{ op: '__proto__', count: 1 }]);
});

test('two files of one network differ in what was changed, and by how much', async () => {
  const { bytes: before } = await exportOnnx(net, options);
  const weight = parameters['3.weight'] as (typeof parameters)[string];
  const doubled = { ...weight, data: (weight.data as Float32Array).map((v) => 2 * v) };
  const { bytes: after } = await exportOnnx(net, {
    ...options,
    parameters: { ...parameters, '3.weight': doubled },
    labels: ['a', 'b', 'c'],
    softmax: true,
  });
  const found = await compareOnnx(before, after);
  expect(found.isSame).toBe(false);
  expect(found.ops).toEqual([{ name: 'Softmax', before: null, after: 1 }]);
  expect(found.outputs.map(({ name }) => name)).toEqual(['logits', 'probabilities']);
  // The bias of the last layer, the first layer, and the shape that flatten writes.
  expect(found.sameWeights).toBe(4);
  expect(found.weights).toHaveLength(1);
  const [change] = found.weights;
  const largest = Math.max(...Array.from(weight.data as Float32Array, Math.abs));
  expect(change).toMatchObject({ name: '3.weight', before: 'float32[3, 8]', after: 'float32[3, 8]' });
  expect(change?.relativeDifference).toBeCloseTo(1, 6);
  expect(change?.maxDifference).toBeCloseTo(largest, 6);
  expect(found.metadata.map(({ name }) => name).sort()).toEqual(['descent.labels', 'descent.output']);
  expect((await compareOnnx(before, before)).isSame).toBe(true);
});

test('two files that compute something else never differ in nothing', async () => {
  const ports = { input: [value('x', 1, [2]), value('w', 1, [2])], output: [value('y', 1, [2])] };
  const tensor = (name: string, by: number) => ({ name, dataType: DataType.FLOAT, dims: [2n], floatData: [1, by] });
  const constant = (by: number) => ({
    opType: 'Constant',
    output: ['c'],
    attribute: [{ name: 'value', type: AttributeType.TENSOR, t: tensor('c', by) }],
  });
  const body = (name: string, by: number) => ({
    name,
    type: AttributeType.GRAPH,
    g: {
      name,
      initializer: [tensor('inner', by)],
      node: [{ opType: 'Add', input: ['x', 'inner'], output: ['z'] }],
      output: [value('z', 1, [2])],
    },
  });
  const files: Readonly<Record<string, (by: number) => Uint8Array>> = {
    'a constant': (by) =>
      modelBytes({ ...ports, node: [constant(by), { opType: 'Add', input: ['x', 'c'], output: ['y'] }] }),
    'weights of a branch': (by) =>
      modelBytes({
        ...ports,
        node: [
          { opType: 'If', input: ['t'], output: ['y'], attribute: [body('then_branch', by), body('else_branch', 1)] },
        ],
      }),
    'a function': (by) =>
      modelBytes(
        { ...ports, node: [{ opType: 'F', domain: 'own', input: ['x'], output: ['y'] }] },
        { functions: [{ name: 'F', domain: 'own', output: ['c'], node: [constant(by)] }] },
      ),
    'an attribute': (by) =>
      modelBytes({
        ...ports,
        node: [
          {
            opType: 'LeakyRelu',
            input: ['x'],
            output: ['y'],
            attribute: [{ name: 'alpha', type: AttributeType.FLOAT, f: by / 10 }],
          },
        ],
      }),
    'the order of operands': (by) =>
      modelBytes({ ...ports, node: [{ opType: 'Sub', input: by === 1 ? ['x', 'w'] : ['w', 'x'], output: ['y'] }] }),
    'an operator and a name': (by) =>
      modelBytes({
        ...ports,
        node: [
          { opType: 'Neg', input: [by === 1 ? 'x' : 'w'], output: [`n${by}`] },
          { opType: 'Relu', input: ['x'], output: ['y'] },
        ],
      }),
  };
  for (const [what, file] of Object.entries(files)) {
    const found = await compareOnnx(file(1), file(2));
    expect(found.isSame, what).toBe(false);
    expect(found.nodes.length + found.weights.length, what).toBe(1);
    expect((await compareOnnx(file(1), file(1))).isSame, what).toBe(true);
  }
  const branches = await inspectOnnx((files['weights of a branch'] as (by: number) => Uint8Array)(1));
  expect([branches.parameters, branches.weights.length]).toEqual([4, 2]);
});

test('weights of other shapes, of other types and in other files are compared', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'descent-inspect-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'w.bin'), floats(1, 2, 3, 5));
  writeFileSync(join(folder, 'a.onnx'), addModel(external('w', 4, 'w.bin'), 4));
  const inline = addModel({ name: 'w', dataType: DataType.FLOAT, dims: [4n], floatData: [1, 2, 3, 4] }, 4);
  const found = await compareOnnx(join(folder, 'a.onnx'), inline);
  expect(found.weights).toEqual([
    expect.objectContaining({ name: 'w', maxDifference: 1, relativeDifference: Math.sqrt(1 / 39) }),
  ]);
  const half = addModel(
    { name: 'w', dataType: DataType.FLOAT16, dims: [4n], int32Data: [0x3c00, 0x4000, 0x4200, 0x4400] },
    4,
  );
  expect((await compareOnnx(inline, half)).weights).toMatchObject([
    { before: 'float32[4]', after: 'float16[4]', maxDifference: 0 },
  ]);
  const short = addModel({ name: 'w', dataType: DataType.FLOAT, dims: [1n], floatData: [1] }, 4);
  expect((await compareOnnx(inline, short)).weights).toMatchObject([{ maxDifference: null, relativeDifference: null }]);
  const nan = addModel({ name: 'w', dataType: DataType.FLOAT, dims: [4n], floatData: [1, 2, 3, Number.NaN] }, 4);
  expect((await compareOnnx(inline, nan)).weights[0]?.maxDifference).toBeNaN();
  const early = addModel({ name: 'w', dataType: DataType.FLOAT, dims: [4n], floatData: [Number.NaN, 2, 3, 5] }, 4);
  expect((await compareOnnx(inline, early)).weights[0]?.maxDifference).toBeNaN();
  const zeros = addModel({ name: 'w', dataType: DataType.FLOAT, dims: [4n], rawData: floats(0, 0, 0, 0) }, 4);
  expect((await compareOnnx(zeros, inline)).weights).toMatchObject([{ maxDifference: 4, relativeDifference: null }]);
});

test('damaged tensors and outside files are refused by name', async () => {
  const good = addModel({ name: 'w', dataType: DataType.FLOAT, dims: [4n], rawData: floats(1, 2, 3, 4) }, 4);
  const cut = addModel({ name: 'w', dataType: DataType.FLOAT, dims: [4n], rawData: floats(1, 2) }, 4);
  await expect(compareOnnx(good, cut)).rejects.toThrow(
    /'w' does not have the size of its shape[\s\S]*8 bytes[\s\S]*16 bytes/,
  );
  const outside = addModel(external('w', 4, '../w.bin'), 4);
  await expect(compareOnnx(good, outside)).rejects.toThrow(/another file, which was not given/);
  await expect(inspectOnnx(Uint8Array.of(1, 2, 3))).rejects.toThrow(/not an ONNX model/);
  await expect(inspectOnnx(7 as unknown as string)).rejects.toThrow(/inspectOnnx was given no model/);
});

test('the picture has each node, and refuses nodes in no order', async () => {
  const { bytes } = await exportOnnx(net, options);
  const svg = await drawOnnx(bytes);
  for (const op of ['Conv', 'Relu', 'Gemm', 'logits']) expect(svg).toContain(op);
  expect(svg.match(/class="layer"/g)).toHaveLength(
    (await inspectOnnx(bytes)).ops.reduce((n, { count }) => n + count, 0),
  );
  await expect(drawOnnx(bytes, { maxBoxes: 2 })).rejects.toThrow(/too many boxes/);
  const circle = modelBytes({
    input: [value('x', 1, [1])],
    output: [value('a', 1, [1])],
    node: [
      { opType: 'Add', input: ['x', 'b'], output: ['a'] },
      { opType: 'Neg', input: ['a'], output: ['b'] },
    ],
  });
  await expect(drawOnnx(circle)).rejects.toThrow(/takes 'b' before it is computed/);
});

test('a Buffer, whose parts share its memory, is read as other bytes are', async () => {
  const bytes = addModel({ name: 'w', dataType: DataType.FLOAT, dims: [3n], rawData: floats(1, 2, 3) }, 3);
  const buffer = Buffer.from(bytes);
  expect(printModel(buffer)).toBe(printModel(bytes));
  expect(printModel(buffer)).toContain('Add(x, [1, 2, 3])');
  expect((await compareOnnx(buffer, bytes)).isSame).toBe(true);
});
