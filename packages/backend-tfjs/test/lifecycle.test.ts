import {
  createTrainer,
  crossEntropy,
  linear,
  ndarray,
  relu,
  sequential,
  sgd,
  type Trainer,
  tensor,
} from '@descent/core';
import { type Backend, DYNAMIC, graph, type NDArray, type Program } from '@descent/core/backend';
import * as ops from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { findBackend } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tfjs } from '../src/public/index.ts';

/** `w ← w − x`, and the sum of the new `w`. */
function descend(): Program {
  const w = ops.input('w', [2]);
  const next = ops.sub(w, ops.input('x', [2]));
  return { graph: graph({ w: next, total: ops.sum(next) }), reads: ['w'], writes: ['w'] };
}

const numbers = (array: NDArray | undefined): number[] => Array.from((array as NDArray).data);

async function tinyTrainer(backend: Backend): Promise<{ trainer: Trainer; step: () => Promise<unknown> }> {
  const model = sequential(linear(4, 5), relu(), linear(5, 3));
  const trainer = await createTrainer({
    model,
    loss: crossEntropy(),
    optimizer: sgd({ lr: 0.1, momentum: 0.9 }),
    backend,
  });
  const x = ndarray('float32', [2, 4], Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  const y = ndarray('int32', [2], Int32Array.of(0, 2));
  return { trainer, step: () => trainer.step(x, y) };
}

describe.each(['cpu', 'wasm'] as const)('tfjs:%s', (engine) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await tfjs({ engine });
  });
  afterAll(() => backend.dispose());
  const tensors = (): number => findBackend(engine).numDataIds();

  test('is named after its engine', () => expect(backend.name).toBe(`tfjs:${engine}`));

  test('holds as many tensors after 1,000 steps as after the second, and none after dispose', async () => {
    const before = tensors();
    const { trainer, step } = await tinyTrainer(backend);
    await step();
    await step();
    const running = tensors();
    expect(running).toBeGreaterThan(before);
    for (let i = 0; i < 998; i++) await step();
    expect(tensors()).toBe(running);
    trainer.dispose();
    await new Promise((resolve) => setTimeout(resolve));
    expect(tensors()).toBe(before);
  });

  test('frees everything with the backend', async () => {
    const before = tensors();
    const own = await tfjs({ engine });
    const { step } = await tinyTrainer(own);
    await step();
    expect(tensors()).toBeGreaterThan(before);
    await own.dispose();
    expect(tensors()).toBe(before);
  });

  test('runs with a state, goes back one run, and not two', async () => {
    const before = tensors();
    const state = await backend.state({ w: tensor([10, 20]) });
    const executable = await backend.compile(descend());
    expect(state.rollback()).toBe(false);
    expect(numbers((await executable.run({ x: tensor([1, 2]) }, state))['total'])).toEqual([27]);
    await executable.run({ x: tensor([1, 2]) }, state);
    expect(numbers((await state.read())['w'])).toEqual([8, 16]);
    expect(state.rollback()).toBe(true);
    expect(numbers((await state.read(['w']))['w'])).toEqual([9, 18]);
    expect(state.rollback()).toBe(false);
    executable.dispose();
    state.dispose();
    expect(tensors()).toBe(before);
  });

  test('runs several steps at once, and undoes them together', async () => {
    const before = tensors();
    const state = await backend.state({ w: tensor([10, 20]) });
    const executable = await backend.compile(descend());
    const { total } = await executable.runSteps(
      3,
      {
        x: tensor([
          [1, 1],
          [2, 2],
          [3, 3],
        ]),
      },
      state,
    );
    expect(total?.shape).toEqual([3]);
    expect(numbers(total)).toEqual([28, 24, 18]);
    expect(numbers((await state.read())['w'])).toEqual([4, 14]);
    expect(state.rollback()).toBe(true);
    expect(numbers((await state.read())['w'])).toEqual([10, 20]);
    executable.dispose();
    state.dispose();
    expect(tensors()).toBe(before);
  });

  test('survives aliases: an input, a constant and one value under two names as outputs', async () => {
    const before = tensors();
    const w = ops.input('w', [2]);
    const x = ops.input('x', [2]);
    const five = ops.constant(tensor([5, 5]));
    const program = {
      graph: graph({ w: x, old: w, five, seen: ops.reshape(five, [2, 1]), x }),
      reads: ['w'],
      writes: ['w'],
    };
    const state = await backend.state({ w: tensor([1, 2]) });
    const executable = await backend.compile(program);
    const fed = tensor([3, 4]);
    for (let i = 0; i < 3; i++) {
      const results = await executable.run({ x: fed }, state);
      expect(numbers(results['old'])).toEqual(i === 0 ? [1, 2] : [3, 4]);
      expect(results['seen']?.shape).toEqual([2, 1]);
      for (const result of Object.values(results)) result.data.fill(99);
    }
    expect(numbers((await state.read())['w'])).toEqual([3, 4]);
    expect(numbers((await executable.run({ x: fed }, state))['five'])).toEqual([5, 5]);
    executable.dispose();
    state.dispose();
    expect(tensors()).toBe(before);
  });

  test('compiles for each batch size of a dynamic axis, and frees lists that fell out of use', async () => {
    const before = tensors();
    const x = ops.input('x', [DYNAMIC, 2, 3]);
    const weights = ops.constant(
      tensor([
        [1, 2],
        [3, 4],
        [5, 6],
        [7, 8],
        [9, 10],
        [11, 12],
      ]),
    );
    const y = ops.matmul(ops.reshape(x, [DYNAMIC, 6]), weights);
    const executable = await backend.compile({ graph: graph({ y }), reads: [], writes: [] });
    const plain = await referenceBackend().compile({ graph: graph({ y }), reads: [], writes: [] });
    const held = new Set<number>();
    for (const size of [1, 3, 0, 2, 5, 7, 6, 3]) {
      const feeds = {
        x: ndarray(
          'float32',
          [size, 2, 3],
          Float32Array.from({ length: size * 6 }, (_, i) => i),
        ),
      };
      expect(await executable.run(feeds)).toEqual(await plain.run(feeds));
      held.add(tensors());
    }
    expect(Math.max(...held)).toBeLessThanOrEqual(before + 4);
    executable.dispose();
    expect(tensors()).toBe(before);
  });

  test('runs two programs at once', async () => {
    const double = await backend.compile({
      graph: graph({ y: ops.mul(ops.input('x', [2]), 2) }),
      reads: [],
      writes: [],
    });
    const square = await backend.compile({
      graph: graph({ y: ops.pow(ops.input('x', [2]), 2) }),
      reads: [],
      writes: [],
    });
    const x = tensor([3, 4]);
    const results = await Promise.all([double, square, double, square].map((e) => e.run({ x })));
    expect(results.map((r) => numbers(r['y']))).toEqual([
      [6, 8],
      [9, 16],
      [6, 8],
      [9, 16],
    ]);
    double.dispose();
    square.dispose();
  });

  test('changes nothing when a run fails', async () => {
    const before = tensors();
    const state = await backend.state({
      table: tensor([
        [1, 2],
        [3, 4],
      ]),
      w: tensor([0, 0]),
    });
    const rows = ops.gather(ops.input('table', [2, 2]), ops.input('i', [1], 'int32'));
    const next = ops.add(ops.input('w', [2]), ops.reshape(rows, [2]));
    const executable = await backend.compile({ graph: graph({ w: next }), reads: ['w', 'table'], writes: ['w'] });
    const running = tensors();
    await expect(executable.run({ i: tensor([7], 'int32') }, state)).rejects.toThrow();
    expect(tensors()).toBe(running);
    await executable.run({ i: tensor([1], 'int32') }, state);
    expect(numbers((await state.read(['w']))['w'])).toEqual([3, 4]);
    executable.dispose();
    state.dispose();
    expect(tensors()).toBe(before);
  });

  test('refuses what does not fit, by name', async () => {
    const executable = await backend.compile(descend());
    const state = await backend.state({ w: tensor([1, 2]) });
    const x = tensor([1, 2]);
    await expect(executable.run({}, state)).rejects.toThrow("the input 'x' was not given");
    await expect(executable.run({ x: tensor([1, 2, 3]) }, state)).rejects.toThrow('float32[3]');
    await expect(executable.run({ x, z: x }, state)).rejects.toThrow("there is no input called 'z'");
    await expect(executable.run({ x })).rejects.toThrow('none was given');
    await expect(executable.run({ x }, await backend.state({}))).rejects.toThrow("the input 'w' was not given");
    await expect(executable.run({ x }, await backend.state({ w: tensor([1], 'int32') }))).rejects.toThrow('int32[1]');
    await expect(executable.run({ x }, await referenceBackend().state({ w: x }))).rejects.toThrow('another backend');
    await expect(executable.runSteps(0, {}, state)).rejects.toThrow('at least 1');
    await expect(state.read(['v'])).rejects.toThrow("the state has no entry 'v'");
    executable.dispose();
    state.dispose();
  });

  test('refuses to be used after dispose', async () => {
    const own = await tfjs({ engine });
    const executable = await own.compile(descend());
    const state = await own.state({ w: tensor([1, 2]) });
    const x = tensor([1, 2]);
    const spare = await own.state({ w: tensor([1, 2]) });
    spare.dispose();
    await expect(executable.run({ x }, spare)).rejects.toThrow('the state was used after dispose');
    const other = await own.compile(descend());
    other.dispose();
    other.dispose();
    await expect(other.run({ x }, state)).rejects.toThrow('the executable was used after dispose');
    await own.dispose();
    await expect(executable.run({ x }, state)).rejects.toThrow(`tfjs:${engine} was used after dispose`);
    await expect(state.read()).rejects.toThrow('after dispose');
    expect(() => state.rollback()).toThrow('after dispose');
    await expect(own.compile(descend())).rejects.toThrow('after dispose');
    await expect(own.state({})).rejects.toThrow('after dispose');
  });
});
