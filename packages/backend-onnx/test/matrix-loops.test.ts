import { gradients, type NDArray, ndarray } from '@descent/core';
import { type Arrays, type Graph, graph, type Node } from '@descent/core/backend';
import {
  add,
  div,
  exp,
  input,
  log,
  matmul,
  mul,
  neg,
  reshape,
  scaledDotProductAttention,
  softmax,
  sub,
  sum,
  transpose,
  where,
} from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import { largestDifference, values } from '@descent/core/testing';
import { afterAll, describe, expect, test } from 'vitest';
import { inBlocks } from '../src/blocks.ts';
import { lowerGraph } from '../src/lower.ts';
import { unitedNodes } from '../src/united.ts';
import { usesIn } from '../src/uses.ts';
import { runLowered } from './run-lowered.ts';

const reference = referenceBackend();
afterAll(() => reference.dispose());

const BLOCKS = { inBlocks };
const [BATCH, HEADS, TIME, WIDTH] = [2, 4, 192, 8];
const HEAD = [BATCH, HEADS, TIME, WIDTH];

function count(g: Graph, type: string, options = BLOCKS): number {
  return lowerGraph(g, options).model.graph.nodes.filter((n) => n.type === type).length;
}

const named = (...names: readonly string[]): readonly Node[] => names.map((name) => input(name, HEAD));
const fed = (...names: readonly string[]): Record<string, NDArray> =>
  Object.fromEntries(names.map((name, i) => [name, values(HEAD, i + 1)]));

/** What attention gives, and its gradients. */
function attention(options: Parameters<typeof scaledDotProductAttention>[3]): Graph {
  const [q, k, v, dy] = named('q', 'k', 'v', 'dy') as [Node, Node, Node, Node];
  const y = scaledDotProductAttention(q, k, v, options);
  const [dq, dk, dv] = gradients(sum(mul(y, dy)), [q, k, v]) as [Node, Node, Node];
  return graph({ y, dq, dk, dv });
}

/** All ways give the same: loops, one op after the other, the definition. */
async function expectSame(g: Graph, feeds: Arrays): Promise<void> {
  const [plain, loops] = [await runLowered(g, feeds, {}), await runLowered(g, feeds, BLOCKS)];
  const wanted = await (await reference.compile({ graph: g, reads: [], writes: [] })).run(feeds);
  for (const name of g.outputs.keys()) {
    const [own, bare, right] = [loops, plain, wanted].map((results) => results[name] as NDArray) as [
      NDArray,
      NDArray,
      NDArray,
    ];
    expect([name, own.shape]).toEqual([name, right.shape]);
    expect(largestDifference(own, bare)).toBeLessThan(1e-5);
    expect(largestDifference(own, right)).toBeLessThan(2e-4);
  }
}

describe('attention', () => {
  test.each([
    ['causal', { isCausal: true }, {}],
    [
      'of keys, by sample',
      { mask: input('mask', [BATCH, 1, 1, TIME], 'bool') },
      {
        mask: ndarray(
          'bool',
          [BATCH, 1, 1, TIME],
          Uint8Array.from({ length: BATCH * TIME }, (_, i) => +(i % 7 > 2)),
        ),
      },
    ],
    ['that is added', { mask: input('mask', [TIME, TIME]) }, { mask: values([TIME, TIME], 9) }],
  ] as const)(
    'a mask %s: a loop forward and one backward, and no whole scores but the weights',
    async (_, options, masks) => {
      const g = attention(options);
      expect(count(g, 'Scan')).toBe(2);
      const { types, model } = lowerGraph(g, BLOCKS);
      const whole = model.graph.nodes
        .flatMap((n) => n.outputs)
        .filter((name) => (types.get(name)?.shape ?? []).reduce((n, d) => n * d, 1) === BATCH * HEADS * TIME * TIME);
      // The result of one loop, and its reshapes on the way to the other, which copy nothing.
      expect(whole.length).toBeLessThanOrEqual(3);
      await expectSame(g, { ...fed('q', 'k', 'v', 'dy'), ...masks });
    },
  );

  test('without gradients nothing large is kept', () => {
    const [q, k, v] = named('q', 'k', 'v') as [Node, Node, Node];
    const { model } = lowerGraph(graph({ y: scaledDotProductAttention(q, k, v) }), BLOCKS);
    expect(model.graph.nodes.find((n) => n.type === 'Scan')?.outputs).toHaveLength(1);
  });

  test('the sum over keys of its gradient is one over the width of a value', () => {
    const wide = [BATCH, HEADS, TIME, TIME];
    const { types } = lowerGraph(attention({}), {});
    const sums = lowerGraph(attention({}), {}).model.graph.nodes.filter((n) => n.type === 'ReduceSum');
    const ofScores = sums.filter((n) => types.get(n.inputs[0] as string)?.shape.join() === wide.join());
    expect(ofScores).toEqual([]);
  });
});

describe('batches of matrices', () => {
  const large = [8, 192, 192];

  test('what a loop uses never waits for a result of it', async () => {
    const [a, b] = [input('a', large), input('b', large)];
    const p = softmax(matmul(a, b));
    const total = sum(p);
    const y = matmul(exp(sub(p, total)), b);
    const z = matmul(neg(mul(p, 2)), a);
    const g = graph({ y, z, p });
    expect(count(g, 'Scan')).toBeGreaterThan(0);
    await expectSame(g, { a: values(large, 1), b: values(large, 2) });
  });

  test('sums and maxima of rows and of columns, matrices for all, numbers', async () => {
    const [a, b] = [input('a', large), input('b', large)];
    const s = mul(matmul(a, b, { transposeB: true }), input('s', []));
    const t = sub(s, sum(s, { axes: [1], keepDims: true }));
    const u = add(t, input('m', [192, 192]));
    const g = graph({ y: matmul(softmax(mul(u, input('one', [1, 1, 192])), { axis: 1 }), a, { transposeA: true }) });
    expect(count(g, 'Scan')).toBe(1);
    await expectSame(g, {
      ...{ a: values(large, 1), b: values(large, 2), s: values([], 3) },
      ...{ m: values([192, 192], 4), one: values([1, 1, 192], 5) },
    });
  });

  test('small batches, unknown sizes, transposed batches and products with one matrix are left as they are', () => {
    const loops = (y: Node): number => count(graph({ y }), 'Scan');
    const two = (shape: readonly number[]): Node => {
      const x = input('x', shape);
      return matmul(softmax(matmul(x, x)), x);
    };
    expect(loops(two(large))).toBe(1);
    expect(loops(two([4, 16, 16]))).toBe(0);
    expect(loops(two([-1, 192, 192]))).toBe(0);
    expect(loops(matmul(exp(matmul(input('x', large), input('w', [192, 192]))), input('v', [192, 192])))).toBe(0);
    const turned = transpose(two(large), [1, 0, 2]);
    expect(loops(reshape(turned, [192, 8 * 192]))).toBe(1);
  });
});

test('sets of any graph can be computed one after the other', () => {
  // Any numbers will do that are the same in each run.
  let state = 7;
  const draw = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
  let united = 0;
  for (let round = 0; round < 300; round++) {
    const nodes: Node[] = [input('x', [2])];
    const members: Node[] = [];
    for (let steps = 2 + draw(30); steps > 0; steps--) {
      const n = sub(nodes[draw(nodes.length)] as Node, nodes[draw(nodes.length)] as Node);
      nodes.push(n);
      if (members.length === 0 || draw(2) === 0) members.push(n);
    }
    const g = graph(Object.fromEntries(nodes.map((n, i) => [`${i}`, n])));
    const pick = (): Node => members[draw(members.length)] as Node;
    const pairs = Array.from({ length: draw(40) }, () => [pick(), pick()] as const);
    const sets = unitedNodes(g, usesIn(g), members, pairs);
    expect(new Set(sets.flat())).toEqual(new Set(members));
    expect(sets.flat()).toHaveLength(members.length);
    united += members.length - sets.length;
    // By turns: a set, or a node of none, as soon as all that it uses from outside is there.
    const done = new Set<Node>();
    let left = [...sets, ...g.nodes.filter((n) => !members.includes(n)).map((n) => [n])];
    while (left.length > 0) {
      const isReady = (unit: readonly Node[]): boolean =>
        unit.every((n) => n.inputs.every((x) => done.has(x) || unit.includes(x)));
      const ready = left.filter(isReady);
      if (ready.length === 0) throw new Error(`round ${round}: ${left.length} sets wait for each other`);
      for (const n of ready.flat()) done.add(n);
      left = left.filter((unit) => !ready.includes(unit));
    }
  }
  expect(united).toBeGreaterThan(300);
});

describe('softmax of masked scores', () => {
  const shape = [3, 4, 64];
  const below = (least: number): Node => where(input('mask', shape, 'bool'), input('x', shape), least);
  const isOpen = (i: number): number => +(i % 3 === 0 && Math.floor(i / 64) !== 5);
  const mask = ndarray(
    'bool',
    shape,
    Uint8Array.from({ length: 3 * 4 * 64 }, (_, i) => isOpen(i)),
  );
  const softmaxes = (g: Graph, options = BLOCKS): string =>
    lowerGraph(g, options)
      .model.graph.nodes.map((n) => n.type)
      .join();

  test.each([-1e30, -1e4, Number.NEGATIVE_INFINITY])(
    'set to %d: shares of 0, and rows of masked ones alone as before',
    async (least) => {
      const g = graph({ y: softmax(below(least)) });
      expect(softmaxes(g)).toContain('ReduceMax,Sub,Max,Softmax,Min,Sub');
      const x = values(shape, 1);
      // Far apart, beside each other, and not a number.
      const data = x.data.map((v, i) => (i < 64 ? v * 200 : i === 3 * 67 ? Number.NaN : i === 390 ? 1e30 : v));
      const feeds = { x: { ...x, data } as NDArray, mask };
      const [plain, clipped] = [await runLowered(g, feeds, {}), await runLowered(g, feeds, BLOCKS)];
      expect(largestDifference(clipped.y as NDArray, plain.y as NDArray)).toBeLessThan(1e-7);
      const wanted = await (await reference.compile({ graph: g, reads: [], writes: [] })).run(feeds);
      expect(largestDifference(clipped.y as NDArray, wanted.y as NDArray)).toBeLessThan(1e-6);
      const masked = Array.from(clipped.y?.data ?? []).filter((_, i) => isOpen(i) === 0 && Math.floor(i / 64) === 7);
      expect(masked.every((share) => share === 0)).toBe(true);
    },
  );

  test('shares that are small but open have their logarithm', async () => {
    const shares = softmax(below(-1e9));
    const g = graph({ y: log(shares), inverse: div(1, shares) });
    const x = values(shape, 1);
    const data = x.data.map((v, i) => (i % 6 === 3 ? -83 : v));
    const feeds = { x: { ...x, data } as NDArray, mask: ndarray('bool', shape, new Uint8Array(3 * 4 * 64).fill(1)) };
    const wanted = await (await reference.compile({ graph: g, reads: [], writes: [] })).run(feeds);
    const actual = await runLowered(g, feeds, BLOCKS);
    expect(largestDifference(actual.y as NDArray, wanted.y as NDArray)).toBeLessThan(1e-4);
    expect(Array.from(actual['inverse']?.data ?? []).every(Number.isFinite)).toBe(true);
  });

  test('what is not low, and files, have the operator alone', () => {
    expect(softmaxes(graph({ y: softmax(below(-50)) }))).toBe('Where,Softmax');
    expect(softmaxes(graph({ y: softmax(below(-1e30)) }), {} as never)).toBe('Where,Softmax');
  });
});
