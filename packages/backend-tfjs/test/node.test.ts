import { createRequire } from 'node:module';
import {
  type Backend,
  conv2d,
  createTrainer,
  crossEntropy,
  flatten,
  gradients,
  linear,
  maxPool2d,
  type NDArray,
  type Node,
  ndarray,
  numel,
  relu,
  rescale,
  sequential,
  sgd,
  tensor,
} from '@descent/core';
import { graph, type Program } from '@descent/core/backend';
import * as ops from '@descent/core/ops';
import { key, randint } from '@descent/core/random';
import { referenceBackend } from '@descent/core/reference';
import { largestDifference } from '@descent/core/testing';
import { describe, expect, test } from 'vitest';
import { buildAddon } from '../src/public/install.ts';
import type { Binding } from '../src/tf-graph/binding.ts';
import { tensorFlowBackend } from '../src/tf-graph/runner.ts';
import { findAddon } from './find-addon.ts';

const found = findAddon();

const model = () =>
  sequential(
    rescale(1 / 255),
    conv2d(1, 6, 5),
    relu(),
    maxPool2d(2),
    conv2d(6, 16, 5),
    relu(),
    maxPool2d(2),
    flatten(),
    linear(256, 84),
    relu(),
    linear(84, 10),
  );

async function losses(backend: Backend, steps: number): Promise<number[]> {
  const optimizer = sgd({ lr: 0.05, momentum: 0.9 });
  const trainer = await createTrainer({ model: model(), loss: crossEntropy(), optimizer, backend, seed: 3 });
  const results: number[] = [];
  for (let i = 0; i < steps; i++) {
    const pixels = new Int32Array(16 * 784);
    randint(key(i), pixels, 0, 256);
    const x = ndarray('uint8', [16, 1, 28, 28], Uint8Array.from(pixels));
    const y = ndarray(
      'int32',
      [16],
      Int32Array.from({ length: 16 }, (_, at) => (at + i) % 10),
    );
    results.push((await trainer.step(x, y)).loss);
  }
  trainer.dispose();
  await backend.dispose();
  return results;
}

/** `w ← w − x`, and the sum of the new `w`. */
function descend(): Program {
  const w = ops.input('w', [2]);
  const next = ops.sub(w, ops.input('x', [2]));
  return { graph: graph({ w: next, total: ops.sum(next) }), reads: ['w'], writes: ['w'] };
}

if ('missing' in found) test('TensorFlow as a graph', ({ skip }) => skip(found.missing));
else {
  const binding = createRequire(import.meta.url)(found.addon) as Binding;

  describe.each(['host', 'device'] as const)('state on the %s', (residence) => {
    const open = (): Backend => tensorFlowBackend('tfjs:node', binding, residence);
    const alive = (): readonly number[] => [binding.getNumOfTensors(), binding.getNumOfSavedModels()];

    test('LeNet: the curve of the reference, within 1e-4 for ten steps', async () => {
      const expected = await losses(referenceBackend(), 10);
      for (const [i, loss] of (await losses(open(), 10)).entries()) {
        expect(Math.abs(loss / (expected[i] as number) - 1), `loss of step ${i + 1}`).toBeLessThan(1e-4);
      }
    }, 60_000);

    test('a thousand steps keep no tensors, and what ends leaves none behind', async () => {
      const before = alive();
      const backend = open();
      const executable = await backend.compile(descend());
      const state = await backend.state({ w: tensor([10, 20]) });
      const step = () => executable.run({ x: tensor([1, 2]) }, state);
      await step();
      await step();
      const during = alive();
      for (let i = 0; i < 1000; i++) await step();
      expect(alive()).toEqual(during);
      executable.dispose();
      state.dispose();
      expect(alive()).toEqual(before);
      await backend.compile(descend());
      await backend.state({ w: tensor([1, 2]) });
      await backend.dispose();
      expect(alive()).toEqual(before);
    });

    test('a hundred sessions come and go', async () => {
      const before = alive();
      const backend = open();
      for (let i = 0; i < 100; i++) (await backend.compile(descend())).dispose();
      await backend.dispose();
      expect(alive()).toEqual(before);
    });

    test('programs and states take turns', async () => {
      const backend = open();
      const [one, two] = [await backend.compile(descend()), await backend.compile(descend())];
      const states = [await backend.state({ w: tensor([1, 1]) }), await backend.state({ w: tensor([5, 5]) })];
      const x = tensor([1, 0]);
      for (const executable of [one, two, two, one]) for (const state of states) await executable.run({ x }, state);
      one.dispose();
      const read = await Promise.all(states.map((state) => state.read()));
      expect(read.map(({ w }) => Array.from(w?.data ?? []))).toEqual([
        [-3, 1],
        [1, 5],
      ]);
      await backend.dispose();
    });

    test('a caller may change arrays once a run has ended', async () => {
      const backend = open();
      const w = ops.input('w', [2]);
      const keep = { graph: graph({ w: ops.input('x', [2]), old: w }), reads: ['w'], writes: ['w'] };
      const executable = await backend.compile(keep);
      const state = await backend.state({ w: tensor([1, 2]) });
      const x = tensor([3, 4]);
      await executable.run({ x }, state);
      x.data.fill(0);
      expect(Array.from((await state.read())['w']?.data ?? [])).toEqual([3, 4]);
      await backend.dispose();
    });

    test('every element type comes back from a state, at odd sizes', async () => {
      const backend = open();
      const entries = {
        bytes: ndarray('uint8', [3], Uint8Array.of(0, 7, 255)),
        flags: ndarray('bool', [5], Uint8Array.of(1, 0, 0, 1, 1)),
        whole: ndarray('int32', [2], Int32Array.of(-5, 2 ** 30)),
        real: ndarray('float32', [], Float32Array.of(0.1)),
        none: ndarray('float32', [0, 3], new Float32Array(0)),
      };
      const state = await backend.state(entries);
      expect(await state.read()).toEqual(entries);
      await backend.dispose();
    });

    test('rows of bytes are picked before they become floats', async () => {
      const backend = open();
      const rows = ops.gather(ops.input('data', [1000, 4], 'uint8'), ops.input('rows', [2], 'int32'));
      const scaled = ops.mul(ops.cast(rows, 'float32'), 0.5);
      const executable = await backend.compile({ graph: graph({ scaled }), reads: ['data'], writes: [] });
      const lines = executable.describe().split('\n');
      const at = (op: string): number => lines.findIndex((line) => line.includes(`= ${op}(`) && !line.includes('feed'));
      expect(at('GatherV2')).toBeGreaterThan(-1);
      expect(lines.findLastIndex((line) => line.includes('= Cast('))).toBeGreaterThan(at('GatherV2'));
      const data = ndarray(
        'uint8',
        [1000, 4],
        Uint8Array.from({ length: 4000 }, (_, i) => i >> 2),
      );
      const state = await backend.state({ data });
      const result = await executable.run({ rows: tensor([3, 200], 'int32') }, state);
      expect(Array.from(result['scaled']?.data ?? [])).toEqual([1.5, 1.5, 1.5, 1.5, 100, 100, 100, 100]);
      await backend.dispose();
    });
  });

  test('the gradient of relu and a bias are one op each', async () => {
    const backend = tensorFlowBackend('tfjs:node', binding, 'host');
    const sum = ops.add(ops.matmul(ops.input('x', [3, 4]), ops.input('w', [4, 5])), ops.input('b', [5]));
    const y = ops.matmul(ops.relu(sum), ops.input('v', [5, 2]));
    const [dSum] = gradients(y, [sum], ops.input('dy', [3, 2])) as [Node];
    const executable = await backend.compile({ graph: graph({ y, dSum }), reads: [], writes: [] });
    expect(executable.describe()).toMatch(/= BiasAdd\(/);
    expect(executable.describe()).toMatch(/= ReluGrad\(/);
    await backend.dispose();
  });

  test.each([
    { kernel: [1, 1], stride: [2, 2], padding: [0, 0, 0, 0] },
    { kernel: [1, 1], stride: [1, 3], padding: [1, 0, 1, 2] },
    { kernel: [2, 1], stride: [2, 2], padding: [0, 0, 1, 0] },
    { kernel: [3, 2], stride: [2, 3], padding: [1, 2, 0, 1] },
    { kernel: [1, 4], stride: [4, 3], padding: [0, 1, 2, 0] },
  ] as const)(
    'filter gradients whose windows leave gaps: $kernel, stride $stride',
    async ({ kernel, stride, padding }) => {
      const shape = [2, 3, 9, 10];
      const [x, w] = [ops.input('x', shape), ops.input('w', [2, 3, ...kernel])];
      const y = ops.conv2d(x, w, { stride, padding });
      const dy = ops.input('dy', y.type.shape);
      const program = { graph: graph({ dw: gradients(y, [w], dy)[0] as Node }), reads: [], writes: [] };
      const waves = ({ type }: Node) =>
        ndarray(
          'float32',
          type.shape,
          Float32Array.from({ length: numel(type.shape) }, (_, i) => Math.sin(i * i)),
        );
      const feeds = { x: waves(x), dy: waves(dy) };
      const results = [tensorFlowBackend('tfjs:node', binding, 'host'), referenceBackend()].map(async (backend) => {
        const executable = await backend.compile(program);
        const { dw } = await executable.run(feeds);
        await backend.dispose();
        return dw as NDArray;
      });
      const [actual, expected] = (await Promise.all(results)) as [NDArray, NDArray];
      expect(largestDifference(actual, expected)).toBeLessThan(1e-5);
    },
  );

  test('convolutions and matrix products run one after the other', async () => {
    const backend = tensorFlowBackend('tfjs:node', binding, 'host');
    const [x, w] = [ops.input('x', [1, 1, 4, 4]), ops.input('w', [1, 1, 2, 2])];
    const outputs = { a: ops.conv2d(x, w), b: ops.conv2d(ops.mul(x, 2), w) };
    const executable = await backend.compile({ graph: graph(outputs), reads: [], writes: [] });
    expect(executable.describe()).toMatch(/Conv2D_\d+ = Conv2D\([^)]*\^Conv2D_\d+\)/);
    await backend.dispose();
  });

  test('an addon is built once for a library', () => {
    const out = found.addon.replace(/\/[^/]+\/[^/]+$/, '');
    const libtensorflow = process.env['DESCENT_TENSORFLOW'] ?? 'python';
    expect(buildAddon({ libtensorflow, out })).toEqual({ addon: found.addon, version: found.version, cached: true });
    expect(found.version).toMatch(/^2\.\d+\.\d+/);
  });
}
