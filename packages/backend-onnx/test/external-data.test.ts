import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { loadOnnx } from '@descent/backend-onnx';
import { BackendError, ndarray } from '@descent/core';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import {
  AttributeType,
  addModel,
  DataType,
  external,
  floats,
  type GraphInit,
  modelBytes,
  type TensorInit,
  value,
} from './craft.ts';

const root = mkdtempSync(join(tmpdir(), 'descent-external-'));
const home = process.cwd();
let count = 0;
afterEach(() => process.chdir(home));
afterAll(() => rmSync(root, { recursive: true }));

/** A new folder with these files; names may have folders in them. */
function folder(files: Readonly<Record<string, Uint8Array>>): string {
  const path = join(root, `${count++}`);
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(join(path, name, '..'), { recursive: true });
    writeFileSync(join(path, name), bytes);
  }
  return path;
}

const zeros = (n: number) => ndarray('float32', [n], new Float32Array(n));

async function answer(
  source: string | Uint8Array,
  n: number,
  externalData?: Record<string, Uint8Array>,
): Promise<number[]> {
  const file = await loadOnnx(source, { threads: 1, ...(externalData && { externalData }) });
  const { data } = await file.predict(zeros(n));
  file.dispose();
  return [...data];
}

/** Models `y = x + w` whose `w` is `external`, one for each place where a model can store a tensor. */
function everyPlace(w: TensorInit): Readonly<Record<string, Uint8Array>> {
  const ports = { input: [value('x', DataType.FLOAT, [3])], output: [value('y', DataType.FLOAT, [3])] };
  const sum = { opType: 'Add', input: ['x', 'w'], output: ['y'] };
  const constant = {
    opType: 'Constant',
    output: ['w'],
    attribute: [{ name: 'value', type: AttributeType.TENSOR, t: w }],
  };
  const inBranch = (graph: GraphInit): Uint8Array =>
    modelBytes({
      ...ports,
      initializer: [{ name: 'yes', dataType: DataType.BOOL, dims: [], rawData: Uint8Array.of(1) }],
      node: [
        {
          opType: 'If',
          input: ['yes'],
          output: ['w'],
          attribute: ['then_branch', 'else_branch'].map((name) => ({
            name,
            type: AttributeType.GRAPH,
            g: { name, ...graph },
          })),
        },
        sum,
      ],
    });
  const plain = { name: 'w', dataType: DataType.FLOAT, dims: [3n], rawData: floats(1, 2, 3) };
  const branchOutput = { output: [value('inner', DataType.FLOAT, [3])] };
  return {
    initializer: modelBytes({ ...ports, initializer: [w], node: [sum] }),
    'sparse initializer': modelBytes({
      ...ports,
      sparseInitializer: [
        { values: w, indices: { dataType: DataType.INT64, dims: [3n], int64Data: [0n, 1n, 2n] }, dims: [3n] },
      ],
      node: [sum],
    }),
    'what is there for training': modelBytes(
      { ...ports, initializer: [plain], node: [sum] },
      { trainingInfo: [{ initialization: { name: 'i', initializer: [w] } }] },
    ),
    attribute: modelBytes({ ...ports, node: [constant, sum] }),
    'initializer of a branch': inBranch({
      ...branchOutput,
      initializer: [{ ...w, name: 'v' }],
      node: [{ opType: 'Identity', input: ['v'], output: ['inner'] }],
    }),
    'attribute in a branch': inBranch({ ...branchOutput, node: [{ ...constant, output: ['inner'] }] }),
    function: modelBytes(
      { ...ports, node: [{ opType: 'Plus', domain: 'own', input: ['x'], output: ['y'] }] },
      {
        opsetImport: [
          { domain: '', version: 17n },
          { domain: 'own', version: 1n },
        ],
        functions: [
          {
            name: 'Plus',
            domain: 'own',
            input: ['x'],
            output: ['y'],
            opsetImport: [{ domain: '', version: 17n }],
            node: [constant, sum],
          },
        ],
      },
    ),
  };
}

const places = Object.keys(everyPlace({}));
const data = floats(9, 9, 1, 2, 3);

describe('weights in other files', () => {
  test.each(places)('are read from beside the model, wherever it stores them: %s', async (place) => {
    const model = everyPlace(external('w', 3, 'w.bin', 8))[place] as Uint8Array;
    const path = folder({ 'model.onnx': model, 'w.bin': data });
    // What lies in the working directory has nothing to do with the model.
    process.chdir(folder({ 'w.bin': floats(7, 7, 7, 7, 7) }));
    expect(await answer(join(path, 'model.onnx'), 3)).toEqual([1, 2, 3]);
    expect(await answer(relative(process.cwd(), join(path, 'model.onnx')), 3)).toEqual([1, 2, 3]);
    expect(await answer(model, 3, { 'w.bin': data })).toEqual([1, 2, 3]);
  });

  test.each(places)('are never read from elsewhere: %s', async (place) => {
    process.chdir(folder({ 'w.bin': data, 'in/model.onnx': data }));
    for (const location of ['../w.bin', join(process.cwd(), 'w.bin'), 'sub/../../w.bin', '..\\w.bin', 'C:w.bin', '']) {
      const model = everyPlace(external('w', 3, location))[place] as Uint8Array;
      writeFileSync('in/model.onnx', model);
      await expect(loadOnnx('in/model.onnx')).rejects.toThrow(/in\/model\.onnx: the model names a file outside/);
      await expect(loadOnnx(model)).rejects.toThrow(/weights stand in another file, which was not given/);
    }
    const model = everyPlace(external('w', 3, 'w.bin'))[place] as Uint8Array;
    await expect(loadOnnx(model)).rejects.toThrow(BackendError);
    writeFileSync('in/model.onnx', model);
    await expect(loadOnnx('in/model.onnx')).rejects.toThrow(/'w\.bin' beside the model[\s\S]*copy the data file/);
  });

  test('may be in a folder below the model, and behind a link that stays there', async () => {
    const path = folder({ 'model.onnx': addModel(external('w', 2, 'data/w.bin'), 2), 'data/real.bin': floats(4, 5) });
    symlinkSync('real.bin', join(path, 'data/w.bin'));
    expect(await answer(join(path, 'model.onnx'), 2)).toEqual([4, 5]);
  });

  test('may be given beside a path, too, and then nothing is read', async () => {
    const path = folder({ 'model.onnx': addModel(external('w', 2, 'w.bin'), 2) });
    expect(await answer(join(path, 'model.onnx'), 2, { 'w.bin': floats(6, 7) })).toEqual([6, 7]);
    expect(await answer(addModel(external('w', 2, '../w.bin'), 2), 2, { '../w.bin': floats(6, 7) })).toEqual([6, 7]);
  });

  test('are not read through a link that leaves the folder, nor from what is no file', async () => {
    const outside = folder({ secret: floats(4, 5) });
    const path = folder({ 'model.onnx': addModel(external('w', 2, 'w.bin'), 2) });
    symlinkSync(join(outside, 'secret'), join(path, 'w.bin'));
    await expect(loadOnnx(join(path, 'model.onnx'))).rejects.toThrow(/outside its own folder/);
    rmSync(join(path, 'w.bin'));
    mkdirSync(join(path, 'w.bin'));
    await expect(loadOnnx(join(path, 'model.onnx'))).rejects.toThrow(/'w\.bin'.*(EISDIR|not a regular file)/);
  });

  test('must be as large as the model says', async () => {
    const path = folder({ 'model.onnx': addModel(external('w', 3, 'w.bin', 8), 3), 'w.bin': data });
    truncateSync(join(path, 'w.bin'), 19);
    await expect(loadOnnx(join(path, 'model.onnx'))).rejects.toThrow(
      /too short[\s\S]*'w\.bin' of 19 bytes[\s\S]*20 bytes/,
    );
  });

  test.each<[string, TensorInit]>([
    ['no location', { externalData: [{ key: 'offset', value: '0' }] }],
    ['two locations', { externalData: ['w.bin', 'v.bin'].map((v) => ({ key: 'location', value: v })) }],
    ['a length that does not fit', { dims: [4n] }],
    ['negative sizes', { dims: [-3n, -1n] }],
    ['sizes beyond all memory', { dims: [2n ** 40n, 2n ** 40n] }],
    ['strings', { dataType: DataType.STRING }],
    ['no element type', { dataType: 0 }],
    ['a negative offset', { externalData: external('w', 3, 'w.bin', -4).externalData ?? [] }],
    [
      'an offset in hex',
      {
        externalData: [
          ...(external('w', 3, 'w.bin').externalData ?? []).filter((e) => e.key !== 'offset'),
          { key: 'offset', value: '0x8' },
        ],
      },
    ],
    ['an offset beyond all numbers', { externalData: external('w', 3, 'w.bin', 9.1e15).externalData ?? [] }],
  ])('are refused with %s', async (_, wrong) => {
    const path = folder({
      'model.onnx': addModel({ ...external('w', 3, 'w.bin'), ...wrong } as TensorInit, 3),
      'w.bin': data,
    });
    // Without any location ONNX Runtime says so itself.
    await expect(loadOnnx(join(path, 'model.onnx'))).rejects.toThrow(/model\.onnx: /);
    await expect(loadOnnx(join(path, 'model.onnx'))).rejects.toThrow(BackendError);
  });

  test('may be shared by equal tensors, but a small file cannot fill the memory', async () => {
    const two = (offset: number): Uint8Array =>
      modelBytes({
        input: [value('x', DataType.FLOAT, [50_000])],
        output: [value('y', DataType.FLOAT, [50_000])],
        initializer: [external('w', 50_000, 'w.bin'), external('v', 50_000, 'w.bin', offset)],
        node: [{ opType: 'Sum', input: ['x', 'w', 'v'], output: ['y'] }],
      });
    const path = folder({ 'w.bin': floats(...new Array<number>(50_001).fill(2)) });
    writeFileSync(join(path, 'model.onnx'), two(0));
    expect((await answer(join(path, 'model.onnx'), 50_000)).every((v) => v === 4)).toBe(true);
    writeFileSync(join(path, 'model.onnx'), two(4));
    await expect(loadOnnx(join(path, 'model.onnx'))).rejects.toThrow(/overlap/);
  });

  test('named by what is not an external tensor are left alone', async () => {
    const w = { ...external('w', 2, '/etc/hostname'), dataLocation: 0, rawData: floats(1, 2) } as TensorInit;
    expect(await answer(addModel(w, 2), 2)).toEqual([1, 2]);
  });

  test("cannot be the runtime's own memory", async () => {
    const w = external('w', 2, '*/_ORT_MEM_ADDR_/*', 4096);
    await expect(loadOnnx(addModel(w, 2))).rejects.toThrow(/not given/);
    const path = folder({ 'model.onnx': addModel(w, 2) });
    await expect(loadOnnx(join(path, 'model.onnx'))).rejects.toThrow(/missing/);
  });
});
