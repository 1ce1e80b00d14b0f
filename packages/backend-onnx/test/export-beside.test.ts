import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BackendError,
  flatten,
  initParameters,
  layerNorm,
  linear,
  ndarray,
  sequential,
  ValueError,
} from '@descent/core';
import { afterAll, describe, expect, test } from 'vitest';
import { readModel } from '../src/inspect/source.ts';
import { LARGEST_FILE, weightsBeside } from '../src/model/weights-beside.ts';
import { exportOnnx, importOnnx, inspectOnnx, loadOnnx } from '../src/public/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'descent-beside-'));
afterAll(() => rmSync(folder, { recursive: true }));

const model = sequential(flatten(), linear(40, 30), layerNorm(30), linear(30, 20));
const options = { parameters: initParameters(model, 1), sample: { shape: [8, 5] } };
const x = ndarray(
  'float32',
  [3, 8, 5],
  Float32Array.from({ length: 120 }, (_, i) => Math.sin(i)),
);

/** What stands in the model of each weight that has its numbers elsewhere. */
async function places(path: string) {
  const { graph } = (await readModel('test', path)).model;
  return (graph?.initializer ?? []).flatMap(({ name, externalData, rawData }) =>
    externalData.length === 0
      ? []
      : [{ name, raw: rawData.length, ...Object.fromEntries(externalData.map(({ key, value }) => [key, value])) }],
  );
}

describe('weights in a file beside the model', () => {
  test('are read by us from there, and are the same', async () => {
    const path = join(folder, 'net.onnx');
    const written = await exportOnnx(model, { ...options, path, externalData: 2000 });
    expect(written.maxAbsDifference).toBeLessThan(1e-6);
    expect(Object.keys(written.externalData)).toEqual(['net.onnx.data']);
    expect(readdirSync(folder).sort()).toEqual(['net.onnx', 'net.onnx.data']);
    expect(readFileSync(`${path}.data`)).toEqual(Buffer.from(written.externalData['net.onnx.data'] as Uint8Array));
    // 40 · 30 and 30 · 20 numbers; each begins on a page.
    expect(await places(path)).toEqual([
      { name: '1.weight', raw: 0, location: 'net.onnx.data', offset: '0', length: '4800' },
      { name: '3.weight', raw: 0, location: 'net.onnx.data', offset: '8192', length: '2400' },
    ]);
    expect(statSync(`${path}.data`).size).toBe(8192 + 2400);
    const one = await exportOnnx(model, options);
    expect(one.externalData).toEqual({});
    const answers = await Promise.all(
      [
        await loadOnnx(path),
        await loadOnnx(written.bytes, { externalData: written.externalData }),
        await loadOnnx(one.bytes),
      ].map(async (file) => {
        const { data } = await file.predict(x);
        file.dispose();
        return [...data];
      }),
    );
    expect(answers[0]).toEqual(answers[2]);
    expect(answers[1]).toEqual(answers[2]);
    const { parameters } = await importOnnx(path);
    for (const [name, { data }] of Object.entries(options.parameters)) expect(parameters[name]?.data).toEqual(data);
    expect((await inspectOnnx(path)).parameters).toBe((await inspectOnnx(one.bytes)).parameters);
  });

  test('without a path are given by name, and nothing is read without them', async () => {
    const { bytes, externalData } = await exportOnnx(model, { ...options, externalData: 0, verify: false });
    expect(Object.keys(externalData)).toEqual(['model.onnx.data']);
    await expect(loadOnnx(bytes)).rejects.toThrow(BackendError);
    await expect(loadOnnx(bytes)).rejects.toThrow(/not given/);
  });

  test('replace those of another model with it', async () => {
    const path = join(folder, 'again.onnx');
    for (const seed of [1, 2]) {
      const parameters = initParameters(model, seed);
      await exportOnnx(model, { ...options, parameters, path, externalData: 0, verify: false });
      const read = await importOnnx(path);
      expect(read.parameters['1.weight']?.data).toEqual(parameters['1.weight']?.data);
    }
    // A proof that fails leaves both as they are.
    const before = readFileSync(path);
    await expect(exportOnnx(model, { ...options, path, externalData: 0, verify: { tolerance: -1 } })).rejects.toThrow();
    expect(readFileSync(path)).toEqual(before);
    writeFileSync(`${path}.data`, new Uint8Array(10));
    await expect(loadOnnx(path)).rejects.toThrow(/too short/);
  });

  test('are needed above 2 GB, and small constants stay', () => {
    const sized = (byteLength: number) => ({ dtype: 'float32', shape: [byteLength / 4], data: { byteLength } });
    const constants = new Map([
      ['a', sized(2 ** 31 - 4)],
      ['shape', sized(32)],
      ['b', sized(4000)],
    ]);
    const large = { opset: 17, graph: { name: '', inputs: [], outputs: [], nodes: [], constants } } as never;
    expect(weightsBeside(large, 'w', LARGEST_FILE)).toEqual({
      places: new Map([
        ['a', { location: 'w', offset: 0 }],
        ['b', { location: 'w', offset: 2 ** 31 }],
      ]),
      size: 2 ** 31 + 4000,
    });
  });

  test.each([-1, 1.5, Number.NaN, '0', true, null])('externalData: %s is refused', async (externalData) => {
    await expect(exportOnnx(model, { ...options, externalData: externalData as never })).rejects.toThrow(ValueError);
  });
});
