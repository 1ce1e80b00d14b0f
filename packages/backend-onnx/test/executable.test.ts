import { tensor } from '@descent/core';
import {
  type Arrays,
  BackendError,
  type Executable,
  type Graph,
  graph,
  type NDArray,
  type Node,
  ndarray,
  type State,
  ValueError,
  zeros,
} from '@descent/core/backend';
import {
  add,
  argMax,
  cast,
  constant,
  gather,
  greater,
  input,
  logicalNot,
  matmul,
  mean,
  mul,
  scalar,
  sub,
  sum,
} from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { onnx } from '../src/public/index.ts';

const backend = onnx({ threads: 1 });

afterAll(() => backend.dispose());

function compile(outputs: Readonly<Record<string, Node>>): Promise<Executable> {
  return backend.compile({ graph: graph(outputs), reads: [], writes: [] });
}

/** `w` follows the running mean of what is fed; `offset` is only read. */
function follower(): { graph: Graph; reads: string[]; writes: string[] } {
  const [x, w, offset] = [input('x', [2]), input('w', [2]), input('offset', [2])];
  const error = sub(add(x, offset), w);
  const next = add(w, mul(error, 0.5));
  return { graph: graph({ w: next, loss: mean(mul(error, error)), seen: x }), reads: ['w', 'offset'], writes: ['w'] };
}

const start: Arrays = { w: tensor([0, 8]), offset: tensor([1, 1]) };

describe('run', () => {
  test('takes and returns every element type', async () => {
    const e = await compile({
      float: mul(input('f', [2]), 2),
      int: add(input('i', [2], 'int32'), 1),
      byte: input('u', [2], 'uint8'),
      bool: logicalNot(input('b', [2], 'bool')),
    });
    const results = await e.run({
      f: tensor([1.5, -2]),
      i: tensor([7, -8], 'int32'),
      u: tensor([0, 255], 'uint8'),
      b: tensor([true, false], 'bool'),
    });
    expect(results).toEqual({
      float: tensor([3, -4]),
      int: tensor([8, -7], 'int32'),
      byte: tensor([0, 255], 'uint8'),
      bool: tensor([false, true], 'bool'),
    });
  });

  test('reads the right part of a larger buffer', async () => {
    const e = await compile({ y: mul(input('x', [2]), 10) });
    const data = Float32Array.of(1, 2, 3, 4);
    expect((await e.run({ x: ndarray('float32', [2], data.subarray(1, 3)) }))['y']).toEqual(tensor([20, 30]));
  });

  test('takes shared memory and float64', async () => {
    const e = await compile({ y: mul(input('x', [2]), 10) });
    const shared = new Float32Array(new SharedArrayBuffer(8));
    shared.set([1, 2]);
    expect((await e.run({ x: ndarray('float32', [2], shared) }))['y']).toEqual(tensor([10, 20]));
    expect((await e.run({ x: ndarray('float64', [2], Float64Array.of(0.5, 4)) }))['y']).toEqual(tensor([5, 40]));
  });

  test('outputs may be inputs, constants, or one value twice', async () => {
    const x = input('x', [2]);
    const doubled = mul(x, 2);
    const e = await compile({ x, same: x, doubled, again: doubled, fixed: constant(tensor([3], 'int32')) });
    const result = await e.run({ x: tensor([1, 2]) });
    expect(result).toEqual({
      x: tensor([1, 2]),
      same: tensor([1, 2]),
      doubled: tensor([2, 4]),
      again: tensor([2, 4]),
      fixed: tensor([3], 'int32'),
    });
  });

  test('takes names that clash with those of the model', async () => {
    const e = await compile({ mul_0: add(mul(input('add_0', []), 2), input('loop/steps', [])) });
    expect((await e.run({ add_0: tensor(3), 'loop/steps': tensor(1) }))['mul_0']).toEqual(tensor(7));
    const many = await e.runSteps(2, { add_0: tensor([3, 4]), 'loop/steps': tensor([1, 1]) });
    expect(many['mul_0']).toEqual(tensor([7, 9]));
  });

  test('needs no inputs', async () => {
    const e = await compile({ y: add(scalar(1), scalar(2)) });
    expect(await e.run({})).toEqual({ y: tensor(3) });
  });

  test('says what is wrong with the feeds', async () => {
    const e = await compile({ y: mul(input('x', [2, 3]), 2) });
    await expect(e.run({})).rejects.toThrow(/the input 'x' was not given[\s\S]*expected: float32\[2, 3\]/);
    await expect(e.run({ x: zeros([3, 2]) })).rejects.toThrow(/received: float32\[3, 2\]/);
    await expect(e.run({ x: zeros([2, 3], 'int32') })).rejects.toThrow(/received: int32\[2, 3\]/);
    await expect(e.run({ x: zeros([2, 3]), z: zeros([1]) })).rejects.toThrow(/no input called 'z'/);
  });

  test('says which values ONNX Runtime cannot compute with', async () => {
    const e = await compile({ y: gather(input('x', [3]), input('i', [2], 'int32')) });
    const run = e.run({ x: zeros([3]), i: tensor([0, 3], 'int32') });
    await expect(run).rejects.toThrow(BackendError);
    await expect(run).rejects.toThrow(
      /received: [\s\S]*Gather[\s\S]*expected: indices from 0 to the size of their axis/,
    );
  });

  test('does not run after dispose', async () => {
    const e = await compile({ y: mul(input('x', [2]), 2) });
    e.dispose();
    await expect(e.run({ x: tensor([1, 2]) })).rejects.toThrow(BackendError);
    await expect(e.run({ x: tensor([1, 2]) })).rejects.toThrow(/the executable was used after dispose/);
  });
});

describe('state', () => {
  test('is carried from run to run', async () => {
    const e = await backend.compile(follower());
    const state = await backend.state(start);
    expect((await e.run({ x: tensor([1, 1]) }, state))['loss']).toEqual(tensor(20));
    expect((await state.read(['w']))['w']).toEqual(tensor([1, 5]));
    expect((await e.run({ x: tensor([0, 0]) }, state))['loss']).toEqual(tensor(8));
    expect(await state.read()).toEqual({ w: tensor([1, 3]), offset: tensor([1, 1]) });
  });

  test('is copied in and out', async () => {
    const state = await backend.state(start);
    const given = tensor([5, 6]);
    await state.write({ w: given });
    given.data.fill(0);
    const first = await state.read(['w']);
    (first['w'] as NDArray).data.fill(1);
    expect(await state.read(['w'])).toEqual({ w: tensor([5, 6]) });
  });

  test('goes back by one run', async () => {
    const e = await backend.compile(follower());
    const state = await backend.state(start);
    expect(await state.rollback()).toBe(false);
    await e.run({ x: tensor([1, 1]) }, state);
    await e.runSteps(
      2,
      {
        x: tensor([
          [1, 1],
          [2, 2],
        ]),
      },
      state,
    );
    expect(await state.rollback()).toBe(true);
    expect((await state.read(['w']))['w']).toEqual(tensor([1, 5]));
    expect(await state.rollback()).toBe(false);
    await e.run({ x: tensor([1, 1]) }, state);
    await state.write({ offset: tensor([0, 0]) });
    expect(await state.rollback()).toBe(false);
  });

  test('runs that are not awaited follow one another', async () => {
    const e = await backend.compile(follower());
    const state = await backend.state(start);
    const runs = await Promise.all([1, 2, 3].map(() => e.run({ x: tensor([1, 1]) }, state)));
    const other = await backend.state(start);
    for (const result of runs) expect(result).toEqual(await e.run({ x: tensor([1, 1]) }, other));
    expect(await state.read()).toEqual(await other.read());
  });

  test('must be given, be of this backend, have the entries and be alive', async () => {
    const e = await backend.compile(follower());
    const x = { x: tensor([1, 1]) };
    await expect(e.run(x)).rejects.toThrow(/reads a state, but none was given/);
    await expect(e.run(x, await referenceBackend().state(start))).rejects.toThrow(/belongs to another backend/);
    await expect(e.run(x, await onnx().state(start))).rejects.toThrow(/belongs to another backend/);
    await expect(e.run(x, await backend.state({ w: tensor([1, 1]) }))).rejects.toThrow(/'offset' was not given/);
    const wrong = await backend.state({ ...start, offset: tensor([1]) });
    await expect(e.run(x, wrong)).rejects.toThrow(/'offset' does not fit[\s\S]*received: float32\[1\]/);
    await expect(wrong.read(['v'])).rejects.toThrow(/no entry 'v'[\s\S]*expected: w, offset/);
    wrong.dispose();
    await expect(wrong.read()).rejects.toThrow(/the state was used after dispose/);
  });
});

describe('runSteps', () => {
  const steps = 5;
  const feeds = {
    x: ndarray(
      'float32',
      [steps, 2],
      Float32Array.from({ length: 2 * steps }, (_, i) => Math.sin(i)),
    ),
  };

  async function oneByOne(e: Executable, state: State): Promise<Arrays[]> {
    const results: Arrays[] = [];
    for (let i = 0; i < steps; i++)
      results.push(await e.run({ x: ndarray('float32', [2], feeds.x.data.slice(2 * i, 2 * i + 2)) }, state));
    return results;
  }

  test('gives the numbers of single runs', async () => {
    const e = await backend.compile(follower());
    const [one, many] = [await backend.state(start), await backend.state(start)];
    const single = await oneByOne(e, one);
    const result = await e.runSteps(steps, feeds, many);
    expect(Array.from(result['loss']?.data ?? [])).toEqual(single.map((r) => r['loss']?.data[0]));
    expect(result['seen']).toEqual(feeds.x);
    expect(await many.read()).toEqual(await one.read());
  });

  test('runs any number of steps with one session', async () => {
    const e = await backend.compile(follower());
    const state = await backend.state(start);
    const one = await e.runSteps(1, { x: ndarray('float32', [1, 2], Float32Array.of(1, 1)) }, state);
    expect(one['loss']).toEqual(tensor([20]));
    expect((await e.runSteps(steps, feeds, state))['loss']?.shape).toEqual([steps]);
  });

  test('gathers batches from a resident data set', async () => {
    const [data, rows, w] = [input('data', [4, 2], 'uint8'), input('rows', [2], 'int32'), input('w', [2, 1])];
    const y = matmul(cast(gather(data, rows), 'float32'), w);
    const outputs = { w: sub(w, mul(sum(y), 0.01)), y, best: argMax(y, { axis: 0 }), above: greater(y, 0) };
    const e = await backend.compile({ graph: graph(outputs), reads: ['data', 'w'], writes: ['w'] });
    const entries = {
      data: ndarray('uint8', [4, 2], Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 255)),
      w: tensor([[1], [-0.5]]),
    };
    const [one, many] = [await backend.state(entries), await backend.state(entries)];
    const order = [tensor([0, 1], 'int32'), tensor([3, 3], 'int32'), tensor([2, 0], 'int32')];
    const single: Arrays[] = [];
    for (const r of order) single.push(await e.run({ rows: r }, one));
    const result = await e.runSteps(
      3,
      {
        rows: tensor(
          [
            [0, 1],
            [3, 3],
            [2, 0],
          ],
          'int32',
        ),
      },
      many,
    );
    for (const name of ['y', 'best', 'above']) {
      expect(result[name]?.dtype).toBe(single[0]?.[name]?.dtype);
      expect(Array.from(result[name]?.data ?? [])).toEqual(single.flatMap((r) => Array.from(r[name]?.data ?? [])));
    }
    expect(await many.read(['w'])).toEqual(await one.read(['w']));
  });

  test('keeps the last value of an entry that is written without being read', async () => {
    const e = await backend.compile({
      graph: graph({ last: mul(input('x', [2]), 3) }),
      reads: ['last'],
      writes: ['last'],
    });
    const state = await backend.state({ last: tensor([0, 0]) });
    expect(
      await e.runSteps(
        2,
        {
          x: tensor([
            [1, 2],
            [3, 4],
          ]),
        },
        state,
      ),
    ).toEqual({});
    expect((await state.read())['last']).toEqual(tensor([9, 12]));
  });

  test('wants at least one step, and an entry for each', async () => {
    const e = await backend.compile(follower());
    const state = await backend.state(start);
    await expect(e.runSteps(0, { x: zeros([0, 2]) }, state)).rejects.toThrow(ValueError);
    await expect(e.runSteps(3, { x: zeros([2, 2]) }, state)).rejects.toThrow(/expected: float32\[3, 2\]/);
  });
});

describe('the backend', () => {
  test('is named after its device', () => {
    expect(onnx().name).toBe('onnx:cpu');
  });

  test('says which options it knows', () => {
    expect(() => onnx({ device: 'tpu' as 'cpu' })).toThrow(/invalid device[\s\S]*received: tpu[\s\S]*expected: cpu/);
    expect(() => onnx({ threads: 0 })).toThrow(/threads[\s\S]*received: 0/);
    expect(() => onnx({ thread: 2 } as object)).toThrow(/no option 'thread'; did you mean 'threads'/);
    expect(() => onnx('cpu' as unknown as object)).toThrow(/onnx takes its options as one object/);
    expect(() => onnx({ dialect: 'gpu' as 'webgpu' })).toThrow(ValueError);
    expect(() => onnx({ graphOptimizationLevel: 'fast' as 'all' })).toThrow(ValueError);
  });

  test('takes what it made with it', async () => {
    const other = onnx({ threads: 1 });
    const e = await other.compile(follower());
    const state = await other.state(start);
    await other.dispose();
    await expect(e.run({ x: tensor([1, 1]) }, state)).rejects.toThrow(/the backend onnx:cpu was used after dispose/);
    await expect(state.read()).rejects.toThrow(BackendError);
    await expect(other.compile(follower())).rejects.toThrow(BackendError);
    await expect(other.state(start)).rejects.toThrow(BackendError);
  });

  test('says what to install when ONNX Runtime is missing', async () => {
    vi.doMock('onnxruntime-node', () => {
      throw new Error("Cannot find package 'onnxruntime-node'");
    });
    try {
      await expect(onnx().state({})).rejects.toThrow(/could not be loaded[\s\S]*fix: npm install onnxruntime-node/);
    } finally {
      vi.doUnmock('onnxruntime-node');
    }
  });

  test('shows its lowerings', async () => {
    const e = await backend.compile(follower());
    expect(e.describe()).toMatchInlineSnapshot(`
      "onnx ir 8, opset 17
      input w: float32[2]
      input x: float32[2]
      input offset: float32[2]
      add_0 = Add(x, offset)
      sub_0 = Sub(add_0, w)
      mul_0 = Mul(sub_0, 0.5)
      w/next = Add(w, mul_0)
      mul_1 = Mul(sub_0, sub_0)
      loss = ReduceMean(mul_1, axes=[0], keepdims=0)
      seen = Identity(x)
      output w/next: float32[2]
      output loss: float32[]
      output seen: float32[2]"
    `);
  });
});
