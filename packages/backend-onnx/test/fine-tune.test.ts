import { exportOnnx, importOnnx, inspectOnnx, likeFile, loadOnnx, onnx, replaceHead } from '@descent/backend-onnx';
import {
  avgPool2d,
  batchNorm2d,
  conv2d,
  createTrainer,
  crossEntropy,
  flatten,
  gelu,
  initParameters,
  type Layer,
  layerNorm,
  linear,
  type NDArray,
  ndarray,
  relu,
  sequential,
  sgd,
  softmax,
} from '@descent/core';
import { fold, key, normal, randint } from '@descent/core/random';
import { describe, expect, test } from 'vitest';

const network = sequential(
  conv2d(1, 4, 3, { padding: 1 }),
  batchNorm2d(4),
  relu(),
  avgPool2d(2),
  flatten(),
  linear(16, 8),
  layerNorm([8]),
  gelu(),
  linear(8, 5),
);

/** A file of somebody, with names and metadata of its own. */
async function file(model: Layer = network): Promise<Uint8Array> {
  const { bytes } = await exportOnnx(model, {
    parameters: initParameters(model, 3),
    sample: { shape: [1, 4, 4] },
    opset: 20,
    names: { input: 'pixels', output: 'scores' },
    properties: { author: 'Ada', 'model license': 'MIT' },
    labels: ['a', 'b', 'c', 'd', 'e'],
    preprocessing: { width: 4, height: 4, channels: 1, fit: 'contain' },
  });
  return bytes;
}

function batch(i: number): { readonly x: NDArray; readonly y: NDArray } {
  const [x, y] = [new Float32Array(6 * 16), new Int32Array(6)];
  normal(fold(key(i), 'x'), x);
  randint(fold(key(i), 'y'), y, 0, 3);
  return { x: ndarray('float32', [6, 1, 4, 4], x), y: ndarray('int32', [6], y) };
}

const operators = async (bytes: Uint8Array): Promise<readonly string[]> =>
  (await inspectOnnx(bytes)).ops.map(({ op, count }) => `${op} ${count}`);

describe('a file is fine-tuned and written back', () => {
  test('with another head, its names, metadata and operators stay, and so do parameters that are frozen', async () => {
    const before = await file();
    const read = await importOnnx(before);
    expect(read.properties).toEqual({ author: 'Ada', 'model license': 'MIT' });
    const { model, path, features, before: classes, softmax: last } = replaceHead(read, 3);
    expect([path, features, classes, last]).toEqual(['8', 8, 5, null]);
    expect(model.parameters.map(({ name }) => name)).toEqual(read.model.parameters.map(({ name }) => name));
    const backend = onnx();
    const trainer = await createTrainer({
      model,
      loss: crossEntropy(),
      optimizer: sgd({ lr: 0.1 }),
      backend,
      freeze: /^[0-5]\./,
    });
    for (let i = 0; i < 5; i++) await trainer.step(batch(i).x, batch(i).y);
    const parameters = await trainer.parameters();
    trainer.dispose();
    await backend.dispose();
    for (const name of ['0.weight', '1.running_mean', '5.bias'])
      expect(parameters[name]).toEqual(read.parameters[name]);
    expect(parameters['6.weight']).not.toEqual(read.parameters['6.weight']);
    const labels = ['x', 'y', 'z'];
    const { bytes } = await exportOnnx(model, { ...likeFile(read), parameters, labels, opset: read.opset });
    const again = await loadOnnx(bytes);
    expect([again.input.name, again.output.name, again.labels]).toEqual(['pixels', 'scores', labels]);
    expect(again.preprocessing).toEqual(read.preprocessing);
    again.dispose();
    expect((await importOnnx(bytes)).properties).toEqual(read.properties);
    // BatchNormalization, LayerNormalization and Gelu are one operator each; the new head is smaller.
    expect(await operators(bytes)).toEqual(await operators(before));
    expect(bytes.length).toBeLessThan(before.length + 200);
  });

  test('batch normalizations take the statistics of batches, or keep the running ones', async () => {
    const bytes = await file();
    const statistics = async (batchNorm: 'batch' | 'running'): Promise<boolean> => {
      const read = await importOnnx(bytes, { batchNorm });
      const backend = onnx();
      const trainer = await createTrainer({
        model: read.model,
        loss: crossEntropy(),
        optimizer: sgd({ lr: 0.1 }),
        backend,
      });
      await trainer.step(batch(0).x, batch(0).y);
      const { '1.running_mean': mean, '1.weight': weight } = await trainer.parameters();
      expect(weight).not.toEqual(read.parameters['1.weight']);
      trainer.dispose();
      await backend.dispose();
      return JSON.stringify(mean) === JSON.stringify(read.parameters['1.running_mean']);
    };
    expect([await statistics('batch'), await statistics('running')]).toEqual([false, true]);
  });

  test('a softmax at the end is left out for training and put back', async () => {
    const read = await importOnnx(await file(sequential(flatten(), linear(16, 5), softmax())));
    const { model, softmax: last } = replaceHead(read, 3);
    expect(last).toBe('2');
    const { output: _, ...like } = likeFile(read);
    const { bytes } = await exportOnnx(model, {
      ...like,
      parameters: initParameters(model, 0),
      labels: ['x', 'y', 'z'],
      softmax: true,
    });
    const again = await loadOnnx(bytes);
    expect([again.outputKind, again.output.name]).toEqual(['probabilities', 'scores']);
    const { data } = await again.predict(batch(0).x);
    expect((data[0] as number) + (data[1] as number) + (data[2] as number)).toBeCloseTo(1, 5);
    again.dispose();
  });
});

test('heads that are not there, and names that are none, are refused', async () => {
  const read = await importOnnx(await file());
  for (const classes of [0, 1.5, '3']) expect(() => replaceHead(read, classes as number)).toThrow(/number of classes/);
  expect(() => replaceHead(read, 3, { path: 'fc' })).toThrow(/no layer with weights/);
  expect(() => replaceHead(read, 3, { path: '5' })).toThrow(/expected|does not follow|cannot/);
  const flat = await importOnnx(await file(sequential(conv2d(1, 5, 4), flatten())));
  expect(() => replaceHead(flat, 3)).toThrow(/no last layer/);
  const wrong = (more: object): Promise<unknown> =>
    exportOnnx(network, { parameters: initParameters(network, 0), sample: { shape: [1, 4, 4] }, ...more } as never);
  await expect(wrong({ names: { pixels: 'x' } })).rejects.toThrow(/none of its inputs and outputs/);
  await expect(wrong({ names: { input: '' } })).rejects.toThrow(/none of its inputs and outputs/);
  await expect(wrong({ names: ['x'] })).rejects.toThrow(/none of its inputs and outputs/);
  await expect(wrong({ names: { input: 'same', output: 'same' } })).rejects.toThrow(/same name/);
  await expect(wrong({ names: { output: 'input' } })).rejects.toThrow(/same name/);
  await expect(wrong({ properties: { 'descent.labels': '[]' } })).rejects.toThrow(/no properties/);
  await expect(wrong({ properties: { author: 3 } })).rejects.toThrow(/no properties/);
  const { bytes } = (await wrong({ names: { input: '0.weight', output: 'add_0' } })) as { bytes: Uint8Array };
  const odd = await loadOnnx(bytes);
  expect([odd.input.name, odd.output.name]).toEqual(['0.weight', 'add_0']);
  odd.dispose();
});
