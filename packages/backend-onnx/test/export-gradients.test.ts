import { readFileSync } from 'node:fs';
import { fromBinary } from '@bufbuild/protobuf';
import { exportGradients, type GradientOf, loadOnnx } from '@descent/backend-onnx';
import {
  avgPool2d,
  batchNorm2d,
  conv2d,
  convTranspose2d,
  crossEntropy,
  dropout,
  embedding,
  flatten,
  gelu,
  initParameters,
  type Layer,
  layerNorm,
  linear,
  lora,
  lstm,
  maxPool2d,
  mse,
  type NDArray,
  ndarray,
  type Parameters,
  relu,
  rescale,
  sequential,
  tanh,
} from '@descent/core';
import { describe, expect, test } from 'vitest';
import { ModelProtoSchema } from '../src/proto/onnx-pb.ts';

interface Stored {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
type Several = Readonly<Record<string, Stored>>;
interface Case {
  readonly parameters: Several;
  readonly x: Stored;
  readonly more: Several;
  readonly y: Stored;
  readonly value: number;
  readonly input: Stored;
  readonly weights: Several;
}

const { cases } = JSON.parse(readFileSync(new URL('./fixtures/torch-gradients.json', import.meta.url), 'utf8')) as {
  readonly cases: Readonly<Record<string, Case>>;
};

const floats = ({ shape, data }: Stored): NDArray<'float32'> => ndarray('float32', shape, Float32Array.from(data));
const ints = ({ shape, data }: Stored): NDArray => ndarray('int32', shape, Int32Array.from(data));
const mapped = <T>(all: Several, f: (one: Stored) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(all).map(([name, one]) => [name, f(one)]));

const images = sequential(
  conv2d(1, 3, 3, { padding: 1 }),
  batchNorm2d(3),
  relu(),
  dropout(0.5),
  maxPool2d(2),
  flatten(),
  linear(12, 4),
);
const rows = sequential(linear(5, 6), layerNorm([6]), gelu(), linear(6, 3), tanh());
const label = { shape: [], dtype: 'int32' } as const;

const asked: Readonly<Record<string, { model: Layer; shape: readonly number[]; of: GradientOf; whole?: boolean }>> = {
  'images, class': { model: images, shape: [1, 4, 4], of: 'class', whole: true },
  'images, cross entropy': {
    model: images,
    shape: [1, 4, 4],
    of: { loss: crossEntropy(), target: label },
    whole: true,
  },
  'rows, sum': { model: rows, shape: [5], of: 'sum' },
  'rows, weighted': { model: rows, shape: [5], of: 'weighted' },
  'rows, squares': { model: rows, shape: [5], of: { loss: mse(), target: { shape: [3] } } },
};

function expectClose(actual: NDArray | undefined, { shape, data }: Stored): void {
  expect(actual?.shape).toEqual(shape);
  for (const [i, v] of data.entries()) expect(Math.abs((actual?.data[i] as number) - v)).toBeLessThan(1e-5);
}

describe('outputs and gradients are those of PyTorch', () => {
  test.for(Object.entries(cases))('%s', async ([name, stored]) => {
    const { model, shape, of, whole = false } = asked[name] as (typeof asked)[string];
    const { bytes, gradients, outputs } = await exportGradients(model, {
      parameters: mapped(stored.parameters, floats) as Parameters,
      sample: { shape },
      wrt: ['input', 'weights'],
      of,
    });
    expect(Object.keys(gradients)).toEqual(['input', ...Object.keys(stored.weights)]);
    expect(outputs.slice(1, 3)).toEqual(['value', 'gradient/input']);
    const file = await loadOnnx(bytes);
    const got = await file.run({ input: floats(stored.x), ...mapped(stored.more, whole ? ints : floats) });
    expectClose(got[outputs[0] as string], stored.y);
    expect(got['value']?.data[0]).toBeCloseTo(stored.value, 5);
    expectClose(got['gradient/input'], stored.input);
    for (const [weight, wanted] of Object.entries(stored.weights)) expectClose(got[`gradient/${weight}`], wanted);
    file.dispose();
  });
});

test('a class or target that there is not gives NaN, and no other sample does', async () => {
  const parameters = initParameters(rows, 0);
  const by = { parameters, sample: { shape: [5] } } as const;
  const x = ndarray(
    'float32',
    [2, 5],
    Float32Array.from({ length: 10 }, (_, i) => i / 10),
  );
  const chosen = await loadOnnx((await exportGradients(rows, { ...by, of: 'class' })).bytes);
  for (const wrong of [3, -1]) {
    const { 'gradient/input': gradient } = await chosen.run({
      input: x,
      class: ndarray('int32', [2], Int32Array.of(1, wrong)),
    });
    const nan = Array.from(gradient?.data ?? [], Number.isNaN);
    expect([nan.slice(0, 5).includes(true), nan.slice(5).includes(false)]).toEqual([false, false]);
  }
  const lost = await loadOnnx(
    (await exportGradients(rows, { ...by, of: { loss: crossEntropy(), target: label } })).bytes,
  );
  const bad = await lost.run({ input: x, target: ndarray('int32', [2], Int32Array.of(1, 3)) });
  expect(Array.from(bad['gradient/input']?.data ?? []).every(Number.isNaN)).toBe(true);
  chosen.dispose();
  lost.dispose();
});

test('windows, strides and groups of convolutions and poolings have gradients for any number of samples', async () => {
  const model = sequential(
    conv2d(2, 4, 3, { stride: 2, padding: 1, groups: 2 }),
    relu(),
    maxPool2d(3, { stride: 1 }),
    conv2d(4, 8, 3, { padding: 1 }),
    avgPool2d(3, { stride: 2, padding: 1 }),
    convTranspose2d(8, 8, 2, { stride: 2 }),
    conv2d(8, 16, 1),
    flatten(),
    linear(256, 3),
  );
  // Each of these compares with the reference interpreter for 1 and 3 samples.
  const options = { parameters: initParameters(model, 0), sample: { shape: [2, 12, 12] } };
  const both = await exportGradients(model, { ...options, wrt: ['input', 'weights'], of: 'weighted' });
  expect(both.outputs).toHaveLength(3 + model.parameters.length);
  const fixed = await exportGradients(model, { ...options, wrt: 'weights', batch: 5, opset: 21 });
  expect(fixed.outputs).toHaveLength(2 + model.parameters.length);
});

test('axes of any size and loops have gradients, too', async () => {
  const words = sequential(embedding(7, 4), lstm(4, 3), linear(3, 2));
  const { bytes, gradients } = await exportGradients(words, {
    parameters: initParameters(words, 0),
    sample: { shape: ['time'], dtype: 'int32' },
    wrt: 'weights',
    weights: /^0|bias/,
  });
  expect(Object.keys(gradients)).toContain('0.weight');
  expect(Object.keys(gradients)).not.toContain('2.weight');
  const file = await loadOnnx(bytes);
  for (const length of [2, 6]) {
    const got = await file.run({ input: ndarray('int32', [1, length], new Int32Array(length)) });
    expect(got['gradient/0.weight']?.shape).toEqual([7, 4]);
  }
  file.dispose();
});

test('files have names, metadata and weights beside them as those of exportOnnx do', async () => {
  const options = { parameters: initParameters(rows, 0), sample: { shape: [5] }, verify: false } as const;
  const { bytes, externalData, gradients, inputs, outputs } = await exportGradients(rows, {
    ...options,
    of: 'class',
    names: { input: 'measures', output: 'scores' },
    properties: { author: 'Ada' },
    externalData: 0,
    verify: true,
  });
  expect([inputs, outputs]).toEqual([
    ['measures', 'class'],
    ['scores', 'value', 'gradient/measures'],
  ]);
  expect(gradients).toEqual({ input: 'gradient/measures' });
  const beside = await exportGradients(sequential(linear(5, 400)), {
    ...options,
    parameters: initParameters(sequential(linear(5, 400)), 0),
    externalData: 1000,
  });
  expect(Object.keys(beside.externalData)).toEqual(['model.onnx.data']);
  expect(externalData).toEqual({});
  const { graph, metadataProps } = fromBinary(ModelProtoSchema, bytes);
  expect(metadataProps.find(({ key }) => key === 'author')?.value).toBe('Ada');
  const names = graph?.node.map(({ name }) => name) ?? [];
  const owners = new Set(names.map((name) => name.replace(/\/.*/, '')));
  expect([...owners].sort()).toEqual(['0', '1', '2', '3', '4', 'gradient', 'value']);
  const wrong = (more: object): Promise<unknown> => exportGradients(rows, { ...options, ...more } as never);
  await expect(wrong({ names: { input: 'value' } })).rejects.toThrow(/names that are none of value, gradient\/input/);
  await expect(wrong({ names: { x: 'y' } })).rejects.toThrow(/exportGradients was given names/);
  await expect(wrong({ properties: { author: 1 } })).rejects.toThrow(/exportGradients: these are no properties/);
  await expect(wrong({ externalData: -1 })).rejects.toThrow(/exportGradients was given an invalid externalData/);
});

test('frozen weights have gradients where they are asked for by name only', async () => {
  const model = lora(sequential(linear(5, 3)), { kind: 'linear' }, { rank: 2 });
  const options = { parameters: initParameters(model, 0), sample: { shape: [5] }, wrt: 'weights' } as const;
  const frozen = model.parameters.find((p) => p.frozen === true)?.name as string;
  expect(Object.keys((await exportGradients(model, options)).gradients)).not.toContain(frozen);
  expect(Object.keys((await exportGradients(model, { ...options, weights: /./ })).gradients)).toContain(frozen);
});

test('what has no gradients, and options that do not fit, are refused', async () => {
  const wrong = (model: Layer, options: object): Promise<unknown> =>
    exportGradients(model, { parameters: initParameters(model, 0), sample: { shape: [5] }, ...options } as never);
  const pixels = sequential(rescale(1 / 255), flatten(), linear(4, 2));
  await expect(wrong(pixels, { sample: { shape: [2, 2], dtype: 'uint8' } })).rejects.toThrow(/dtype: 'float32'/);
  const words = sequential(embedding(7, 4), flatten(), linear(8, 2));
  await expect(wrong(words, { sample: { shape: [2], dtype: 'int32' } })).rejects.toThrow(/wrt: 'weights'/);
  for (const wrt of ['inputs', [], null, ['input', 'x']])
    await expect(wrong(rows, { wrt })).rejects.toThrow(/with respect to what/);
  for (const of of ['mean', null, {}, { loss: mse() }, 3]) await expect(wrong(rows, { of })).rejects.toThrow(/of what/);
  await expect(wrong(rows, { wrt: 'weights', weights: /^none/ })).rejects.toThrow(/no weights/);
  await expect(wrong(rows, { weights: /^0/ })).rejects.toThrow(/wrt: 'weights'/);
  await expect(wrong(rows, { wrt: 'weights', weights: '^0' })).rejects.toThrow(/regular expression/);
  await expect(wrong(linear(5, 1), { of: 'class' })).rejects.toThrow(/no classes/);
  await expect(wrong(rows, { output: 'left' })).rejects.toThrow(/one output/);
  const loss = crossEntropy();
  await expect(wrong(rows, { of: { loss, target: label }, output: 'output' })).rejects.toThrow(/output has no effect/);
  for (const target of [null, 'int32', { shape: [-1], dtype: 'int32' }, { shape: ['n'], dtype: 'int32' }])
    await expect(wrong(rows, { of: { loss, target } })).rejects.toThrow(/of\.target|no shape/);
  await expect(wrong(rows, { of: 1n })).rejects.toThrow(/of what/);
  await expect(wrong(rows, { batch: 0 })).rejects.toThrow(/invalid batch/);
  await expect(wrong(rows, { labels: ['a'] })).rejects.toThrow(/1 labels/);
  await expect(wrong(rows, { with: 'input' })).rejects.toThrow(/with/);
});
