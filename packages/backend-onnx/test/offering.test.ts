import { BackendError, ndarray } from '@descent/core';
import { type Arrays, graph, type Program } from '@descent/core/backend';
import { add, gather, input, mul, sum } from '@descent/core/ops';
import { largestDifference, values } from '@descent/core/testing';
import * as ort from 'onnxruntime-node';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { freeHostTensor } from '../src/device/free.ts';
import { findOffering } from '../src/device/offering.ts';
import { createPool } from '../src/pool.ts';
import { onnx } from '../src/public/index.ts';

const cpu = onnx({ device: 'cpu', threads: 1 });
afterAll(() => cpu.dispose());

const open = (bytes: Uint8Array): Promise<ort.InferenceSession> => ort.InferenceSession.create(bytes);

/** 2 MiB, of which a step takes one row: `w` becomes `w · x + 1`. */
const SHAPE = [1024, 512];
const [w, x, row] = [input('w', SHAPE), input('x', []), input('row', [1], 'int32')];
const program: Program = {
  graph: graph({ w: add(mul(w, x), 1), total: sum(gather(w, row)) }),
  reads: ['w'],
  writes: ['w'],
};
const feeds = (factor: number, at = 3): Arrays => ({
  x: ndarray('float32', [], Float32Array.of(factor)),
  row: ndarray('int32', [1], Int32Array.of(at)),
});

async function started() {
  const [executable, state] = [await cpu.compile(program), await cpu.state({ w: values(SHAPE, 1) })];
  const weights = async () => (await state.read(['w']))['w'] as ReturnType<typeof values>;
  return { executable, state, weights };
}

const stepped = (array: ReturnType<typeof values>, factor: number): ReturnType<typeof values> =>
  ({ ...array, data: Float32Array.from(array.data, (v) => Math.fround(Math.fround(v * factor) + 1)) }) as never;

describe('results in offered memory', () => {
  test('are found to work with this runtime', async () => {
    expect(await findOffering(ort, open)).not.toBeNull();
  });

  test('are not asked for where the runtime gives results, or writes nothing', async () => {
    const session = (run: () => Promise<object>): Promise<ort.InferenceSession> =>
      Promise.resolve({ run, release: async () => {} } as never);
    expect(await findOffering(ort, () => session(async () => ({})))).toBeNull();
    expect(await findOffering(ort, () => session(() => Promise.reject(new Error('no'))))).toBeNull();
    expect(await findOffering(ort, () => Promise.reject(new Error('no such model')))).toBeNull();
  });

  test('are those of each step; what was read and returned before stays', async () => {
    const { executable, state, weights } = await started();
    const seen = [await weights()];
    const totals: number[] = [];
    const returned: Arrays[] = [];
    for (let i = 0; i < 4; i++) {
      const result = await executable.run(feeds(0.5), state);
      returned.push(result);
      totals.push(result['total']?.data[0] as number);
      seen.push(await weights());
      expect(largestDifference(seen[i + 1] as never, stepped(seen[i] as never, 0.5))).toBe(0);
    }
    expect(largestDifference(seen[0] as never, values(SHAPE, 1))).toBe(0);
    expect(returned.map((r) => r['total']?.data[0])).toEqual(totals);
    expect(new Set(totals).size).toBe(4);
    state.dispose();
  });

  test('survive going back, writing in between, and many steps in one run', async () => {
    const { executable, state, weights } = await started();
    await executable.run(feeds(0.5), state);
    const before = await weights();
    await executable.run(feeds(0.25), state);
    await state.rollback();
    expect(largestDifference(await weights(), before)).toBe(0);
    await executable.run(feeds(0.25), state);
    expect(largestDifference(await weights(), stepped(before, 0.25))).toBe(0);
    for (let i = 0; i < 3; i++) await state.write({ w: values(SHAPE, i) });
    await executable.run(feeds(2), state);
    expect(largestDifference(await weights(), stepped(values(SHAPE, 2), 2))).toBe(0);
    const two = {
      x: ndarray('float32', [2], Float32Array.of(0.5, 2)),
      row: ndarray('int32', [2, 1], Int32Array.of(1, 2)),
    };
    const last = await weights();
    await executable.runSteps(2, two, state);
    expect(largestDifference(await weights(), stepped(stepped(last, 0.5), 2))).toBe(0);
    state.dispose();
  });

  test('of two states do not meet', async () => {
    const [a, b] = [await started(), await started()];
    for (const factor of [0.5, 2, 0.25]) {
      await Promise.all([a.executable.run(feeds(factor), a.state), b.executable.run(feeds(1), b.state)]);
    }
    let [wanted, other] = [values(SHAPE, 1), values(SHAPE, 1)];
    for (const factor of [0.5, 2, 0.25]) [wanted, other] = [stepped(wanted, factor), stepped(other, 1)];
    expect(largestDifference(await a.weights(), wanted)).toBe(0);
    expect(largestDifference(await b.weights(), other)).toBe(0);
  });

  test('a run that the runtime gives up is an error, and the state stays', async () => {
    const { executable, state, weights } = await started();
    await executable.run(feeds(0.5), state);
    const before = await weights();
    await expect(executable.run(feeds(0.5, 5000), state)).rejects.toThrow(BackendError);
    await expect(executable.run(feeds(0.5, 5000), state)).rejects.toThrow(/indices/);
    expect(largestDifference(await weights(), before)).toBe(0);
    await executable.run(feeds(0.5), state);
    expect(largestDifference(await weights(), stepped(before, 0.5))).toBe(0);
    state.dispose();
  });
});

describe('the pool', () => {
  const types = new Map([
    ['a', { dtype: 'float32', shape: [2, 3] } as const],
    ['b', { dtype: 'float32', shape: [6] } as const],
    ['c', { dtype: 'int32', shape: [6] } as const],
  ]);

  test('gives memory of the same size and kind again, and frees what is not taken', () => {
    const freed: ort.Tensor[] = [];
    const pool = createPool(ort as never, (tensor) => void freed.push(tensor as never));
    const stranger = new ort.Tensor('float32', new Float32Array(6), [6]);
    pool.give(stranger as never);
    expect(freed).toEqual([stranger]);
    const first = pool.take(types);
    for (const tensor of Object.values(first)) pool.give(tensor);
    pool.give(stranger as never);
    expect(freed).toHaveLength(2);
    const second = pool.take(types);
    const buffers = (taken: typeof first) => new Set(Object.values(taken).map(({ data }) => data));
    expect(buffers(second)).toEqual(buffers(first));
    expect(second['a']?.dims).toEqual([2, 3]);
    expect(second['a']?.data).not.toBe(second['b']?.data);
    expect(second['c']?.type).toBe('int32');
    for (const tensor of Object.values(second)) pool.give(tensor);
    pool.close();
    expect(freed).toHaveLength(5);
    pool.give(stranger as never);
    expect(freed).toHaveLength(6);
  });

  test('frees with the state', () => {
    const free = vi.fn(freeHostTensor);
    const pool = createPool(ort as never, free as never);
    for (const tensor of Object.values(pool.take(types))) pool.give(tensor);
    pool.close();
    expect(free).toHaveBeenCalledTimes(3);
  });
});
