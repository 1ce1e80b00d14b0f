import { describe, expect, test } from 'vitest';
import { gradients } from '../src/autodiff/vjp.ts';
import { erf as erfOf } from '../src/ops/elementwise/_erf.ts';
import {
  type Arrays,
  type Backend,
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

const backend = referenceBackend();
const precise = referenceBackend({ precision: 'float64' });

/** Runs a graph that needs no state. */
async function run(outputs: Record<string, Node>, feeds: Arrays = {}, on: Backend = backend): Promise<Arrays> {
  const executable = await on.compile({ graph: graph(outputs), reads: [], writes: [] });
  return executable.run(feeds);
}

/** The value of one node as nested lists. */
async function valueOf(y: Node, feeds: Arrays = {}, on: Backend = backend): Promise<unknown> {
  return toNested((await run({ y }, feeds, on))['y'] as NDArray);
}

const float = (values: Parameters<typeof tensor>[0]): Node => ops.constant(tensor(values));
const int = (values: Parameters<typeof tensor>[0]): Node => ops.constant(tensor(values, 'int32'));

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
    await expect(state.read(['v'])).rejects.toThrow(/no entry 'v'[^]*expected: w, other/);
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
    expect(checked({ y: ops.input('x', [DYNAMIC, 2]), w }, ['w'], [])).toThrow(/fixed shapes/);
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
    await expect(own.compile(descend())).rejects.toThrow(/the reference backend was used after dispose/);
    await expect(own.state({})).rejects.toThrow(BackendError);
    await expect(state.read()).rejects.toThrow(BackendError);
    await expect(executable.run({ x: tensor([1, 2]) }, state)).rejects.toThrow(BackendError);
  });
});

describe('elementwise', () => {
  test('broadcasts both operands', async () => {
    expect(await valueOf(ops.sub(float([[1], [2]]), float([10, 20, 30])))).toEqual([
      [-9, -19, -29],
      [-8, -18, -28],
    ]);
    const condition = ops.constant(tensor([[true], [false]], 'bool'));
    expect(await valueOf(ops.where(condition, float([1, 2]), ops.scalar(0)))).toEqual([
      [1, 2],
      [0, 0],
    ]);
  });

  test('wraps int32 and truncates its division', async () => {
    expect(await valueOf(ops.mul(int([65537, -3]), int([65537, 2_000_000_000])))).toEqual([131073, -1_705_032_704]);
    expect(await valueOf(ops.add(int(2_147_483_647), 1))).toBe(-2_147_483_648);
    expect(await valueOf(ops.div(int([7, -7, 7, 2_147_483_647]), int([2, 2, -2, 2_147_483_647])))).toEqual([
      3, -3, -3, 1,
    ]);
  });

  test('casts by truncating, wrapping and comparing with zero', async () => {
    const x = float([-1.7, 0, 0.4, 2.9, 257]);
    expect(await valueOf(ops.cast(x, 'int32'))).toEqual([-1, 0, 0, 2, 257]);
    expect(await valueOf(ops.cast(x, 'uint8'))).toEqual([255, 0, 0, 2, 1]);
    expect(await valueOf(ops.cast(ops.add(x, Number.NaN), 'bool'))).toEqual([1, 1, 1, 1, 1]);
    expect(await valueOf(ops.cast(x, 'bool'))).toEqual([1, 0, 1, 1, 1]);
    expect(await valueOf(ops.cast(int([0, 256, -1]), 'bool'))).toEqual([0, 1, 1]);
  });

  test('propagates NaN through extremes', async () => {
    const x = float([Number.NaN, 1, 2]);
    const y = float([0, Number.NaN, 3]);
    expect(await valueOf(ops.maximum(x, y))).toEqual([Number.NaN, Number.NaN, 3]);
    expect(await valueOf(ops.minimum(x, y))).toEqual([Number.NaN, Number.NaN, 2]);
    expect(await valueOf(ops.max(x))).toBeNaN();
    expect(await valueOf(ops.min(x))).toBeNaN();
    expect(await valueOf(ops.relu(x))).toEqual([Number.NaN, 1, 2]);
  });

  test('has the powers of C', async () => {
    const base = float([1, -1, 0, -2, 2]);
    const exponent = float([Number.NaN, Number.POSITIVE_INFINITY, 0, 3, -1]);
    expect(await valueOf(ops.pow(base, exponent))).toEqual([1, 1, 1, -8, 0.5]);
  });

  test('rounds each result to float32 once', async () => {
    const x = 0.3;
    const rounded = Math.fround(Math.exp(Math.fround(x)));
    expect(await valueOf(ops.exp(float(x)))).toBe(rounded);
  });

  // Values of the C library, whose error is below one unit in the last place.
  test.each([
    [1e-10, 1.1283791670955126e-10],
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [1.5, 0.9661051464753108],
    [1.999, 0.9953015566513705],
    [2, 0.9953222650189527],
    [2.001, 0.9953428907185247],
    [2.5, 0.999593047982555],
    [3, 0.9999779095030014],
    [4, 0.9999999845827421],
    [5.5, 0.9999999999999927],
  ])('erf(%d)', (x, expected) => {
    expect(Math.abs(erfOf(x) - expected)).toBeLessThan(4e-16);
    expect(Math.abs(erfOf(x) / expected - 1)).toBeLessThan(1e-15);
    expect(erfOf(-x)).toBe(-erfOf(x));
  });

  test('erf at its ends', () => {
    expect([erfOf(0), erfOf(Number.POSITIVE_INFINITY), erfOf(Number.NEGATIVE_INFINITY)]).toEqual([0, 1, -1]);
    expect(erfOf(Number.NaN)).toBeNaN();
  });
});

describe('reduce', () => {
  const x = float([
    [
      [1, 2],
      [3, 4],
    ],
    [
      [5, 6],
      [7, 8],
    ],
  ]);

  test('over any axes', async () => {
    expect(await valueOf(ops.sum(x))).toBe(36);
    expect(await valueOf(ops.sum(x, { axes: [0, 2] }))).toEqual([14, 22]);
    expect(await valueOf(ops.mean(x, { axes: 1, keepDims: true }))).toEqual([[[2, 3]], [[6, 7]]]);
    expect(await valueOf(ops.max(x, { axes: [1, 2] }))).toEqual([4, 8]);
    expect(await valueOf(ops.min(ops.neg(x), { axes: 0 }))).toEqual([
      [-5, -6],
      [-7, -8],
    ]);
    expect(await valueOf(ops.sum(int([2_147_483_647, 1])))).toBe(-2_147_483_648);
  });

  test('sums in float64', async () => {
    expect(await valueOf(ops.sum(float([16_777_216, 1, 1])))).toBe(16_777_218);
  });

  test('argMax takes the first maximum, and NaN as the largest', async () => {
    expect(
      await valueOf(
        ops.argMax(
          float([
            [1, 3, 3],
            [Number.NaN, 9, Number.NaN],
            [2, 1, 0],
          ]),
        ),
      ),
    ).toEqual([1, 0, 0]);
    expect(
      await valueOf(
        ops.argMax(
          float([
            [1, 3],
            [2, 2],
          ]),
          { axis: 0, keepDims: true },
        ),
      ),
    ).toEqual([[1, 0]]);
  });
});

describe('shape', () => {
  const x = float([
    [1, 2, 3],
    [4, 5, 6],
  ]);

  test('moves elements', async () => {
    expect(await valueOf(ops.reshape(x, [3, 2]))).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(await valueOf(ops.transpose(x))).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
    expect(await valueOf(ops.transpose(ops.reshape(x, [1, 2, 3]), [1, 2, 0]))).toEqual([
      [[1], [2], [3]],
      [[4], [5], [6]],
    ]);
    expect(await valueOf(ops.slice(x, { axis: 0, start: 1 }, { axis: 1, step: 2 }))).toEqual([[4, 6]]);
    expect(await valueOf(ops.flip(x, [0, 1]))).toEqual([
      [6, 5, 4],
      [3, 2, 1],
    ]);
    expect(await valueOf(ops.flip(x, 1))).toEqual([
      [3, 2, 1],
      [6, 5, 4],
    ]);
    expect(await valueOf(ops.concat([x, float([[7], [8]])], 1))).toEqual([
      [1, 2, 3, 7],
      [4, 5, 6, 8],
    ]);
    expect(await valueOf(ops.broadcastTo(float([[1], [2]]), [2, 2, 2]))).toEqual([
      [
        [1, 1],
        [2, 2],
      ],
      [
        [1, 1],
        [2, 2],
      ],
    ]);
  });

  test('pads around and between', async () => {
    const padded = ops.pad(
      float([
        [1, 2],
        [3, 4],
      ]),
      [1, 0],
      [0, 1],
      { value: 9, interior: [0, 1] },
    );
    expect(await valueOf(padded)).toEqual([
      [9, 9, 9, 9],
      [1, 9, 2, 9],
      [3, 9, 4, 9],
    ]);
  });
});

describe('linalg', () => {
  test('multiplies matrices, transposed or not', async () => {
    const a = float([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const b = float([
      [1, 0],
      [0, 1],
      [1, 1],
    ]);
    const product = [
      [4, 5],
      [10, 11],
    ];
    expect(await valueOf(ops.matmul(a, b))).toEqual(product);
    expect(await valueOf(ops.matmul(ops.transpose(a), b, { transposeA: true }))).toEqual(product);
    expect(await valueOf(ops.matmul(a, ops.transpose(b), { transposeB: true }))).toEqual(product);
  });

  test('broadcasts leading axes', async () => {
    const a = float([[[[1, 2]]], [[[3, 4]]]]);
    const b = float([
      [[1], [1]],
      [[0], [1]],
    ]);
    expect(await valueOf(ops.matmul(a, b))).toEqual([
      [[[3]], [[2]]],
      [[[7]], [[4]]],
    ]);
  });
});

describe('conv', () => {
  const image = float([
    [
      [
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ],
    ],
  ]);

  test('cross-correlates', async () => {
    const w = float([
      [
        [
          [1, 0],
          [0, 2],
        ],
      ],
    ]);
    expect(await valueOf(ops.conv2d(image, w))).toEqual([
      [
        [
          [11, 14],
          [20, 23],
        ],
      ],
    ]);
    expect(await valueOf(ops.conv2d(image, w, { stride: 2, padding: 1 }))).toEqual([
      [
        [
          [2, 6],
          [14, 23],
        ],
      ],
    ]);
    expect(await valueOf(ops.conv2d(image, w, { dilation: 2 }))).toEqual([[[[19]]]]);
    expect(await valueOf(ops.conv2d(image, w, { padding: [0, 0, 0, 1] }))).toEqual([
      [
        [
          [11, 14, 3],
          [20, 23, 6],
        ],
      ],
    ]);
  });

  test('keeps groups apart', async () => {
    const x = float([[[[1]], [[10]], [[100]], [[1000]]]]);
    const w = float([
      [[[1]], [[2]]],
      [[[3]], [[4]]],
    ]);
    expect(await valueOf(ops.conv2d(x, w, { groups: 2 }))).toEqual([[[[21]], [[4300]]]]);
  });

  test('pools', async () => {
    expect(await valueOf(ops.maxPool2d(image, 2, { stride: 1 }))).toEqual([
      [
        [
          [5, 6],
          [8, 9],
        ],
      ],
    ]);
    expect(await valueOf(ops.maxPool2d(ops.neg(image), 2, { padding: 1 }))).toEqual([
      [
        [
          [-1, -2],
          [-4, -5],
        ],
      ],
    ]);
    expect(await valueOf(ops.avgPool2d(image, 2, { padding: 1 }))).toEqual([
      [
        [
          [0.25, 1.25],
          [2.75, 7],
        ],
      ],
    ]);
    expect(await valueOf(ops.avgPool2d(image, 2, { padding: 1, countIncludePad: false }))).toEqual([
      [
        [
          [1, 2.5],
          [5.5, 7],
        ],
      ],
    ]);
  });

  test('gives the gradient of a maximum to the first of equals, and adds up where windows overlap', async () => {
    const x = ops.input('x', [1, 1, 2, 3]);
    const [dx] = gradients(ops.sum(ops.maxPool2d(x, 2, { stride: 1 })), [x]) as [Node];
    expect(
      await valueOf(dx, {
        x: tensor([
          [
            [
              [1, 2, 2],
              [2, 1, 2],
            ],
          ],
        ]),
      }),
    ).toEqual([
      [
        [
          [0, 2, 0],
          [0, 0, 0],
        ],
      ],
    ]);
    expect(
      await valueOf(dx, {
        x: tensor([
          [
            [
              [3, 2, 2],
              [2, 1, 2],
            ],
          ],
        ]),
      }),
    ).toEqual([
      [
        [
          [1, 1, 0],
          [0, 0, 0],
        ],
      ],
    ]);
  });

  test.each([
    { stride: 1, padding: 0, dilation: 1, groups: 1 },
    { stride: 2, padding: 1, dilation: 1, groups: 2 },
    { stride: [1, 2], padding: [2, 0, 1, 3], dilation: [2, 1], groups: 1 },
  ] as const)('has the gradients that finite differences show: %o', async (options) => {
    const x = ops.input('x', [2, 2, 5, 6]);
    const w = ops.input('w', [4, 2 / options.groups, 2, 3]);
    const y = ops.conv2d(x, w, options);
    const loss = ops.sum(ops.mul(y, y));
    const [dx, dw] = gradients(loss, [x, w]) as [Node, Node];
    const executable = await precise.compile({ graph: graph({ loss, dx, dw }), reads: [], writes: [] });
    const feeds = { x: wave(x.type.shape), w: wave(w.type.shape) };
    const base = await executable.run(feeds);
    for (const name of ['x', 'w'] as const) {
      for (const at of [0, 7, feeds[name].data.length - 1]) {
        const shifted = async (by: number): Promise<number> => {
          const data = feeds[name].data.map((v, i) => (i === at ? v + by : v));
          return (await executable.run({ ...feeds, [name]: { ...feeds[name], data } }))['loss']?.data[0] as number;
        };
        const slope = ((await shifted(1e-5)) - (await shifted(-1e-5))) / 2e-5;
        expect(base[`d${name}`]?.data[at]).toBeCloseTo(slope, 6);
      }
    }
  });
});

/** Values without symmetry. */
function wave(shape: readonly number[]): NDArray<'float64'> {
  const size = shape.reduce((a, b) => a * b, 1);
  return { dtype: 'float64', shape, data: Float64Array.from({ length: size }, (_, i) => Math.sin(1.3 * i + 0.2)) };
}

describe('indexing', () => {
  const x = float([
    [1, 2, 3],
    [4, 5, 6],
  ]);

  test('gathers along any axis, and scatters back', async () => {
    expect(await valueOf(ops.gather(x, int([1, 1, 0])))).toEqual([
      [4, 5, 6],
      [4, 5, 6],
      [1, 2, 3],
    ]);
    expect(await valueOf(ops.gather(x, int([[2], [0]]), 1))).toEqual([
      [[3], [1]],
      [[6], [4]],
    ]);
    expect(await valueOf(ops.scatterAdd(int([1, 1]), x, { axis: 0, size: 3 }))).toEqual([
      [0, 0, 0],
      [5, 7, 9],
      [0, 0, 0],
    ]);
    expect(await valueOf(ops.scatterAdd(int([3, 0, 3]), x, { axis: 1, size: 4 }))).toEqual([
      [2, 0, 0, 4],
      [5, 0, 0, 10],
    ]);
  });

  test.each([2, -1])('refuses the index %d', async (index) => {
    await expect(run({ y: ops.gather(x, int([0, index])) })).rejects.toThrow(
      new RegExp(
        `gather: an index is out of range\\n {2}received: index ${index} at position 1 of 2\\n {2}expected: integers from 0 to 1`,
      ),
    );
    await expect(run({ y: ops.scatterAdd(int([0, index]), x, { axis: 0, size: 2 }) })).rejects.toThrow(ValueError);
  });

  test('makes one-hot rows and counts', async () => {
    expect(await valueOf(ops.oneHot(int([1, 3, -1]), 3))).toEqual([
      [0, 1, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(await valueOf(ops.iota(3))).toEqual([0, 1, 2]);
  });
});

test('composites run as what they decompose into', async () => {
  const logits = float([[0, Math.log(3)]]);
  const executable = await precise.compile({ graph: graph({ y: ops.softmax(logits) }), reads: [], writes: [] });
  expect(executable.describe()).not.toContain('softmax');
  const [a, b] = (await executable.run({}))['y']?.data as Float64Array;
  expect([a, b].map((v) => v?.toFixed(6))).toEqual(['0.250000', '0.750000']);
});
