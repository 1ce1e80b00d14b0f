import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CompositeOp,
  graph,
  type NDArray,
  type Node,
  NotDifferentiableError,
  node,
  type PrimitiveOp,
  topologicalOrder,
} from '../src/public/backend.ts';
import { grad, gradients, ndarray, tensor, valueAndGrad } from '../src/public/index.ts';
import * as o from '../src/public/ops.ts';
import { numericalGradient, values } from '../src/public/testing.ts';
import { backend, numbersOf, precise, run } from './_reference.ts';

const derivative = (y: Node, x: Node): Node => gradients(y, [x])[0] as Node;

/** Values of `f` and its derivatives at `at`, up to the given order. */
async function derivatives(f: (x: Node) => Node, at: number, order: number): Promise<number[]> {
  const x = o.input('x', []);
  const all = [f(x)];
  while (all.length <= order) all.push(derivative(all.at(-1) as Node, x));
  const outputs = Object.fromEntries(all.map((y, i) => [`d${i}`, y]));
  const needsX = topologicalOrder(all).includes(x);
  const out = await run(outputs, needsX ? { x: ndarray('float64', [], Float64Array.of(at)) } : {}, precise);
  return all.map((_, i) => (out[`d${i}`] as NDArray).data[0] as number);
}

describe('vjp', () => {
  test('adds up the gradients of every way from the input to the result', async () => {
    const x = o.input('x', [2]);
    const y = o.add(o.mul(x, x), o.mul(x, 3));
    const [dx] = gradients(o.add(y, o.sub(y, x)), [x], o.constant(tensor([1, 10])));
    // 2·(2x + 3) − 1
    expect(await numbersOf(dx as Node, { x: tensor([1, 2]) })).toEqual([9, 130]);
  });

  test('gives zeros of the right shape for what the result does not depend on', async () => {
    const [x, unused] = [o.input('x', [2]), o.input('unused', [2, 3])];
    const [, zeros] = gradients(o.exp(x), [x, unused], o.input('dy', [2]));
    expect(await numbersOf(zeros as Node)).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  test('of the result itself is dy', () => {
    const [y, dy] = [o.exp(o.input('x', [2])), o.input('dy', [2])];
    expect(gradients(y, [y], dy)).toEqual([dy]);
  });

  test('of a value and of what it was computed from, at once', async () => {
    const x = o.input('x', []);
    const h = o.mul(x, 3);
    const [dx, dh] = gradients(o.mul(h, h), [x, h], o.scalar(1));
    const out = await run({ dx: dx as Node, dh: dh as Node }, { x: tensor(2) });
    expect([out['dx']?.data[0], out['dh']?.data[0]]).toEqual([36, 12]);
  });

  test('with respect to the same input twice', async () => {
    const x = o.input('x', []);
    const [a, b] = gradients(o.mul(x, x), [x, x], o.scalar(1));
    expect(a).toBe(b);
  });

  test('sums over what was broadcast', async () => {
    const [x, row, s] = [o.input('x', [2, 3]), o.input('row', [3]), o.input('s', [])];
    const grads = gradients(o.mul(o.mul(x, row), s), [row, s], o.scalar(1, 'float32', [2, 3]));
    const out = await run(Object.fromEntries(grads.map((g, i) => [`g${i}`, g])), {
      x: tensor([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      row: tensor([1, 2, 3]),
      s: tensor(10),
    });
    expect([...(out['g0'] as NDArray).data]).toEqual([50, 70, 90]);
    expect([...(out['g1'] as NDArray).data]).toEqual([1 + 4 + 9 + 4 + 10 + 18]);
  });

  test('of one matrix that all of a batch are multiplied by is one product', async () => {
    const shapes: readonly (readonly [transposeB: boolean, shape: readonly number[]])[] = [
      [false, [3, 5]],
      [true, [5, 3]],
    ];
    for (const [transposeB, shape] of shapes) {
      const [a, w] = [o.input('a', [2, 4, 3]), o.input('w', shape)];
      const y = o.matmul(a, w, { transposeB });
      const [dw] = gradients(o.sum(o.mul(y, y)), [w]) as [Node];
      expect(topologicalOrder([dw]).filter((n) => n.op.name === 'sum')).toEqual([]);
      const feeds = { a: values([2, 4, 3], 1), w: values(shape, 2) };
      const loss = async ([at]: readonly NDArray[]): Promise<number> =>
        (await run({ loss: o.sum(o.mul(y, y)) }, { ...feeds, w: at as NDArray }, precise))['loss']?.data[0] as number;
      const numerical = await numericalGradient(loss, [feeds.w], 0);
      const own = (await run({ dw }, feeds, precise))['dw'] as NDArray;
      for (const [i, v] of own.data.entries()) expect(v).toBeCloseTo(numerical.data[i] as number, 6);
    }
  });

  test('computes no gradient that nobody asked for', () => {
    const [x, w, b] = [o.input('x', [4, 3]), o.input('w', [3, 2]), o.input('b', [2])];
    const loss = o.sum(o.add(o.matmul(x, w), b));
    const nodes = topologicalOrder(gradients(loss, [b]));
    expect(nodes.some((n) => n.op === o.matmulOp)).toBe(false);
    expect(topologicalOrder(gradients(loss, [w])).filter((n) => n.op === o.matmulOp)).toHaveLength(1);
  });

  test('of a composite without a gradient rule is that of its decomposition, also inside another one', async () => {
    const cubeOp: CompositeOp<'cube'> = {
      kind: 'composite',
      name: 'cube',
      infer: ([type]) => type as Node['type'],
      decompose: ([a]) => o.mul(a as Node, o.mul(a as Node, a as Node)),
    };
    const doubledOp: CompositeOp<'doubled'> = {
      ...cubeOp,
      name: 'doubled',
      decompose: ([a]) => o.mul(node(cubeOp, [a as Node], {}), 2),
    } as CompositeOp<'doubled'>;
    const x = o.input('x', []);
    const h = node(doubledOp, [o.mul(x, 1.5)], {});
    const [dx, dh] = gradients(o.sin(h), [x, h]);
    const out = await run(
      { dx: dx as Node, dh: dh as Node },
      { x: ndarray('float64', [], Float64Array.of(0.4)) },
      precise,
    );
    const value = 2 * 0.6 ** 3;
    expect(out['dh']?.data[0]).toBeCloseTo(Math.cos(value), 12);
    expect(out['dx']?.data[0]).toBeCloseTo(Math.cos(value) * 2 * 3 * 0.6 ** 2 * 1.5, 12);
  });

  test('goes through a chain of 20,000 nodes', () => {
    const x = o.input('x', []);
    let y: Node = x;
    for (let i = 0; i < 20_000; i++) y = o.sin(y);
    expect(topologicalOrder(gradients(y, [x], o.scalar(1))).length).toBeGreaterThan(40_000);
  });
});

describe('no gradient flows', () => {
  const x = o.input('x', [3]);
  const of = (y: Node): Promise<unknown> => numbersOf(derivative(o.sum(y), x) as Node, needs(y));
  const needs = (y: Node): Record<string, NDArray> =>
    topologicalOrder([derivative(o.sum(y), x)]).includes(x) ? { x: tensor([-1.5, 0.25, 2]) } : {};

  test.each([
    ['integers', () => o.cast(o.cast(x, 'int32'), 'float32')],
    ['booleans', () => o.cast(o.greater(x, 0), 'float32')],
    ['steps', () => o.add(o.sign(x), o.floor(x))],
    ['indices', () => o.oneHot(o.argMax(x), 3)],
    ['the condition of where', () => o.where(o.greater(x, 0), o.scalar(1), o.scalar(2))],
  ] as const)('through %s', async (_, f) => {
    expect(await of(f())).toEqual([0, 0, 0]);
  });

  test('through the indices of gather and scatterAdd, but through what they move', async () => {
    const indices = o.cast(o.abs(x), 'int32');
    expect(await of(o.gather(o.mul(x, 2), indices))).toEqual([2, 2, 2]);
    expect(await of(o.scatterAdd(indices, o.mul(x, 5), { axis: 0, size: 3 }))).toEqual([5, 5, 5]);
  });

  test('through integer arithmetic, whose inputs have no float gradient to add', async () => {
    const n = o.cast(x, 'int32');
    const y = o.mul(x, o.cast(o.sum(o.mul(n, o.maximum(n, 1))), 'float32'));
    // n = [-1, 0, 2]: the factor is −1 + 0 + 4.
    expect(await of(y)).toEqual([3, 3, 3]);
  });
});

describe('errors', () => {
  const x = o.input('x', [1, 1, 4, 4]);

  test('a second derivative through maxPool2d says which op has no rule and what to use', () => {
    const first = derivative(o.sum(o.mul(o.maxPool2d(x, 2), 2)), x);
    expect(() => derivative(o.sum(o.mul(first, first)), x)).toThrow(NotDifferentiableError);
    expect(() => derivative(o.sum(first), x)).toThrowErrorMatchingInlineSnapshot(`
      [NotDifferentiableError: maxPool2dGrad has no gradient rule
        received: a request for the gradient through maxPool2dGrad
        expected: ops whose gradient rules are themselves differentiable, on the whole way from the loss to the input
        fix: for second derivatives, use avgPool2d or a strided conv2d instead of maxPool2d]
    `);
  });

  test('an op of the user without a rule gets no advice about pooling', () => {
    const op: PrimitiveOp<'mystery'> = {
      kind: 'primitive',
      name: 'mystery',
      infer: ([a]) => a as never,
      grad: 'undefined',
    };
    const y = o.sum(node(op, [x], {}));
    expect(() => derivative(y, x)).toThrow(
      /mystery has no gradient rule[\s\S]*compute without mystery what the loss depends on/,
    );
    expect(() => derivative(y, x)).not.toThrow(/[pP]ool/);
  });

  test('what does not depend on the input is not in the way', async () => {
    const other = o.input('other', [2]);
    const first = derivative(o.sum(o.mul(o.maxPool2d(x, 2), 2)), x);
    const y = o.add(o.sum(first), o.sum(o.mul(other, other)));
    expect(await numbersOf(derivative(y, other), { other: tensor([1, -3]) })).toEqual([2, -6]);
  });

  test('a gradient is taken of a float scalar', () => {
    const y = o.input('y', [2]);
    expect(() => gradients(y, [y])).toThrowErrorMatchingInlineSnapshot(`
      [NotDifferentiableError: gradients are taken of a scalar
        received: float32[2]
        expected: a float32 of rank 0
        fix: reduce the result with sum or mean]
    `);
    const n = o.input('n', [], 'int32');
    expect(() => gradients(n, [n])).toThrow(NotDifferentiableError);
  });
});

describe('higher derivatives', () => {
  test.each([
    ['x⁴', (x: Node) => o.pow(x, 4), 1.5, [1.5 ** 4, 4 * 1.5 ** 3, 12 * 1.5 ** 2, 24 * 1.5, 24]],
    ['x² at 0', (x: Node) => o.pow(x, 2), 0, [0, 0, 2, 0]],
    ['eˣ', (x: Node) => o.exp(x), 0.5, Array.from({ length: 5 }, () => Math.exp(0.5))],
    ['ln x', (x: Node) => o.log(x), 2, [Math.log(2), 1 / 2, -1 / 4, 2 / 8]],
    [
      'sin x',
      (x: Node) => o.sin(x),
      0.7,
      [Math.sin(0.7), Math.cos(0.7), -Math.sin(0.7), -Math.cos(0.7), Math.sin(0.7)],
    ],
    ['1/x', (x: Node) => o.div(1, x), 2, [1 / 2, -1 / 4, 2 / 8, -6 / 16]],
    ['√x', (x: Node) => o.sqrt(x), 4, [2, 1 / 4, -1 / 32, 3 / 256]],
    ['tanh x', (x: Node) => o.tanh(x), 0.3, tanhDerivatives(0.3)],
    ['σ(x)', (x: Node) => o.sigmoid(x), 0.3, sigmoidDerivatives(0.3)],
    ['erf x', (x: Node) => o.erf(x), 0.5, erfDerivatives(0.5)],
    ['x·relu(x), x > 0', (x: Node) => o.mul(x, o.relu(x)), 3, [9, 6, 2, 0]],
    ['|x|³, x < 0', (x: Node) => o.mul(o.abs(x), o.mul(x, x)), -2, [8, -12, 12, -6]],
  ] as const)('of %s', async (_, f, at, expected) => {
    const received = await derivatives(f, at, expected.length - 1);
    // Constants of a graph are float32, so 2/√π is exact to 1e-7.
    for (const [i, e] of expected.entries()) expect(received[i]).toBeCloseTo(e, 6);
  });

  test('of the composites: the Hessian of ln Σ eˣ is diag(p) − p·pᵀ', async () => {
    const x = o.input('x', [3]);
    const p = o.softmax(x);
    const loss = o.softmaxCrossEntropy(x, o.constant(tensor(1, 'int32')));
    const dx = derivative(loss, x);
    const rows = [0, 1, 2].map((i) => derivative(o.sum(o.slice(dx, { axis: 0, start: i, end: i + 1 })), x));
    const expected = o.sub(o.mul(o.reshape(p, [3, 1]), o.oneHot(o.iota(3), 3)), o.mul(o.reshape(p, [3, 1]), p));
    const feeds = { x: tensor([0.5, -1, 2]) };
    const received = await run(Object.fromEntries([...rows, expected].map((r, i) => [`r${i}`, r])), feeds, precise);
    for (const [i, v] of (received['r3'] as NDArray).data.entries()) {
      expect((received[`r${Math.floor(i / 3)}`] as NDArray).data[i % 3]).toBeCloseTo(v, 12);
    }
  });

  test('of a convolution: the gradient of a gradient penalty', async () => {
    const [x, w] = [o.input('x', [1, 2, 4, 4]), o.input('w', [2, 2, 3, 3])];
    const y = o.sum(o.tanh(o.conv2d(x, w, { padding: 1, stride: 2 })));
    const dx = derivative(y, x);
    const penalty = o.sum(o.mul(dx, dx));
    const feeds = { x: values([1, 2, 4, 4], 1), w: values([2, 2, 3, 3], 2) };
    const executable = await precise.compile({ graph: graph({ penalty }), reads: [], writes: [] });
    const f = async ([at]: readonly NDArray[]): Promise<number> =>
      (await executable.run({ ...feeds, w: at as NDArray }))['penalty']?.data[0] as number;
    const numerical = await numericalGradient(f, [feeds.w], 0);
    const received = (await run({ g: derivative(penalty, w) }, feeds, precise))['g'] as NDArray;
    for (const [i, v] of numerical.data.entries()) expect(received.data[i]).toBeCloseTo(v, 5);
  });
});

describe('random functions', () => {
  const unary = [
    o.sin,
    o.tanh,
    o.sigmoid,
    o.erf,
    (a: Node): Node => o.mul(a, a),
    (a: Node): Node => o.exp(o.neg(o.mul(a, a))),
  ] as const;
  const binary = [o.add, o.sub, o.mul, (a: Node, b: Node): Node => o.div(a, o.add(o.mul(b, b), 1))] as const;
  const steps = fc.array(
    fc.tuple(fc.nat({ max: unary.length + binary.length - 1 }), fc.nat({ max: 9 }), fc.nat({ max: 9 })),
    { minLength: 2, maxLength: 12 },
  );

  test('the gradient is that of central differences', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (choices) => {
        const inputs = [o.input('x0', [2, 2]), o.input('x1', [2])];
        const nodes: Node[] = [...inputs];
        for (const [op, i, j] of choices) {
          const pick = (k: number): Node => nodes[Math.max(0, nodes.length - 1 - k)] as Node;
          const f = unary[op];
          nodes.push(
            f === undefined ? (binary[op - unary.length] as (typeof binary)[number])(pick(i), pick(j)) : f(pick(i)),
          );
        }
        const loss = o.mean(o.add(o.add(nodes.at(-1) as Node, o.mul(inputs[0] as Node, 0.5)), inputs[1] as Node));
        const feeds = [values([2, 2], 1, { low: -1, high: 1 }), values([2], 2, { low: -1, high: 1 })];
        const asFeeds = ([x0, x1]: readonly NDArray[]): Record<string, NDArray> => ({
          x0: x0 as NDArray,
          x1: x1 as NDArray,
        });
        const executable = await precise.compile({ graph: graph({ loss }), reads: [], writes: [] });
        const f = async (at: readonly NDArray[]): Promise<number> =>
          (await executable.run(asFeeds(at)))['loss']?.data[0] as number;
        const grads = gradients(loss, inputs);
        // The loss keeps both inputs in the graph, whatever the gradients need.
        const received = await run({ loss, g0: grads[0] as Node, g1: grads[1] as Node }, asFeeds(feeds), precise);
        for (const i of [0, 1]) {
          const numerical = await numericalGradient(f, feeds, i);
          for (const [k, v] of numerical.data.entries()) {
            expect(Math.abs(((received[`g${i}`] as NDArray).data[k] as number) - v)).toBeLessThanOrEqual(
              1e-5 * Math.max(1, Math.abs(v)),
            );
          }
        }
      }),
      { numRuns: 150, seed: 11 },
    );
  });
});

describe('grad and valueAndGrad', () => {
  const loss = (w: Node, x: Node): Node => o.sum(o.mul(o.mul(w, w), x));

  test('differentiate a function of tensors, compiled once a shape', async () => {
    let traced = 0;
    const f = valueAndGrad(
      (w, x) => {
        traced++;
        return loss(w as Node, x as Node);
      },
      { backend },
    );
    const { value, grads } = await f(tensor([1, 2]), tensor([3, 5]));
    expect(value.data[0]).toBe(23);
    expect(grads).toEqual([tensor([6, 20])]);
    await f(tensor([2, 2]), tensor([1, 1]));
    expect(traced).toBe(1);
    await f(tensor([2]), tensor([1]));
    expect(traced).toBe(2);
  });

  test('with respect to the chosen arguments', async () => {
    const f = valueAndGrad(loss as (...args: readonly Node[]) => Node, { backend, argnums: [1, 0] });
    expect((await f(tensor([1, 2]), tensor([3, 5]))).grads).toEqual([tensor([1, 4]), tensor([6, 20])]);
    const g = grad(loss as (...args: readonly Node[]) => Node, { backend, argnums: [1] });
    expect(await g(tensor([1, 2]), tensor([3, 5]))).toEqual(tensor([1, 4]));
  });

  test('an argument that the function does not use gets zeros', async () => {
    const f = valueAndGrad((w) => o.sum(w as Node), { backend, argnums: [0, 1] });
    expect((await f(tensor([1, 2]), tensor([3, 5, 7]))).grads).toEqual([tensor([1, 1]), tensor([0, 0, 0])]);
  });

  test('argnums beyond the arguments are refused', async () => {
    await expect(grad((w) => o.sum(w as Node), { backend, argnums: [1] })(tensor([1]))).rejects.toThrow(
      /argnums.*positions from 0 to 0/s,
    );
  });
});

function tanhDerivatives(x: number): readonly number[] {
  const t = Math.tanh(x);
  return [t, 1 - t ** 2, -2 * t * (1 - t ** 2), (6 * t ** 2 - 2) * (1 - t ** 2)];
}

function sigmoidDerivatives(x: number): readonly number[] {
  const s = 1 / (1 + Math.exp(-x));
  const d = s * (1 - s);
  return [s, d, d * (1 - 2 * s), d * (1 - 6 * s + 6 * s ** 2)];
}

function erfDerivatives(x: number): readonly number[] {
  const d = (2 / Math.sqrt(Math.PI)) * Math.exp(-(x ** 2));
  return [0.5204998778130465, d, -2 * x * d, (4 * x ** 2 - 2) * d];
}
