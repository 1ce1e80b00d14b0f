import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportOnnx, loadOnnx, printModel } from '@descent/backend-onnx';
import { BackendError, initParameters, linear, type NDArray, ndarray, ValueError } from '@descent/core';
import { afterAll, describe, expect, test } from 'vitest';
import { AttributeType, DataType, type GraphInit, modelBytes, value } from './craft.ts';

const folder = mkdtempSync(join(tmpdir(), 'descent-load-'));
afterAll(() => rmSync(folder, { recursive: true }));

const model = linear(6, 2);
const { bytes: whole } = await exportOnnx(model, { parameters: initParameters(model, 1), sample: { shape: [6] } });

const f32 = (shape: readonly number[], ...data: number[]): NDArray =>
  ndarray('float32', shape, Float32Array.from(data));
const i32 = (shape: readonly number[], ...data: number[]): NDArray => ndarray('int32', shape, Int32Array.from(data));
const f64 = (shape: readonly number[], ...data: number[]): NDArray =>
  ndarray('float64', shape, Float64Array.from(data));

/** A model of one node, from `x` to `y`. */
function oneNode(
  opType: string,
  from: number,
  to: number,
  shape?: readonly (number | string | null)[],
  more: GraphInit = {},
): Uint8Array {
  const attribute = opType === 'Cast' ? [{ name: 'to', type: AttributeType.INT, i: BigInt(to) }] : [];
  return modelBytes({
    input: [value('x', from, shape)],
    output: [value('y', to, shape)],
    node: [{ opType, input: ['x'], output: ['y'], attribute }],
    ...more,
  });
}

async function ask(bytes: Uint8Array, x: NDArray): Promise<NDArray> {
  const file = await loadOnnx(bytes, { threads: 1 });
  try {
    return await file.predict(x);
  } finally {
    file.dispose();
  }
}

test.each([
  ['a buffer', new ArrayBuffer(8), /received: a ArrayBuffer.*new Uint8Array\(buffer\)/s],
  ['the URL of a file', new URL('file:///models/a.onnx'), /fileURLToPath/],
  ['a URL', new URL('https://host/a.onnx'), /await fetch\(url\)/],
  ['an address as text', 'https://host/a.onnx', /await fetch\(url\)/],
  ['bytes that were not awaited', Promise.resolve(new Uint8Array(8)), /a promise.*await the promise/s],
])('%s is answered with what to give instead', async (_, source, expected) => {
  await expect(loadOnnx(source as string)).rejects.toThrow(expected);
});

describe('what is no model is named, and what it is instead', () => {
  const text = (s: string): Uint8Array => new TextEncoder().encode(s);
  test.each<[string, Uint8Array, RegExp]>([
    ['empty', new Uint8Array(0), /is empty[\s\S]*did not finish/],
    ['text', text('this is no model, but some text\n'), /received: text/],
    ['page', text('<!DOCTYPE html><html><body>Not found'), /a web page[\s\S]*download the model itself/],
    ['pointer', text('version https://git-lfs.github.com/spec/v1\noid sha256:00\n'), /git lfs pull/],
    ['json', text('{"model": 1}'), /JSON text/],
    ['zip', Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0), /a zip archive, as torch\.save writes it/],
    ['pickle', Uint8Array.of(0x80, 2, 0x8a, 0x0a), /Python pickle[\s\S]*torch\.onnx\.export/],
    ['weights', Uint8Array.of(16, 0, 0, 0, 0, 0, 0, 0, ...text('{"a":{}}        ')), /a safetensors file/],
    ['hdf5', Uint8Array.of(0x89, ...text('HDF\r\n\x1a\n')), /HDF5/],
    ['ort', Uint8Array.of(32, 0, 0, 0, ...text('ORTM'), 0, 0, 0, 0), /ORT format/],
    ['cut', whole.subarray(0, whole.length - 20), /not an ONNX model but a part of one/],
    ['half', whole.subarray(0, whole.length >> 1), /not an ONNX model but a part of one/],
    ['noise', Uint8Array.from({ length: 300 }, (_, i) => (i * 89 + 200) % 256), /not an ONNX model/],
    ['bare', modelBytes({}), /not an ONNX model/],
    [
      'inputless',
      modelBytes({ output: [value('y', 1, [1])], node: [{ opType: 'Relu', input: ['x'], output: ['y'] }] }),
      /takes nothing/,
    ],
  ])('%s', async (name, bytes, message) => {
    const path = join(folder, `${name}.onnx`);
    writeFileSync(path, bytes);
    await expect(loadOnnx(path)).rejects.toThrow(message);
    await expect(loadOnnx(path)).rejects.toThrow(`${name}.onnx: `);
    await expect(loadOnnx(path)).rejects.toThrow(BackendError);
    await expect(loadOnnx(path)).rejects.not.toThrow(/bug in Descent/);
    if (name !== 'inputless') expect(() => printModel(bytes)).toThrow(BackendError);
  });

  test('and so are paths', async () => {
    await expect(loadOnnx(join(folder, 'none.onnx'))).rejects.toThrow(/none\.onnx: .*no such file/);
    mkdirSync(join(folder, 'sub'));
    await expect(loadOnnx(join(folder, 'sub'))).rejects.toThrow(/sub: this is a folder/);
    await expect(loadOnnx('')).rejects.toThrow(BackendError);
    for (const wrong of [undefined, null, 3, {}, [1], new ArrayBuffer(8)]) {
      await expect(loadOnnx(wrong as never)).rejects.toThrow(ValueError);
    }
    await expect(loadOnnx(whole, { externalData: { a: 'b' } as never })).rejects.toThrow(/externalData/);
  });
});

describe('a model that ONNX Runtime refuses is to blame, not Descent', () => {
  test.each<[string, Uint8Array, RegExp]>([
    ['an unknown operator', oneNode('Dream', 1, 1, [2]), /Dream[\s\S]*custom operators/],
    [
      'an opset of the future',
      modelBytes(
        {
          input: [value('x', 1, [2])],
          output: [value('y', 1, [2])],
          node: [{ opType: 'Relu', input: ['x'], output: ['y'] }],
        },
        { opsetImport: [{ domain: '', version: 99n }] },
      ),
      /opset 99|older opset/,
    ],
    [
      'a missing value',
      oneNode('Relu', 1, 1, [2], { node: [{ opType: 'Relu', input: ['z'], output: ['y'] }] }),
      /ONNX Runtime cannot open/,
    ],
    ['a wrong type', oneNode('Relu', 1, 7, [2]), /ONNX Runtime cannot open/],
  ])('%s', async (_, bytes, message) => {
    const path = join(folder, 'refused.onnx');
    writeFileSync(path, bytes);
    await expect(loadOnnx(path)).rejects.toThrow(message);
    await expect(loadOnnx(path)).rejects.toThrow(/refused\.onnx/);
    await expect(loadOnnx(path)).rejects.not.toThrow(/bug/);
  });

  test('also while it runs', async () => {
    const table = { name: 'w', dataType: DataType.FLOAT, dims: [3n], rawData: new Uint8Array(12) };
    const gather = modelBytes({
      input: [value('x', DataType.INT64, ['n'])],
      output: [value('y', DataType.FLOAT, ['n'])],
      initializer: [table],
      node: [{ opType: 'Gather', input: ['w', 'x'], output: ['y'] }],
    });
    await expect(ask(gather, i32([1], 7))).rejects.toThrow(/the model: ONNX Runtime could not run[\s\S]*Gather/);
  });
});

test('functions that double at each level, or call themselves, are refused before they keep anyone busy', async () => {
  const calls = (levels: number, last: string): Uint8Array =>
    modelBytes(
      {
        input: [value('x', 1, [2])],
        output: [value('y', 1, [2])],
        node: [{ opType: 'f0', domain: 'own', input: ['x'], output: ['y'] }],
      },
      {
        opsetImport: [
          { domain: '', version: 17n },
          { domain: 'own', version: 1n },
        ],
        functions: Array.from({ length: levels }, (_, i) => ({
          name: `f${i}`,
          domain: 'own',
          input: ['x'],
          output: ['y'],
          opsetImport: [
            { domain: '', version: 17n },
            { domain: 'own', version: 1n },
          ],
          node: ['x,m', 'm,y'].map((names) => ({
            opType: i === levels - 1 ? last : `f${i + 1}`,
            domain: i === levels - 1 && last === 'Neg' ? '' : 'own',
            input: [names[0] as string],
            output: [names[2] as string],
          })),
        })),
      },
    );
  await expect(loadOnnx(calls(60, 'Neg'))).rejects.toThrow(/more than 1000000 nodes/);
  await expect(loadOnnx(calls(1, 'f0'))).rejects.toThrow(/in a circle/);
  expect([...(await ask(calls(5, 'Neg'), f32([2], 1, 2))).data]).toEqual([1, 2]);
});

test('what is no array is refused by name, and a model may be disposed twice', async () => {
  const file = await loadOnnx(whole);
  const data = new Float32Array(6);
  for (const x of [
    undefined,
    null,
    3,
    [1, 2, 3],
    data,
    {},
    { dtype: 'float32', shape: [1, 6], data: [1, 2, 3, 4, 5, 6] },
    { dtype: 'float32', shape: [1, 6], data: new Float64Array(6) },
    { dtype: 'float32', shape: 6, data },
    { dtype: 'float32', shape: ['1', 6], data },
    { dtype: 'float32', shape: [-1, 6], data },
    { dtype: 'float', shape: [1, 6], data },
  ]) {
    await expect(file.predict(x as never)).rejects.toThrow(BackendError);
    await expect(file.topK(x as never)).rejects.toThrow(/input 'input' needs an array[\s\S]*ndarray\(\)/);
    await expect(file.run({ input: x } as never)).rejects.toThrow(/needs an array/);
  }
  for (const feeds of [undefined, null, 3, {}]) await expect(file.run(feeds as never)).rejects.toThrow(/other inputs/);
  expect((await file.predict(f32([0, 6]))).shape).toEqual([0, 2]);
  const last = file.predict(f32([1, 6], 1, 2, 3, 4, 5, 6));
  file.dispose();
  file.dispose();
  expect((await last).shape).toEqual([1, 2]);
  await expect(file.predict(f32([0, 6]))).rejects.toThrow(/after dispose/);
});

describe('shapes', () => {
  test('that the file does not give fit all', async () => {
    const bytes = oneNode('Neg', DataType.FLOAT, DataType.FLOAT);
    const file = await loadOnnx(bytes);
    expect(file.input).toEqual({ name: 'x', dtype: 'float32', shape: [], anyShape: true });
    for (const shape of [[2], [1, 2], [2, 1, 1], []]) {
      const x = f32(shape, ...(shape.length === 0 ? [1] : [1, -2]));
      const y = await file.predict(x);
      expect(y.shape).toEqual(shape);
      expect([...y.data]).toEqual(Array.from(x.data, (v) => -v));
    }
    file.dispose();
  });

  test('name their open axes', async () => {
    const file = await loadOnnx(oneNode('Neg', 1, 1, ['rows', 3, 'width', null]));
    expect(file.input).toEqual({ name: 'x', dtype: 'float32', shape: [-1, 3, -1, -1] });
    await expect(file.predict(f32([1, 2], 1, 2))).rejects.toThrow(/expected: float32\[rows, 3, width, any size\]/);
    expect((await file.predict(f32([1, 3, 1, 2], 1, 2, 3, 4, 5, 6))).shape).toEqual([1, 3, 1, 2]);
    await expect(file.predict({ ...f32([1], 1), shape: [1, 3, 5, 2] })).rejects.toThrow(/of 1 elements/);
    file.dispose();
  });

  test('of one axis agree in all inputs', async () => {
    const bytes = modelBytes({
      input: [value('a', 1, ['n', 2]), value('b', 1, ['n'])],
      output: [value('c', 1, ['n', 2]), value('d', 1, ['n'])],
      node: ['a,c', 'b,d'].map((names) => ({
        opType: 'Neg',
        input: [names[0] as string],
        output: [names[2] as string],
      })),
    });
    const file = await loadOnnx(bytes);
    const [a, b] = [f32([2, 2], 1, 2, 3, 4), f32([2], 5, 6)];
    const { c, d } = (await file.run({ a, b })) as { c: NDArray; d: NDArray };
    expect([...c.data, ...d.data]).toEqual([-1, -2, -3, -4, -5, -6]);
    await expect(file.run({ a, b: f32([1], 5) })).rejects.toThrow(/axis 'n' has two sizes[\s\S]*2 in 'a', 1 in 'b'/);
    await expect(file.run({ a })).rejects.toThrow(/received: a\n {2}expected: a, b/);
    await expect(file.run({ a, b, e: b })).rejects.toThrow(/other inputs/);
    await expect(file.predict(a)).rejects.toThrow(/several inputs or outputs[\s\S]*run\(\{ 'a': …, 'b': … \}\)/);
    await expect(file.topK(a)).rejects.toThrow(/several inputs or outputs/);
    file.dispose();
  });

  test('inputs with a value in the file, as old files list them, are not asked for', async () => {
    const bytes = modelBytes(
      {
        input: [value('x', 1, [2]), value('w', 1, [2])],
        output: [value('y', 1, [2])],
        initializer: [{ name: 'w', dataType: 1, dims: [2n], floatData: [10, 20] }],
        node: [{ opType: 'Add', input: ['x', 'w'], output: ['y'] }],
      },
      { irVersion: 3n, opsetImport: [{ domain: '', version: 8n }] },
    );
    expect([...(await ask(bytes, f32([2], 1, 2))).data]).toEqual([11, 22]);
  });
});

describe('element types of the file', () => {
  const { FLOAT, FLOAT16, DOUBLE, INT8, INT16, INT32, INT64, UINT16, UINT32, UINT64, BOOL, UINT8 } = DataType;

  test.each<[string, number, NDArray, 'float32' | 'int32', number[]]>([
    [
      'float16',
      FLOAT16,
      f32([4], 1, -0.1, 65504, Number.POSITIVE_INFINITY),
      'float32',
      [1, -0.0999755859375, 65504, Number.POSITIVE_INFINITY],
    ],
    ['float64', DOUBLE, f32([3], 1, -0.25, 3e38), 'float32', [1, -0.25, Math.fround(3e38)]],
    ['float64 given as such', DOUBLE, f64([3], 0.1, 1e-320, Number.NaN), 'float32', [Math.fround(0.1), 0, Number.NaN]],
    ['int8', INT8, i32([2], -128, 127), 'int32', [-128, 127]],
    ['int16', INT16, i32([2], -32768, 32767), 'int32', [-32768, 32767]],
    ['uint16', UINT16, i32([2], 0, 65535), 'int32', [0, 65535]],
    ['uint32', UINT32, i32([2], 0, 2147483647), 'int32', [0, 2147483647]],
    ['uint64', UINT64, i32([2], 0, 2147483647), 'int32', [0, 2147483647]],
    ['int64', INT64, i32([2], -2147483648, 2147483647), 'int32', [-2147483648, 2147483647]],
    ['int64 given as bytes', INT64, ndarray('uint8', [2], Uint8Array.of(0, 255)), 'int32', [0, 255]],
  ])('%s goes in and out', async (_, type, x, dtype, expected) => {
    const y = await ask(oneNode('Identity', type, type, ['n']), x);
    expect(y.dtype).toBe(dtype);
    expect([...y.data]).toEqual(expected);
  });

  test.each<[string, number, NDArray]>([
    ['int8', INT8, i32([2], 0, 128)],
    ['uint16', UINT16, i32([2], 0, -1)],
    ['uint64', UINT64, i32([2], 0, -1)],
    ['float16', FLOAT16, f32([2], 0, 65520)],
  ])('a number that %s cannot hold is refused', async (name, type, x) => {
    await expect(ask(oneNode('Identity', type, type, ['n']), x)).rejects.toThrow(
      new RegExp(`input 'x' is ${name}, which cannot hold[\\s\\S]*at position 1`),
    );
  });

  test.each<[string, number, number, NDArray, string]>([
    ['int64 beyond int32', DOUBLE, INT64, f64([2], 1, 2 ** 31), '2147483648 at position 1'],
    ['int64 beyond 2^53', DOUBLE, INT64, f64([1], -(2 ** 60)), '-1152921504606846976 at position 0'],
    ['uint64', DOUBLE, UINT64, f64([1], 2 ** 40), '1099511627776 at position 0'],
    ['uint32', DOUBLE, UINT32, f64([1], 2 ** 32 - 1), '4294967295 at position 0'],
    ['float64 beyond float32', DOUBLE, DOUBLE, f64([2], 3.4e38, -1e39), '-1e\\+39 at position 1'],
  ])('%s is refused in an output', async (_, from, to, x, message) => {
    await expect(ask(oneNode('Cast', from, to, ['n']), x)).rejects.toThrow(
      new RegExp(`output 'y' is \\w+, and a value of it does not fit[\\s\\S]*${message}`),
    );
  });

  test('that Descent has pass as they are', async () => {
    const bool = ndarray('bool', [2], Uint8Array.of(1, 0));
    expect(await ask(oneNode('Not', BOOL, BOOL, [2]), bool)).toEqual(ndarray('bool', [2], Uint8Array.of(0, 1)));
    const bytes = ndarray('uint8', [2], Uint8Array.of(3, 255));
    expect(await ask(oneNode('Identity', UINT8, UINT8, [2]), bytes)).toEqual(bytes);
    await expect(ask(oneNode('Identity', FLOAT, FLOAT, [2]), i32([2], 1, 2))).rejects.toThrow(/values as float32/);
    await expect(ask(oneNode('Identity', INT32, INT32, [2]), f32([2], 1, 2))).rejects.toThrow(/values as int32/);
    await expect(ask(oneNode('Identity', INT64, INT64, [2]), f32([2], 1, 2))).rejects.toThrow(/values as int32/);
  });

  test('that have no numbers are refused by name', async () => {
    await expect(loadOnnx(oneNode('Identity', DataType.STRING, DataType.STRING, [2]))).rejects.toThrow(
      /received: string/,
    );
    await expect(loadOnnx(oneNode('Identity', DataType.BFLOAT16, DataType.BFLOAT16, [2]))).rejects.toThrow(/bfloat16/);
    await expect(loadOnnx(oneNode('Identity', 77, 77, [2]))).rejects.toThrow(/type 77/);
    const sequence = modelBytes({
      input: [value('x', 1, [2])],
      output: [
        { name: 'y', type: { value: { case: 'sequenceType', value: { elemType: value('', 1, [2]).type } } } } as never,
      ],
      node: [{ opType: 'SequenceConstruct', input: ['x'], output: ['y'] }],
    });
    await expect(loadOnnx(sequence)).rejects.toThrow(/'y' is not a tensor[\s\S]*sequence[\s\S]*zipmap/);
  });
});
