import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { conv1d, initParameters, type Layer, layer, linear, type Node, type Shape } from '@descent/core';
import { add, reshape } from '@descent/core/ops';
import { expect, test } from 'vitest';
import { exportOnnx, printModel } from '../src/public/index.ts';
import { nodesOf } from './file-nodes.ts';
import { LAYERS } from './layer-files.ts';

/** Files in the folders of layers that make none, or one that only holds others. */
const OTHERS = [
  'branches',
  'calculateGain',
  'checkpoint',
  'initializers',
  'orthogonal',
  'parallel',
  'residual',
  'sequential',
  'sparse',
  'truncatedNormal',
];

test('every layer has an entry', () => {
  const root = join(import.meta.dirname, '../../core/src/layers');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /[/\\][^_][^/\\]*\.ts$/.test(path),
  );
  const names = files.map((path) =>
    path.replace(/^.*[/\\]|\.ts$/g, '').replace(/-(.)/g, (_, letter) => letter.toUpperCase()),
  );
  const layers = names.filter((name) => name !== 'index' && !OTHERS.includes(name));
  expect(Object.keys(LAYERS).sort()).toEqual([...new Set(layers)].sort());
});

const entries = Object.entries(LAYERS).flatMap(([name, list]) => list.map((entry, i) => [name, i, entry] as const));

test.each(entries)('%s %i is these operators', async (_name, _i, { layer, operators, ...entry }) => {
  const sample = entry.sample as { readonly shape: Shape };
  const found = await Promise.all(
    [17, 23].map((opset) =>
      exportOnnx(layer as Layer, { parameters: initParameters(layer, 1), sample, opset, verify: false }),
    ),
  );
  expect(found.map(({ bytes }) => operatorsOf(bytes))).toEqual(operators);
  for (const { bytes } of found) {
    const names = (await nodesOf(bytes)).map(({ name }) => name);
    expect(new Set(names).size, names.join()).toBe(names.length);
    expect(names).not.toContain('');
  }
});

test.each([
  ['time behind', (x: Node, time: Node) => add(x, time)],
  ['time in front', (x: Node, time: Node) => add(time, x)],
])('one number for each sample and channel is no bias of a convolution: %s', async (_, sum) => {
  const parts = { convolve: conv1d(2, 4, 3, { bias: false }), embed: linear(3, 4) };
  const model = layer(
    'diffusion',
    parts,
    ({ x, time }: { readonly x: Node; readonly time: Node }, { convolve, embed }) => {
      const numbers = embed(time);
      return sum(convolve(x), reshape(numbers, [numbers.type.shape[0] as number, 4, 1]));
    },
  );
  const sample = { x: { shape: [2, 5] }, time: { shape: [3] } };
  for (const batch of ['dynamic', 4] as const) {
    const { bytes, maxAbsDifference } = await exportOnnx(model, {
      parameters: initParameters(model, 1),
      sample,
      batch,
    });
    expect(maxAbsDifference).toBeLessThan(1e-6);
    expect(operatorsOf(bytes).split(', ').sort()).toEqual(['Add', 'Conv', 'Gemm', 'Reshape']);
  }
});

/** Such as `2 Reshape, Conv`, in the order of their first. */
function operatorsOf(bytes: Uint8Array): string {
  const counts = new Map<string, number>();
  for (const [, type] of printModel(bytes).matchAll(/= ([A-Z]\w+)\(/g))
    counts.set(type as string, (counts.get(type as string) ?? 0) + 1);
  return [...counts].map(([type, count]) => (count === 1 ? type : `${count} ${type}`)).join(', ');
}
