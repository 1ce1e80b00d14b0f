import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportOnnx, loadOnnx, onnx, printModel } from '@descent/backend-onnx';
import {
  createPredictor,
  createTrainer,
  initParameters,
  type Layer,
  linear,
  mse,
  ndarray,
  sequential,
  sgd,
  summarize,
  ValueError,
} from '@descent/core';
import { inspect } from '@descent/core/diagnose';
import { add, matmul, mul } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { FileError } from '@descent/files';
import { afterAll, describe, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'descent-names-'));
afterAll(() => rmSync(folder, { recursive: true }));

const NAMES = [
  'input',
  'output',
  'logits',
  'probabilities',
  'values',
  'x',
  'y',
  'lr',
  'const_0',
  'mul_0',
  'add_0',
  'batch',
  'parameter',
];

/** `x @ matmul_0`, times and plus each parameter of another name in turn; in training also plus `noise`. */
const model: Layer = {
  label: 'names',
  parameters: [
    { name: 'matmul_0', shape: [3, 3], init: () => Float32Array.from({ length: 9 }, (_, i) => i / 4 - 1) },
    ...NAMES.map((name, at) => ({ name, shape: [3], init: () => Float32Array.of(1 + at / 8, 0.5, -1) })),
    { name: 'noise', shape: [3], init: () => Float32Array.of(100, 100, 100) },
  ],
  apply(x, { parameter, training }) {
    const first = matmul(x, parameter('matmul_0'));
    const all = NAMES.reduce((sum, name, i) => (i % 2 === 0 ? mul : add)(sum, parameter(name)), first);
    return training ? add(all, parameter('noise')) : all;
  },
};
const parameters = initParameters(model, 1);
const sample = { shape: [3] };
const x = ndarray('float32', [2, 3], Float32Array.of(1, 2, 3, -1, 0, 0.5));

async function expected(): Promise<readonly number[]> {
  const backend = referenceBackend({ precision: 'float32' });
  const predictor = await createPredictor({ model, parameters, sample, backend });
  return [...(await predictor.predict(x)).data];
}

describe('parameters called like other things', () => {
  test.each([false, true])('keep their numbers in a file (softmax: %s)', async (softmax) => {
    const { bytes, maxAbsDifference } = await exportOnnx(model, { parameters, sample, softmax });
    expect(maxAbsDifference).toBeLessThan(1e-4);
    const file = await loadOnnx(bytes);
    expect(file.inputs.map((p) => p.name)).toEqual(['input']);
    expect(file.outputs).toHaveLength(1);
    const { data } = await file.predict(x);
    const logits = await expected();
    const row = (at: number): readonly number[] => logits.slice(at, at + 3);
    const exps = (values: readonly number[]) => {
      const e = values.map((v) => Math.exp(v - Math.max(...values)));
      return e.map((v) => v / e.reduce((a, b) => a + b));
    };
    const wanted = softmax ? [...exps(row(0)), ...exps(row(3))] : logits;
    for (const [i, v] of wanted.entries()) expect(data[i]).toBeCloseTo(v, 3);
    file.dispose();
    const text = printModel(bytes);
    expect(text).toContain('matmul_0');
    expect(text).not.toContain('noise');
  });

  test('and those that only training needs do no harm anywhere', async () => {
    const backend = onnx({ threads: 1, spinning: false });
    const trainer = await createTrainer({
      model,
      loss: mse(),
      optimizer: sgd({ lr: 1e-4 }),
      backend,
      seed: 1,
    });
    const y = ndarray('float32', [2, 3], new Float32Array(6));
    await trainer.step(x, y);
    await trainer.evaluate([{ x, y }]);
    const predictor = await createPredictor({ model, parameters, sample, backend });
    const got = (await predictor.predict(x)).data;
    for (const [i, v] of (await expected()).entries()) expect(got[i]).toBeCloseTo(v, 3);
    expect(summarize(model, sample).rows).toHaveLength(1);
    const reports = await inspect({ model, parameters, loss: mse(), backend, x, y });
    expect(reports).toHaveLength(1);
    await backend.dispose();
  });
});

describe('a place where nothing can be written', () => {
  const net = sequential(linear(3, 2));
  const options = { parameters: initParameters(net, 1), sample };

  test.each<[string, string, RegExp]>([
    ['a missing folder', join(folder, 'no', 'such', 'm.onnx'), /m\.onnx: [\s\S]*ENOENT[\s\S]*mkdir -p/],
    ['a folder', folder, /EISDIR[\s\S]*add the name of the file/],
    ['below a file', join(folder, 'file', 'm.onnx'), /ENOTDIR/],
  ])('%s is refused with the path, before anything is computed', async (_, path, message) => {
    writeFileSync(join(folder, 'file'), 'x');
    // A proof of this tolerance fails: nothing gets that far.
    await expect(exportOnnx(net, { ...options, path, verify: { tolerance: -1 } })).rejects.toThrow(message);
    await expect(exportOnnx(net, { ...options, path })).rejects.toThrow(FileError);
    expect(readdirSync(folder)).toEqual(['file']);
  });

  test('and so are values that are no path', async () => {
    for (const path of ['', 3, null]) {
      await expect(exportOnnx(net, { ...options, path: path as never })).rejects.toThrow(ValueError);
    }
  });

  test('a folder without permission', async ({ skip }) => {
    skip(process.getuid?.() === 0, 'root may write everywhere');
    const path = join(folder, 'locked');
    mkdirSync(path);
    chmodSync(path, 0o500);
    await expect(exportOnnx(net, { ...options, path: join(path, 'm.onnx') })).rejects.toThrow(/EACCES/);
    chmodSync(path, 0o700);
    rmSync(path, { recursive: true });
  });

  test('the file before stays when an export fails, and several at once do not disturb each other', async () => {
    const path = join(folder, 'm.onnx');
    const { bytes } = await exportOnnx(net, { ...options, path });
    await expect(exportOnnx(net, { ...options, path, verify: { tolerance: -1 } })).rejects.toThrow();
    expect(Buffer.compare(readFileSync(path), bytes)).toBe(0);
    await Promise.all(Array.from({ length: 4 }, () => exportOnnx(net, { ...options, path, verify: false })));
    expect(Buffer.compare(readFileSync(path), bytes)).toBe(0);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(existsSync(path)).toBe(true);
  });
});
