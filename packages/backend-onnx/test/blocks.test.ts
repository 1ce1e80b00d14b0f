import {
  adam,
  adamW,
  chain,
  clipByGlobalNorm,
  createTrainer,
  crossEntropy,
  embedding,
  flatten,
  lamb,
  linear,
  lion,
  type NDArray,
  type Node,
  nadam,
  ndarray,
  type Optimizer,
  rmsprop,
  scaleByAdam,
  sequential,
  sgd,
} from '@descent/core';
import {
  type Arrays,
  type Backend,
  type Graph,
  graph,
  numel,
  type Program,
  programInputs,
  stackSteps,
} from '@descent/core/backend';
import {
  add,
  cast,
  div,
  exp,
  greater,
  input,
  matmul,
  mul,
  neg,
  reshape,
  sqrt,
  sub,
  sum,
  tanh,
  where,
} from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { largestDifference, values } from '@descent/core/testing';
import { afterAll, describe, expect, test } from 'vitest';
import { inBlocks } from '../src/blocks.ts';
import { lowerGraph } from '../src/lower.ts';
import { onnx } from '../src/public/index.ts';
import { runLowered } from './run-lowered.ts';

const reference = referenceBackend();
const cpu = onnx({ device: 'cpu', threads: 1 });
afterAll(async () => {
  await reference.dispose();
  await cpu.dispose();
});

const ROWS = 4096;
const WIDTH = 64;
const LARGE = [ROWS, WIDTH];
const BLOCKS = { inBlocks };

/** Whether a model has loops that the graph does not have. */
function loops(g: Graph, options = BLOCKS): number {
  return lowerGraph(g, options).model.graph.nodes.filter((n) => n.type === 'Scan').length;
}

/** Both ways give the same bits; what they are is returned. */
async function expectSameBits(g: Graph, feeds: Arrays): Promise<Arrays> {
  const [plain, blocks] = [await runLowered(g, feeds, {}), await runLowered(g, feeds, BLOCKS)];
  for (const name of g.outputs.keys()) {
    const [a, b] = [plain[name] as NDArray, blocks[name] as NDArray];
    expect([name, b.shape, b.dtype]).toEqual([name, a.shape, a.dtype]);
    const odd = a.data.findIndex((v, i) => !Object.is(v, b.data[i]));
    expect([name, odd, a.data[odd], b.data[odd]]).toEqual([name, -1, undefined, undefined]);
  }
  return blocks;
}

const classifier = sequential(embedding(ROWS, WIDTH), flatten(), linear(3 * WIDTH, 5));
const x = ndarray('int32', [2, 3], Int32Array.of(0, 1, 2, 7, 7, 4095));
const y = ndarray('int32', [2], Int32Array.of(1, 4));

/** The program of a step. */
async function stepProgram(optimizer: Optimizer): Promise<Program> {
  let step: Program | undefined;
  const watched: Backend = {
    ...reference,
    compile(program) {
      step = program;
      return reference.compile(program);
    },
  };
  const trainer = await createTrainer({
    model: classifier,
    loss: crossEntropy(),
    optimizer,
    backend: watched,
    seed: 3,
  });
  await trainer.step(x, y);
  trainer.dispose();
  return step as Program;
}

function feedsFor(program: Program): Record<string, NDArray> {
  const given = [...programInputs(program)].map(([name, { type }], i) => {
    if (name === 'x') return [name, x] as const;
    if (name === 'y') return [name, y] as const;
    // Second moments are not negative.
    const array = values(type.shape, i);
    return [name, { ...array, data: array.data.map((v) => Math.abs(v) + 0.01) } as NDArray] as const;
  });
  return Object.fromEntries(given);
}

const OPTIMIZERS: Readonly<Record<string, Optimizer>> = {
  adam: adam(),
  'adam with decay and amsgrad': adam({ weightDecay: 0.01, amsgrad: true }),
  adamW: adamW(),
  nadam: nadam(),
  rmsprop: rmsprop({ momentum: 0.9, centered: true }),
  lion: lion(),
  lamb: lamb(),
  'momentum, nesterov and decay': sgd({ lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01 }),
  'adam of clipped gradients': {
    ...adam(),
    transform: chain(clipByGlobalNorm(1), scaleByAdam({ beta1: 0.9, beta2: 0.999, eps: 1e-8 })),
  },
};

describe('updates of large parameters', () => {
  test.each(Object.keys(OPTIMIZERS))('%s: the same bits as one op after the other', async (name) => {
    const program = await stepProgram(OPTIMIZERS[name] as Optimizer);
    expect(loops(program.graph)).toBeGreaterThan(0);
    const results = await expectSameBits(program.graph, feedsFor(program));
    expect(results['check/written']?.data.every(Number.isFinite)).toBe(true);
  });

  test('the check of what is written looks into the loop, and nothing large is read once more', async () => {
    const { graph: g } = await stepProgram(adam());
    const { nodes } = lowerGraph(g, BLOCKS).model.graph;
    const scan = nodes.find((n) => n.type === 'Scan');
    // Parameter, both moments, and the sums of the parameter and of the second moment.
    expect(scan?.outputs).toHaveLength(5);
    expect(nodes.filter((n) => n.type === 'Sqrt')).toHaveLength(2);
  });

  test.each([
    ['m', Number.POSITIVE_INFINITY],
    ['m', Number.NaN],
    ['v', Number.POSITIVE_INFINITY],
    ['v', Number.NaN],
    ['v', -1],
    ['parameters', Number.POSITIVE_INFINITY],
    ['parameters', Number.NaN],
    ['rates', Number.NaN],
    ['rates', Number.POSITIVE_INFINITY],
    ['rates', 3e38],
  ] as const)('%s of %s are seen', async (where_, value) => {
    // The largest second moment hides one that is negative.
    for (const optimizer of value === -1 ? [adam()] : [adam(), adamW({ amsgrad: true })]) {
      const program = await stepProgram(optimizer);
      const feeds = feedsFor(program);
      const name = Object.keys(feeds).find((key) =>
        where_ === 'parameters'
          ? key === 'parameters/0.weight'
          : where_ === 'rates'
            ? feeds[key]?.shape.length === 0 && /lr|rate/.test(key)
            : key === `optimizer/${where_}/0.weight`,
      ) as string;
      const array = feeds[name] as NDArray;
      // The last element of the last block.
      feeds[name] = { ...array, data: array.data.map((v, i) => (i === array.data.length - 1 ? value : v)) } as NDArray;
      const results = await expectSameBits(program.graph, feeds);
      const isGood = Object.entries(results).every(
        ([key, { data }]) => !program.writes.includes(key) || data.every(Number.isFinite),
      );
      expect([name, isGood]).toEqual([name, value === 3e38 && isGood]);
      if (!isGood) expect(results['check/written']?.data.every(Number.isFinite)).toBe(false);
    }
  });

  test('steps of one run and of several are the same, and states keep their shapes', async () => {
    const program = await stepProgram(adam({ lr: 0.01 }));
    const executable = await cpu.compile(program);
    expect(executable.describe()).toContain('Scan');
    const [one, many] = [await cpu.state({}), await cpu.state({})];
    const all = feedsFor(program);
    const held = Object.fromEntries(program.reads.map((name) => [name, all[name] as NDArray]));
    const fed = Object.fromEntries(Object.entries(all).filter(([name]) => !program.reads.includes(name)));
    await one.write(held);
    await many.write(held);
    for (let i = 0; i < 3; i++) await executable.run(fed, one);
    await executable.runSteps(3, stackSteps([fed, fed, fed]), many);
    const [a, b] = [await one.read(program.writes), await many.read(program.writes)];
    for (const name of program.writes) {
      expect([name, a[name]?.shape]).toEqual([name, held[name]?.shape]);
      expect([name, b[name]?.shape]).toEqual([name, held[name]?.shape]);
      expect(largestDifference(a[name] as NDArray, b[name] as NDArray)).toBe(0);
    }
    // What was read goes on as what was kept does.
    await many.write(a);
    const [next, resumed] = [await executable.run(fed, one), await executable.run(fed, many)];
    expect(resumed['check/written']?.data).toEqual(next['check/written']?.data);
    expect(next['check/written']?.data[0]).toBeGreaterThan(0);
  });
});

describe('chains', () => {
  const large = (name: string): Node => input(name, LARGE);
  const long = (n: Node, by: Node | number): Node => tanh(mul(add(exp(neg(mul(n, n))), by), 0.5));
  const fed = (...names: readonly string[]): Arrays =>
    Object.fromEntries(names.map((name, i) => [name, values(LARGE, i + 1)]));

  test('numbers of a step, constants, and numbers of rank 2 reach every block', async () => {
    const g = graph({ y: long(long(large('a'), input('s', [])), input('t', [1, 1])) });
    expect(loops(g)).toBe(1);
    await expectSameBits(g, { ...fed('a'), s: values([], 7), t: values([1, 1], 8) });
  });

  test('what a chain uses never waits for a result of it', async () => {
    const a = long(large('a'), 1);
    const norm = sqrt(sum(mul(a, a)));
    const g = graph({
      a,
      y: long(add(div(a, norm), large('b')), 2),
      z: long(add(a, matmul(a, input('w', [WIDTH, WIDTH]))), 3),
    });
    expect(loops(g)).toBe(3);
    const feeds = { ...fed('a', 'b'), w: values([WIDTH, WIDTH], 9) };
    const own = await expectSameBits(g, feeds);
    const wanted = await (await reference.compile({ graph: g, reads: [], writes: [] })).run(feeds);
    for (const name of g.outputs.keys())
      expect(largestDifference(own[name] as NDArray, wanted[name] as NDArray)).toBeLessThan(1e-4);
  });

  test('a mask is computed in the block; one that others use stays outside', async () => {
    const a = large('a');
    const mask = greater(a, 0);
    const g = graph({ y: long(where(mask, long(a, 1), 0), 2) });
    expect(loops(g)).toBe(1);
    await expectSameBits(g, fed('a'));
    expect(loops(graph({ y: long(where(mask, long(a, 1), 0), 2), mask }))).toBe(0);
    const whole = cast(mask, 'int32');
    const kept = graph({ y: long(where(greater(whole, 0), long(a, 1), 0), 2), whole });
    expect(loops(kept)).toBe(1);
    await expectSameBits(kept, fed('a'));
  });

  test('sums of rows are taken in the block, in any rows that fit', async () => {
    const rows = (n: Node, count: number): Node => sum(reshape(n, [count, numel(LARGE) / count]), { axes: [1] });
    const a = long(large('a'), 1);
    for (const count of [256, 512, 2]) {
      const g = graph({ a, s: rows(a, count) });
      expect(loops(g)).toBe(1);
      await expectSameBits(g, fed('a'));
    }
    const g = graph({ a, own: sum(a, { axes: [1] }), other: sum(a, { axes: [0] }) });
    expect(loops(g)).toBe(1);
    await expectSameBits(g, fed('a'));
  });

  test('short chains, small tensors, sizes without blocks and other dialects are left as they are', () => {
    expect(loops(graph({ y: sub(large('a'), mul(large('b'), 0.1)) }))).toBe(0);
    expect(loops(graph({ y: long(input('a', [100, 100]), 1) }))).toBe(0);
    // A prime number of elements.
    expect(loops(graph({ y: long(input('a', [262_147]), 1) }))).toBe(0);
    expect(loops(graph({ y: long(input('a', [-1, 262_144]), 1) }))).toBe(0);
    expect(loops(graph({ y: long(large('a'), 1) }), {} as never)).toBe(0);
  });
});
