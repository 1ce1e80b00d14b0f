import { describe, expect, test } from 'vitest';
import { gradients } from '../src/autodiff/gradients.ts';
import {
  BackendError,
  checkProgram,
  graph,
  type NDArray,
  type Node,
  type Program,
  ValueError,
} from '../src/public/backend.ts';
import { DYNAMIC, tensor, toNested } from '../src/public/index.ts';
import * as ops from '../src/public/ops.ts';
import { referenceBackend } from '../src/public/reference.ts';
import { backend, float, numbersOf, precise, run } from './_reference.ts';

/** `w ← w − x`, and the sum of the new `w`. */
function descend(): Program {
  const w = ops.input('w', [2]);
  const next = ops.sub(w, ops.input('x', [2]));
  return { graph: graph({ w: next, total: ops.sum(next) }), reads: ['w'], writes: ['w'] };
}

describe('run', () => {
  test('names itself after its precision', () => {
    expect(backend.name).toBe('reference:float32');
    expect(precise.name).toBe('reference:float64');
  });

  test('refuses a missing feed, an extra feed, a wrong type and a wrong shape', async () => {
    const y = ops.neg(ops.input('x', [2]));
    await expect(run({ y })).rejects.toThrow(/the input 'x' was not given/);
    await expect(run({ y }, { x: tensor([1, 2]), z: tensor([1]) })).rejects.toThrow(/there is no input called 'z'/);
    await expect(run({ y }, { x: tensor([1, 2], 'int32') })).rejects.toThrow(
      /received: int32\[2\]\n {2}expected: float32\[2\]/,
    );
    await expect(run({ y }, { x: tensor([1, 2, 3]) })).rejects.toThrow(BackendError);
  });

  test('holds float32 values in the precision asked for', async () => {
    const y = ops.mul(ops.input('x', []), 3);
    const x = tensor(0.1, 'float64');
    expect((await run({ y }, { x }, precise))['y']).toEqual({
      dtype: 'float64',
      shape: [],
      data: new Float64Array([0.1 * 3]),
    });
    const rounded = new Float32Array([Math.fround(0.1) * 3]);
    expect((await run({ y }, { x }))['y']).toEqual({ dtype: 'float32', shape: [], data: rounded });
  });

  test('widens float32 feeds and leaves other types alone in high precision', async () => {
    const x = ops.input('x', [1]);
    const results = await run({ x, n: ops.cast(x, 'int32') }, { x: tensor([1.5]) }, precise);
    expect(results['x']?.dtype).toBe('float64');
    expect(results['n']).toEqual(tensor([1], 'int32'));
  });

  test('returns arrays that share no memory with the feeds or each other', async () => {
    const x = tensor([1, 2]);
    const node = ops.input('x', [2]);
    const { a, b } = (await run({ a: node, b: ops.reshape(node, [2, 1]) }, { x })) as { a: NDArray; b: NDArray };
    a.data[0] = 9;
    expect(x.data[0]).toBe(1);
    expect(b.data[0]).toBe(1);
  });

  test('takes a dynamic axis from the feeds, anew at each run', async () => {
    const x = ops.input('x', [DYNAMIC, 2, 2]);
    const flat = ops.reshape(x, [DYNAMIC, 4]);
    const scaled = ops.mul(flat, ops.broadcastTo(ops.mean(flat, { axes: 0, keepDims: true }), [DYNAMIC, 4]));
    const executable = await backend.compile({
      graph: graph({ sums: ops.sum(scaled, { axes: 1 }), first: ops.slice(x, { axis: 1, end: 1 }) }),
      reads: [],
      writes: [],
    });
    const one = await executable.run({
      x: tensor([
        [
          [1, 2],
          [3, 4],
        ],
      ]),
    });
    expect(one['sums']).toEqual(tensor([30]));
    const two = await executable.run({
      x: tensor([
        [
          [1, 2],
          [3, 4],
        ],
        [
          [3, 2],
          [1, 0],
        ],
      ]),
    });
    expect(two['sums']).toEqual(tensor([20, 12]));
    expect(two['first']).toEqual(tensor([[[1, 2]], [[3, 2]]]));
    expect(
      (await executable.run({ x: { dtype: 'float32', shape: [0, 2, 2], data: new Float32Array(0) } }))['sums']?.shape,
    ).toEqual([0]);
  });

  test('refuses inputs that disagree about the dynamic size', async () => {
    const y = ops.add(ops.input('a', [DYNAMIC]), ops.input('b', [DYNAMIC]));
    await expect(run({ y }, { a: tensor([1, 2]), b: tensor([1]) })).rejects.toThrow(/2 in 'a', 1 in 'b'/);
  });

  test('differentiates along a dynamic axis', async () => {
    const x = ops.input('x', [DYNAMIC, 2]);
    const feeds = {
      x: tensor([
        [1, 2],
        [3, 4],
        [5, 6],
        [7, 8],
      ]),
    };
    const slopesOf = (y: Node): Promise<unknown> => numbersOf(gradients(ops.sum(ops.mul(y, y)), [x])[0] as Node, feeds);
    expect(await slopesOf(ops.mean(x, { axes: 0 }))).toEqual(Array(4).fill([2, 2.5]));
    expect(await slopesOf(ops.slice(x, { axis: 1, start: 1 }))).toEqual([
      [0, 4],
      [0, 8],
      [0, 12],
      [0, 16],
    ]);
  });

  test('refuses a dynamic axis whose size no input tells', async () => {
    await expect(run({ y: ops.broadcastTo(ops.scalar(1), [DYNAMIC]) })).rejects.toThrow(/no input tells the size/);
  });

  test('keeps nodes apart that differ in a number JSON cannot write', async () => {
    const x = ops.input('x', [1]);
    const [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY].map((value) =>
      ops.pad(x, [1], [0], { value }),
    ) as [Node, Node];
    const results = await run({ low, high }, { x: tensor([1]) });
    expect(results).toEqual({
      low: tensor([Number.NEGATIVE_INFINITY, 1]),
      high: tensor([Number.POSITIVE_INFINITY, 1]),
    });
  });

  test('refuses two inputs of one name', async () => {
    await expect(run({ y: ops.add(ops.input('x', []), ops.input('x', [])) }, { x: tensor(1) })).rejects.toThrow(
      /two graph inputs are called 'x'/,
    );
  });

  test('refuses random draws, which core turns into inputs', async () => {
    const y = ops.draw('noise', { kind: 'uniform', low: 0, high: 1 }, [2]);
    await expect(run({ y })).rejects.toThrow(/cannot compute draw/);
  });
});

describe('state', () => {
  test('carries values from run to run, and copies in and out', async () => {
    const w = tensor([5, 7]);
    const state = await backend.state({ w });
    w.data[0] = 0;
    const executable = await backend.compile(descend());
    expect(await executable.run({ x: tensor([1, 2]) }, state)).toEqual({ total: tensor(9) });
    const read = await state.read();
    expect(read).toEqual({ w: tensor([4, 5]) });
    (read['w'] as NDArray).data[0] = 0;
    expect(await executable.run({ x: tensor([1, 2]) }, state)).toEqual({ total: tensor(6) });
    await state.write({ w: tensor([10, 10]), other: tensor([1], 'int32') });
    expect(await executable.run({ x: tensor([1, 2]) }, state)).toEqual({ total: tensor(17) });
    expect(await state.read(['other'])).toEqual({ other: tensor([1], 'int32') });
    await expect(state.read(['v'])).rejects.toThrow(/no entry 'v'[\s\S]*expected: w, other/);
  });

  test('runSteps is run, repeated', async () => {
    const executable = await backend.compile(descend());
    const xs = [tensor([1, 2]), tensor([3, 4]), tensor([0.5, 0])];
    const one = await backend.state({ w: tensor([5, 7]) });
    const totals: unknown[] = [];
    for (const x of xs) totals.push(toNested((await executable.run({ x }, one))['total'] as NDArray));
    const many = await backend.state({ w: tensor([5, 7]) });
    const stacked = await executable.runSteps(
      3,
      {
        x: tensor([
          [1, 2],
          [3, 4],
          [0.5, 0],
        ]),
      },
      many,
    );
    expect(stacked).toEqual({ total: tensor(totals as number[]) });
    expect(await many.read()).toEqual(await one.read());
  });

  test('runSteps refuses feeds without an entry for each step', async () => {
    const executable = await backend.compile(descend());
    const state = await backend.state({ w: tensor([5, 7]) });
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    await expect(executable.runSteps(3, { x }, state)).rejects.toThrow(
      /received: float32\[2, 2\]\n {2}expected: float32\[3, 2\]/,
    );
    await expect(executable.runSteps(0, { x }, state)).rejects.toThrow(ValueError);
    expect(await state.read()).toEqual({ w: tensor([5, 7]) });
  });

  test('rollback undoes the last run or runSteps, once', async () => {
    const executable = await backend.compile(descend());
    const state = await backend.state({ w: tensor([5, 7]) });
    expect(state.rollback()).toBe(false);
    await executable.run({ x: tensor([1, 1]) }, state);
    await executable.run({ x: tensor([1, 1]) }, state);
    expect(state.rollback()).toBe(true);
    expect(await state.read()).toEqual({ w: tensor([4, 6]) });
    expect(state.rollback()).toBe(false);
    await executable.runSteps(
      2,
      {
        x: tensor([
          [1, 1],
          [2, 2],
        ]),
      },
      state,
    );
    expect(state.rollback()).toBe(true);
    expect(await state.read()).toEqual({ w: tensor([4, 6]) });
  });

  test('refuses a program without its state, with one of another type, and with one of another backend', async () => {
    const executable = await backend.compile(descend());
    const feeds = { x: tensor([1, 2]) };
    await expect(executable.run(feeds)).rejects.toThrow(/reads a state/);
    await expect(executable.run(feeds, await backend.state({}))).rejects.toThrow(/the input 'w' was not given/);
    await expect(executable.run(feeds, await backend.state({ w: tensor([1, 2], 'int32') }))).rejects.toThrow(
      /does not fit/,
    );
    await expect(executable.run(feeds, await precise.state({ w: tensor([1, 2]) }))).rejects.toThrow(/another backend/);
  });

  test('refuses programs that write what they may not', () => {
    const w = ops.input('w', [2]);
    const checked = (outputs: Record<string, Node>, reads: string[], writes: string[]) => () =>
      checkProgram({ graph: graph(outputs), reads, writes });
    expect(checked({ y: w }, ['w'], ['w'])).toThrow(/no graph output of that name/);
    expect(checked({ w }, [], ['w'])).toThrow(/not among the reads/);
    expect(checked({ w: ops.sum(w) }, ['w'], ['w'])).toThrow(/change the type of 'w'/);
    expect(checked({ y: ops.input('x', [DYNAMIC, 2]) }, ['x'], [])).toThrow(/fixed shapes/);
    expect(checked({ y: ops.input('x', [DYNAMIC, 2]), w }, ['w'], [])).not.toThrow();
    expect(checked({ w }, ['w'], ['w'])).not.toThrow();
  });
});

describe('dispose', () => {
  test('ends an executable and a state', async () => {
    const executable = await backend.compile(descend());
    const feeds = { x: tensor([1, 2]) };
    const state = await backend.state({ w: tensor([5, 7]) });
    state.dispose();
    await expect(state.read()).rejects.toThrow(/the state was used after dispose/);
    await expect(state.write({})).rejects.toThrow(BackendError);
    expect(() => state.rollback()).toThrow(BackendError);
    await expect(executable.run(feeds, state)).rejects.toThrow(/the state was used after dispose/);
    executable.dispose();
    executable.dispose();
    const other = await backend.state({ w: tensor([5, 7]) });
    await expect(executable.run(feeds, other)).rejects.toThrow(/the executable was used after dispose/);
    await expect(executable.runSteps(1, { x: tensor([[1, 2]]) }, other)).rejects.toThrow(BackendError);
  });

  test('of a backend ends everything made by it', async () => {
    const own = referenceBackend();
    const executable = await own.compile(descend());
    const state = await own.state({ w: tensor([5, 7]) });
    await own.dispose();
    await expect(own.compile(descend())).rejects.toThrow(/the backend reference:float32 was used after dispose/);
    await expect(own.state({})).rejects.toThrow(BackendError);
    await expect(state.read()).rejects.toThrow(BackendError);
    await expect(executable.run({ x: tensor([1, 2]) }, state)).rejects.toThrow(BackendError);
  });
});

test('composites run as what they decompose into', async () => {
  const logits = float([[0, Math.log(3)]]);
  const executable = await precise.compile({ graph: graph({ y: ops.softmax(logits) }), reads: [], writes: [] });
  expect(executable.describe()).not.toContain('softmax');
  const { data } = (await executable.run({}))['y'] as NDArray;
  expect(data[0]).toBeCloseTo(0.25, 6);
  expect(data[1]).toBeCloseTo(0.75, 6);
});
