import * as d from '@descent/core';
import { mul } from '@descent/core/ops';
import { expect, test } from 'vitest';
import { exportOnnx, importOnnx } from '../src/public/index.ts';
import { nodesOf } from './file-nodes.ts';

async function namesOf(model: d.AnyLayer, sample: unknown, softmax = false): Promise<readonly string[]> {
  const options = { parameters: d.initParameters(model, 1), sample: sample as { readonly shape: d.Shape } };
  const { bytes } = await exportOnnx(model as d.Layer, { ...options, softmax, verify: false });
  return (await nodesOf(bytes)).map(({ name }) => name);
}

const block = (features: number) =>
  d.layer(
    'block',
    { conv: d.conv2d(features, features, 3, { padding: 1 }), norm: d.batchNorm2d(features), act: d.gelu() },
    (x: d.Node, { conv, norm, act }) => mul(act(norm(conv(x))), 2),
  );
const network = (...more: readonly d.Layer[]): d.Layer =>
  d.layer(
    'network',
    { layer1: block(2), layer2: d.sequential(block(2), ...more), fc: d.sequential(d.flatten(), d.linear(32, 3)) },
    (x: d.Node, { layer1, layer2, fc }) => fc(layer2(layer1(x))),
  );
const image = { shape: [2, 4, 4] };

test('nodes are called like the layer that they are a part of', async () => {
  const names = await namesOf(network(), image);
  const gelu = ['Mul', 'Mul_1', 'Erf', 'Add', 'Mul_2'];
  expect(names).toEqual(
    ['layer1', 'layer2.0']
      .flatMap((at) => [...[`${at}.conv`, `${at}.norm`, ...gelu.map((op) => `${at}.act/${op}`)], at])
      .concat('fc.0', 'fc.1'),
  );
  // What is called otherwise follows from its own layer alone.
  const longer = await namesOf(network(d.relu()), image);
  expect(longer.filter((name) => name !== 'layer2.1')).toEqual(names);
});

test('sizes that are computed, and what a loop does, are a part of the layer that needs them', async () => {
  const names = await namesOf(d.sequential(d.rnn(3, 4), d.layerNorm(4)), { shape: ['time', 3] });
  expect(names.at(-1)).toBe('1');
  expect(names.slice(0, -1).every((name) => name.startsWith('0/'))).toBe(true);
  expect(names).toContain('0/Tanh');
  expect(names).toContain('0/Shape');
});

test('a softmax behind the network changes no other name', async () => {
  const model = d.sequential(d.flatten(), d.linear(4, 3));
  expect(await namesOf(model, { shape: [2, 2] }, true)).toEqual(['0', '1', 'softmax']);
});

test('names come back as the paths of layers', async () => {
  const model = network(d.relu());
  const parameters = d.initParameters(model, 1);
  const { bytes } = await exportOnnx(model, { parameters, sample: image, verify: false });
  const imported = await importOnnx(bytes);
  const paths = [...(imported.model.children?.keys() ?? [])];
  expect(paths).toEqual(expect.arrayContaining(['layer1.conv', 'layer1.norm', 'layer2.1', 'fc.1']));
  const again = await exportOnnx(imported.model as d.Layer, {
    ...{ parameters: imported.parameters, sample: imported.sample as never, verify: false },
  });
  const names = (await nodesOf(again.bytes)).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['layer1.conv', 'layer2.0.norm', 'layer2.1', 'fc.1']));
});

test('a layer that is called like an operator of another takes no name twice', async () => {
  const model = d.layer('odd', { Mul: d.rescale(2), Mul_1: d.rescale(3) }, (x: d.Node, parts) =>
    mul(parts.Mul_1(parts.Mul(mul(x, x))), x),
  );
  const names = await namesOf(model, { shape: [3] });
  expect(new Set(names).size).toBe(4);
});
