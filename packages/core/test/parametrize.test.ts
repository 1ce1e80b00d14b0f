import { describe, expect, test } from 'vitest';
import type { Shape } from '../src/public/backend.ts';
import * as d from '../src/public/index.ts';
import { input } from '../src/public/ops.ts';
import { key, normal } from '../src/public/random.ts';
import { largestDifference } from '../src/public/testing.ts';
import { backend, outputOf } from './_reference.ts';

// What they compute in training and evaluation is compared with PyTorch in pytorch-layers.test.ts.

const layers: Readonly<Record<string, readonly [d.Layer, Shape]>> = {
  linear: [d.linear(4, 3), [5, 4]],
  'linear without bias': [d.linear(4, 3, { bias: false }), [5, 4]],
  conv2d: [d.conv2d(4, 6, [2, 3], { groups: 2 }), [2, 4, 4, 5]],
  convTranspose1d: [d.convTranspose1d(4, 2, 3), [2, 4, 5]],
};
const wrappers: Readonly<Record<string, (layer: d.Layer) => d.Layer>> = {
  weightNorm: (layer) => d.weightNorm(layer),
  'weightNorm, dim 1': (layer) => d.weightNorm(layer, { dim: 1 }),
  'weightNorm, dim null': (layer) => d.weightNorm(layer, { dim: null }),
  spectralNorm: (layer) => d.spectralNorm(layer),
  'spectralNorm, dim 1': (layer) => d.spectralNorm(layer, { dim: 1 }),
};
const cases = Object.keys(wrappers).flatMap((w) => Object.keys(layers).map((l) => [w, l] as const));

describe.each(cases)('%s of %s', (wrapper, name) => {
  const [layer, shape] = layers[name] as (typeof layers)[string];
  const wrapped = (wrappers[wrapper] as (layer: d.Layer) => d.Layer)(layer);
  const net = d.sequential(wrapped, d.relu());
  const x = noise(shape);

  test('starts as the layer of the same seed, divided by its largest singular value in the one case', () => {
    const [plain, start] = [d.initParameters(d.sequential(layer), 3), d.initParameters(net, 3)];
    const { parameters } = d.mergeWeights(net, start);
    expect(Object.keys(parameters)).toEqual(Object.keys(plain));
    const [merged, drawn] = [parameters['0.weight'] as d.NDArray, plain['0.weight'] as d.NDArray];
    const ratios = Array.from(merged.data, (v, i) => v / (drawn.data[i] as number));
    if (wrapper.startsWith('weight')) expect(Math.max(...ratios.map((r) => Math.abs(r - 1)))).toBeLessThan(1e-6);
    else {
      expect(Math.max(...ratios) / Math.min(...ratios)).toBeCloseTo(1, 5);
      const axis = wrapper.includes('dim') || name.startsWith('convTranspose') ? 1 : 0;
      expect(largestSingularValue(merged, axis)).toBeCloseTo(1, 2);
    }
    if (layer.parameters.length > 1) expect(parameters['0.bias']).toEqual(plain['0.bias']);
  });

  test('mergeWeights gives the layer that computes the same; adoptWeights goes back', async () => {
    const trainer = await d.createTrainer({
      model: net,
      loss: d.mse(),
      optimizer: d.adam({ lr: 0.1 }),
      backend,
      seed: 3,
    });
    const y = await outputOf(net, await trainer.parameters(), x);
    for (let i = 0; i < 3; i++) await trainer.step(x, d.full(y.shape, 0.5));
    const trained = await trainer.parameters();
    trainer.dispose();
    expect(largestDifference(await outputOf(net, trained, x), y)).toBeGreaterThan(1e-3);
    const plain = d.mergeWeights(net, trained);
    expect(plain.model.parameters.map((p) => p.name)).toEqual(layer.parameters.map((p) => `0.${p.name}`));
    const merged = await outputOf(plain.model, plain.parameters, x);
    expect(largestDifference(merged, await outputOf(net, trained, x))).toBeLessThan(1e-6);
    const again = d.adoptWeights(net, plain.parameters);
    const tolerance = wrapper.startsWith('weight') ? 1e-6 : 0.05;
    expect(largestDifference(await outputOf(net, again, x), merged)).toBeLessThan(tolerance);
  });
});

test('two weights of one layer, and a layer around it that keeps its kind', () => {
  const names = ['weight_ih', 'weight_hh'].map(
    (start) => d.lstm(2, 3).parameters.find((p) => p.name.startsWith(start))?.name as string,
  );
  const twice = d.weightNorm(d.weightNorm(d.lstm(2, 3), { name: names[0] as string }), { name: names[1] as string });
  const plain = d.mergeWeights(twice, d.initParameters(twice, 2));
  const drawn = d.initParameters(d.lstm(2, 3), 2);
  expect(Object.keys(plain.parameters).sort()).toEqual(Object.keys(drawn).sort());
  for (const [name, array] of Object.entries(plain.parameters))
    expect(largestDifference(array, drawn[name] as d.NDArray), name).toBeLessThan(1e-6);
  expect(d.select(d.sequential(d.weightNorm(d.linear(2, 3))), { kind: 'linear' })[0]?.layer.label).toBe(
    'linear(2 → 3), weightNorm',
  );
});

test('evaluation leaves the vectors of spectralNorm as they are', async () => {
  const model = d.spectralNorm(d.linear(2, 3));
  const set: string[] = [];
  const nodes = new Map(model.parameters.map(({ name, shape }) => [name, input(name, shape)]));
  const options = { training: false, assign: (name: string) => set.push(name) };
  d.applyLayer(model, input('x', [1, 2]), nodes, options);
  expect(set).toEqual([]);
  d.applyLayer(model, input('x', [1, 2]), nodes, { ...options, training: true });
  expect(set).toEqual(['parametrizations.weight.0._u', 'parametrizations.weight.0._v']);
});

const refused: Readonly<Record<string, readonly [() => unknown, RegExp]>> = {
  'a layer without weights': [() => d.weightNorm(d.relu()), /no such weight[\s\S]*at least two axes/],
  'a vector': [() => d.spectralNorm(d.batchNorm2d(3)), /'weight' of shape \[3\]/],
  'a name that there is not': [
    () => d.weightNorm(d.linear(2, 3), { name: 'weights' }),
    /give its name: \{ name: 'weight' \}/,
  ],
  'a network': [() => d.spectralNorm(d.sequential(d.linear(2, 3))), /put spectralNorm around the layers inside it/],
  'a weight twice': [() => d.weightNorm(d.weightNorm(d.linear(2, 3))), /no such weight/],
  'an axis that there is not': [() => d.weightNorm(d.linear(2, 3), { dim: 2 }), /an axis from 0 to 1/],
  'a negative axis': [() => d.spectralNorm(d.linear(2, 3), { dim: -1 }), /at least 0/],
  'an axis as text': [() => d.weightNorm(d.linear(2, 3), { dim: '0' as never }), /invalid dim/],
  'no iterations': [() => d.spectralNorm(d.linear(2, 3), { nPowerIterations: 0 }), /at least 1/],
  'an eps of 0': [() => d.spectralNorm(d.linear(2, 3), { eps: 0 }), /more than 0/],
  'a misspelt option': [() => d.weightNorm(d.linear(2, 3), { dims: 0 } as never), /did you mean 'dim'/],
  'no layer': [() => d.weightNorm('linear' as never), /is not a layer/],
};

test.each(Object.entries(refused))('%s is refused', (_, [make, message]) => {
  expect(make).toThrow(message);
  expect(make).toThrow(d.DescentError);
});

function noise(shape: Shape): d.NDArray {
  const data = new Float32Array(d.numel(shape));
  normal(key(5), data);
  return d.ndarray('float32', shape, data);
}

/** By many steps of the power iteration on `WᵀW`, written without looking at the one that is tested. */
function largestSingularValue({ shape, data }: d.NDArray, axis: number): number {
  const rows = shape[axis] as number;
  const inner = d.numel(shape.slice(axis + 1));
  const matrix: number[][] = Array.from({ length: rows }, () => []);
  for (const [i, v] of data.entries()) matrix[Math.floor(i / inner) % rows]?.push(v);
  let v = (matrix[0] as number[]).map((_, i) => 1 + i / 10);
  let norm = 0;
  for (let n = 0; n < 500; n++) {
    const wv = matrix.map((row) => row.reduce((s, w, i) => s + w * (v[i] as number), 0));
    const next = v.map((_, i) => matrix.reduce((s, row, r) => s + (row[i] as number) * (wv[r] as number), 0));
    norm = Math.sqrt(Math.hypot(...next) / Math.hypot(...v));
    v = next.map((w) => w / Math.hypot(...next));
  }
  return norm;
}
