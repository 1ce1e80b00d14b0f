import { describe, expect, test } from 'vitest';
import { gradients } from '../src/autodiff/gradients.ts';
import { isForAnyBatch } from '../src/model/any-batch.ts';
import { optimize } from '../src/passes/optimize.ts';
import { graph, type NDArray, type Node, printGraph, verify } from '../src/public/backend.ts';
import { DTypeError, DYNAMIC, grad, jit, jvp, ShapeError, tensor, toNested, ValueError } from '../src/public/index.ts';
import {
  add,
  cast,
  concat,
  constant,
  draw,
  greater,
  input,
  iota,
  matmul,
  mul,
  relu,
  reshape,
  scan,
  sigmoid,
  slice,
  softmax,
  split,
  sub,
  sum,
  tanh,
  where,
} from '../src/public/ops.ts';
import { gradCheck, largestDifference, values } from '../src/public/testing.ts';
import { backend, float, numbersOf, precise, run } from './_reference.ts';

type State = { readonly h: Node; readonly c: Node };

/** A cell with two states (Hochreiter and Schmidhuber 1997). */
function cell({ h, c }: State, x: Node, w: Node): State {
  const [i, f, g, o] = split(add(matmul(h, w), x), [3, 3, 3, 3], 1) as [Node, Node, Node, Node];
  const next = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(g)));
  return { h: mul(sigmoid(o), tanh(next)), c: next };
}

const looped = (init: State, x: Node, w: Node): { h: Node; c: Node; hs: Node } => {
  const { carry, ys } = scan(init, x, (state: State, now: Node) => {
    const next = cell(state, now, w);
    return { carry: next, y: next.h };
  });
  return { ...carry, hs: ys };
};

const unrolled = (init: State, x: Node, w: Node): { h: Node; c: Node; hs: Node } => {
  const [time, batch, width] = x.type.shape as [number, number, number];
  let state = init;
  const hs: Node[] = [];
  for (let t = 0; t < time; t++) {
    state = cell(state, reshape(slice(x, { axis: 0, start: t, end: t + 1 }), [batch, width]), w);
    hs.push(reshape(state.h, [1, batch, 3]));
  }
  return { ...state, hs: concat(hs) };
};

const operands = { h: values([2, 3], 1), c: values([2, 3], 2), x: values([5, 2, 12], 3), w: values([3, 12], 4) };

function close(a: NDArray | undefined, b: NDArray | undefined, tolerance = 1e-10): void {
  expect(largestDifference(a as NDArray, b as NDArray)).toBeLessThan(tolerance);
}

describe('scan', () => {
  test('gives the numbers, gradients and second gradients of the same loop in JavaScript', async () => {
    const outputs = (f: typeof looped): Record<string, Node> => {
      const [h, c, x, w] = [input('h', [2, 3]), input('c', [2, 3]), input('x', [5, 2, 12]), input('w', [3, 12])];
      const { h: last, c: memory, hs } = f({ h, c }, x, w);
      const loss = add(add(sum(mul(hs, hs)), sum(mul(last, memory))), sum(memory));
      const first = gradients(loss, [h, c, x, w]);
      const norm = first.map((g) => sum(mul(g, g))).reduce((a, b) => add(a, b));
      const second = gradients(norm, [h, c, x, w]);
      return {
        loss,
        ...Object.fromEntries(first.map((g, i) => [`g${i}`, g])),
        ...Object.fromEntries(second.map((g, i) => [`h${i}`, g])),
      };
    };
    const own = await run(outputs(looped), operands, precise);
    const other = await run(outputs(unrolled), operands, precise);
    for (const name of Object.keys(other)) close(own[name], other[name], 1e-9);
  });

  test('a weight gradient is one product over all steps, and the loop backward multiplies once a step', () => {
    const [h, x, w] = [input('h', [2, 3]), input('x', [5, 2, 3]), input('w', [3, 3])];
    const { ys } = scan(h, x, (state: Node, now: Node) => {
      const next = tanh(add(matmul(state, w), now));
      return { carry: next, y: next };
    });
    const g = optimize(graph({ w: gradients(sum(ys), [w])[0] as Node }), () => false);
    verify(g);
    expect(g.nodes.filter((n) => n.op.name === 'matmul').map((n) => n.inputs[0]?.type.shape)).toEqual([[10, 3]]);
    const bodies = new Set(g.nodes.flatMap((n) => n.op.body?.(n.attrs) ?? []));
    expect([...bodies].map(({ nodes }) => nodes.filter((n) => n.op.name === 'matmul').length)).toEqual([1, 1]);
    expect(printGraph(g)).toMatch(/%\d+ = scan\(.*result=\{each=%\d+\.\d+\}\) float32\[5, 2, 3\]\n {2}%\d+\.0 = /);
  });

  test('records of states and entries keep their names; the step sees what stands outside', async () => {
    const f = jit(
      ({ a, b }: { a: Node; b: Node }, scale: Node) => {
        const { carry, ys } = scan({ total: float(0), count: float(0) }, { a, b }, (state, now) => ({
          carry: { total: add(state.total, mul(now.a, scale)), count: add(state.count, 1) },
          y: { product: mul(now.a, now.b), before: state.total },
        }));
        return { ...carry, ...ys };
      },
      { backend },
    );
    const found = await f({ a: tensor([1, 2, 3]), b: tensor([4, 5, 6]) }, tensor(10));
    expect(Object.fromEntries(Object.entries(found).map(([name, x]) => [name, toNested(x)]))).toEqual({
      total: 60,
      count: 3,
      product: [4, 10, 18],
      before: [0, 10, 30],
    });
  });

  test('is differentiated and pushed forward in functions of users', async () => {
    const product = (x: Node): Node => scan(float(1), x, (p: Node, now: Node) => ({ carry: mul(p, now) })).carry;
    expect(toNested(await grad(product, { backend })(tensor([2, 3, 4])))).toEqual([12, 8, 6]);
    const { tangent } = await jvp(product, { backend })([tensor([2, 3, 4])], [tensor([1, 0, 1])]);
    expect(toNested(tangent)).toBe(18);
  });

  test('kinks, booleans, softmax and whole numbers in a step have gradients', async () => {
    const f = (x: Node, w: Node): Node => {
      const { carry, ys } = scan(
        { h: float([0.3, -0.4]), n: constant(tensor(0, 'int32')) },
        { x, mask: constant(tensor([true, false, true], 'bool')) },
        ({ h, n }, now) => {
          const next = relu(add(mul(softmax(h, { axis: 0 }), now.x), mul(w, cast(n, 'float32'))));
          return {
            carry: { h: where(now.mask, next, h), n: add(n, constant(tensor(1, 'int32'))) },
            y: where(greater(next, 0.1), next, sub(h, now.x)),
          };
        },
      );
      return add(sum(mul(ys, ys)), sum(carry.h));
    };
    expect((await gradCheck(f, [values([3, 2], 5), values([2], 6)])).checked).toBe(8);
  });

  test('loops in loops', async () => {
    const f = (x: Node, w: Node): Node => {
      const { carry } = scan(float(0.1), x, (outer: Node, row: Node) => {
        const inner = scan(outer, row, (s: Node, v: Node) => ({ carry: tanh(add(mul(s, w), mul(v, outer))), y: s }));
        return { carry: add(inner.carry, mul(sum(inner.ys), 0.1)) };
      });
      return mul(carry, carry);
    };
    expect((await gradCheck(f, [values([3, 2], 7), values([], 8)])).checked).toBe(7);
  });

  test('what does not depend on the step is computed once, draws among it', () => {
    const mask = draw('mask', { kind: 'uniform', low: 0, high: 1 }, [3]);
    const { ys } = scan(input('h', [3]), input('x', [4, 3]), (h: Node, x: Node) => ({
      carry: mul(h, tanh(mask)),
      y: add(x, h),
    }));
    const names = graph({ ys }).nodes.map((n) => n.op.name);
    expect(names).toEqual(['input', 'input', 'draw', 'tanh', 'scan']);
  });

  test('NaN flows on, and through a gradient', async () => {
    const total = (x: Node): Node => scan(float(0), x, (s: Node, v: Node) => ({ carry: add(s, mul(v, v)) })).carry;
    expect(await numbersOf(total(float([1, Number.NaN])))).toBeNaN();
    const found = await grad(total, { backend })(tensor([1, Number.NaN]));
    expect(toNested(found)).toEqual([2, Number.NaN]);
  });

  test('steps, or what a step sees, may be as many as come in', async () => {
    const running = (x: Node): Node => scan(float([0, 0]), x, (s: Node, v: Node) => ({ carry: add(s, v), y: s })).ys;
    const x = input('x', [DYNAMIC, 2]);
    const open = { y: running(x) };
    for (const rows of [0, 1, 3]) {
      const given = { dtype: 'float32', shape: [rows, 2], data: new Float32Array(2 * rows).fill(1) } as const;
      const { y } = await run(open, { x: given });
      expect(y?.shape).toEqual([rows, 2]);
      if (rows > 0) expect(y?.data.at(-1)).toBe(rows - 1);
    }
    const batch = input('x', [3, DYNAMIC]);
    const zeros = sub(
      reshape(slice(batch, { axis: 0, end: 1 }), [DYNAMIC]),
      reshape(slice(batch, { axis: 0, end: 1 }), [DYNAMIC]),
    );
    const { carry } = scan(zeros, batch, (s: Node, v: Node) => ({ carry: add(s, v) }));
    expect(
      toNested(
        (
          await run(
            { carry },
            {
              x: tensor([
                [1, 2],
                [3, 4],
                [5, 6],
              ]),
            },
          )
        )['carry'] as NDArray,
      ),
    ).toEqual([9, 12]);
    const g = (n: number) => graph({ y: running(input('x', [n, 2])) });
    expect(isForAnyBatch(g(DYNAMIC), g(7), 7)).toBe(true);
  });

  test('refuses what is no loop, by name', () => {
    const [h, x] = [input('h', [2]), input('x', [3, 2])];
    const step = (s: Node, v: Node): { carry: Node } => ({ carry: add(s, v) });
    expect(() => scan(h, x, ((s: Node) => s) as never)).toThrow(/gave no state[\s\S]*\{ carry, y \}/);
    expect(() => scan(h, x, (async () => ({ carry: h })) as never)).toThrow(/cannot be asynchronous/);
    expect(() => scan(h, x, (() => ({ carry: h, ys: h })) as never)).toThrow(ValueError);
    expect(() => scan(h, x, (s: Node, v: Node) => ({ carry: sum(add(s, v)) }))).toThrow(
      /changes the type of the state/,
    );
    expect(() => scan({ h }, x, (() => ({ carry: h })) as never)).toThrow(ShapeError);
    expect(() => scan(h, { x, y: input('y', [4]) }, ((s: Node) => ({ carry: s })) as never)).toThrow(/as many entries/);
    expect(() => scan(h, {} as never, step as never)).toThrow(ShapeError);
    expect(() => scan(h, input('n', []), step)).toThrow(ShapeError);
    expect(() => scan(input('b', [2], 'bool'), x, ((s: Node) => ({ carry: s })) as never)).toThrow(DTypeError);
    expect(() => scan(h, x, (s: Node) => ({ carry: s, y: greater(s, 0) }))).toThrow(DTypeError);
    expect(() => scan(h, x, step, { revers: true } as never)).toThrow(/reverse/);
    expect(() => scan(h, x, step, { reverse: 1 } as never)).toThrow(ValueError);
    expect(() => scan(h, undefined as never, step)).toThrow(ValueError);
    expect(() => scan(h, iota(3), 5 as never)).toThrow(ValueError);
  });
});
