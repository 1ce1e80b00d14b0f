import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import {
  type Backend,
  grad,
  jit,
  jvp,
  type NDArray,
  type Node,
  NotDifferentiableError,
  ndarray,
  tensor,
  toNested,
  valueAndGrad,
  vjp,
} from '../src/public/index.ts';
import {
  add,
  avgPool2d,
  cast,
  conv2d,
  exp,
  matmul,
  maxPool2d,
  mul,
  pow,
  relu,
  softmax,
  sum,
  tanh,
} from '../src/public/ops.ts';
import { arrayOf, expectMatches, type FixtureArray, readFixture } from './_fixture.ts';
import { backend } from './_reference.ts';

type Anything = never;
type Pair = { readonly a: Node; readonly b: Node };

/** The backend, and how many of its programs were compiled and freed. */
function counted(): { readonly backend: Backend; readonly counts: { compiled: number; freed: number } } {
  const counts = { compiled: 0, freed: 0 };
  const compile: Backend['compile'] = async (...args) => {
    counts.compiled++;
    const executable = await backend.compile(...args);
    const dispose = (): void => {
      counts.freed++;
      executable.dispose();
    };
    return { ...executable, dispose };
  };
  return { backend: { ...backend, compile }, counts };
}

describe('jit', () => {
  test('runs a function of several arguments, traced once for each combination of shapes', async () => {
    const f = vi.fn((x: Node, w: Node) => tanh(matmul(x, w)));
    const { backend, counts } = counted();
    const run = jit(f, { backend });
    const w = tensor([[1], [2]]);
    expect(toNested(await run(tensor([[0, 0]]), w))).toEqual([[0]]);
    await Promise.all([run(tensor([[1, 1]]), w), run(tensor([[2, 1]]), w)]);
    expect(
      (
        await run(
          tensor([
            [0, 0],
            [0, 0],
          ]),
          w,
        )
      ).shape,
    ).toEqual([2, 1]);
    expect(f).toHaveBeenCalledTimes(2);
    expect(counts.compiled).toBe(2);
  });

  test('takes and gives records, also such as have one name', async () => {
    const run = jit(({ a, b }: Pair, c: Node) => ({ total: add(add(a, b), c), twice: mul(a, 2) }), { backend });
    const { total, twice } = await run({ a: tensor([1]), b: tensor([2]) }, tensor([3]));
    expect([toNested(total), toNested(twice)]).toEqual([[6], [2]]);
    const one = await jit((x: Node) => ({ only: mul(x, 2) }), { backend })(tensor([4]));
    expect(toNested(one.only)).toEqual([8]);
  });

  test('gives arguments back, leaves them out, and takes integers', async () => {
    expect(toNested(await jit((x) => x, { backend })(tensor([1, 2])))).toEqual([1, 2]);
    expect(toNested(await jit((_, y) => mul(y, 2), { backend })(tensor([1]), tensor([3], 'int32')))).toEqual([6]);
  });

  test('keeps as many programs as it is told, and frees the others and, with dispose, all', async () => {
    const { backend, counts } = counted();
    const run = jit((x) => mul(x, 2), { backend, maxPrograms: 2 });
    for (const n of [1, 2, 3, 1]) await run(ndarray('float32', [n], new Float32Array(n)));
    expect(counts).toEqual({ compiled: 4, freed: 2 });
    const last = run(tensor([1]));
    run.dispose();
    run.dispose();
    // What was called before ends well.
    expect(toNested(await last)).toEqual([2]);
    await new Promise((resolve) => setTimeout(resolve));
    expect(counts).toEqual({ compiled: 4, freed: 4 });
    await expect(run(tensor([1]))).rejects.toThrow(/function of jit was used after dispose/);
  });

  test.each([
    ['no function', () => jit(undefined as Anything, { backend }), /a function of tensors/],
    ['no backend', () => jit((x) => x, {} as Anything), /backend/],
    ['no programs', () => jit((x) => x, { backend, maxPrograms: 0 }), /maxPrograms/],
    ['another option', () => jit((x) => x, { backend, argnums: [0] } as Anything), /argnums/],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  test('refuses what is no array, and functions that give no tensor', async () => {
    await expect(jit((x) => x, { backend })([1] as Anything)).rejects.toThrow(/argument 0 is no array/);
    await expect(jit((() => 3) as Anything, { backend })(tensor([1]))).rejects.toThrow(/gave no tensor/);
    await expect(jit((x) => ({ a: x, b: 3 as Anything }) as Anything, { backend })(tensor([1]))).rejects.toThrow(
      /gave no tensor/,
    );
    const f = jit((x) => matmul(x, x), { backend });
    await expect(f(tensor([[1, 2]]))).rejects.toThrow(/matmul/);
    // A call that failed is not in the way of others.
    expect(toNested(await f(tensor([[2]])))).toEqual([[4]]);
  });
});

describe('grad', () => {
  test('of records has their names, and can be disposed', async () => {
    const f = ({ a, b }: Pair, c: Node): Node => sum(mul(mul(a, b), c));
    const both = valueAndGrad(f, { backend, argnums: [0, 1] });
    const args = [{ a: tensor([1, 2]), b: tensor([3, 4]) }, tensor([5, 6])] as const;
    const { value, grads } = await both(...args);
    expect(value.data[0]).toBe(15 + 48);
    expect(grads).toEqual([{ a: tensor([15, 24]), b: tensor([5, 12]) }, tensor([3, 8])]);
    const first = grad(f, { backend });
    expect(await first(...args)).toEqual({ a: tensor([15, 24]), b: tensor([5, 12]) });
    first.dispose();
    await expect(first(...args)).rejects.toThrow(/after dispose/);
  });

  test('of integers is refused with their place', async () => {
    const f = grad((x: Node, n: Node) => sum(mul(x, cast(n, 'float32'))), { backend, argnums: [1] });
    await expect(f(tensor([1]), tensor([1], 'int32'))).rejects.toThrow(/argument 1 has no gradient[\s\S]*argnums/);
  });
});

describe('products with Jacobians', () => {
  const fixture = readFixture<Readonly<Record<string, readonly FixtureArray[]>>>('products.json');
  const at = (name: string): readonly NDArray[] => (fixture[name] as readonly FixtureArray[]).map(arrayOf);
  const f = (x: Node, w: Node, b: Node) => {
    const h = add(matmul(x, w), b);
    return { first: mul(softmax(h), tanh(h)), second: sum(mul(x, x), { axes: [0] }) };
  };
  const expectAll = (received: readonly (NDArray | undefined)[], name: string): void => {
    for (const [i, expected] of (fixture[name] as readonly FixtureArray[]).entries())
      expectMatches(received[i], expected, 1e-5, `${name} ${i}`);
  };
  const [x, w, b] = at('args') as [NDArray, NDArray, NDArray];

  test('are PyTorch’s, of three arguments and two values', async () => {
    const [first, second] = at('dy') as [NDArray, NDArray];
    const pulled = await vjp(f, { backend })([x, w, b], { first, second });
    expectAll([pulled.value.first, pulled.value.second], 'value');
    expectAll(pulled.grads, 'grads');
    const pushed = await jvp(f, { backend })([x, w, b], at('tangents'));
    expectAll([pushed.value.first, pushed.value.second], 'value');
    expectAll([pushed.tangent.first, pushed.tangent.second], 'tangent');
  });

  test('of conv2d and avgPool2d: the change along a tangent is that of finite differences, and Σ dy·jvp = Σ vjp·dx', async () => {
    const g = (image: Node, filter: Node): Node => avgPool2d(relu(conv2d(image, filter)), 2);
    const filled = (shape: readonly number[], k: number): NDArray => {
      const n = shape.reduce((p, d) => p * d, 1);
      return ndarray(
        'float32',
        shape,
        Float32Array.from({ length: n }, (_, i) => Math.sin(k * (i + 1))),
      );
    };
    const args = [filled([1, 2, 7, 7], 1.3), filled([2, 2, 2, 2], 2.1)] as const;
    const moves = [filled([1, 2, 7, 7], 0.7), filled([2, 2, 2, 2], 0.9)] as const;
    const value = jit(g, { backend });
    const { tangent } = await jvp(g, { backend })(args, moves);
    const eps = 1e-3;
    const moved = (way: number): [NDArray, NDArray] =>
      args.map((a, i) => ({
        ...a,
        data: Float32Array.from(a.data, (v, k) => v + way * eps * ((moves[i] as NDArray).data[k] as number)),
      })) as unknown as [NDArray, NDArray];
    const [up, down] = [await value(...moved(1)), await value(...moved(-1))];
    for (const [i, v] of tangent.data.entries())
      expect(v).toBeCloseTo(((up.data[i] as number) - (down.data[i] as number)) / (2 * eps), 1);
    const dy = filled(tangent.shape, 0.3);
    const { grads } = await vjp(g, { backend })(args, dy);
    const dot = (p: NDArray, q: NDArray): number => [...p.data].reduce((s, v, i) => s + v * (q.data[i] as number), 0);
    expect(dot(tangent, dy)).toBeCloseTo(dot(grads[0] as NDArray, moves[0]) + dot(grads[1] as NDArray, moves[1]), 3);
  });

  test('Σ dy·jvp = Σ vjp·dx, whatever the numbers', async () => {
    const h = (t: Node): Node => mul(exp(mul(t, 0.3)), pow(add(mul(t, t), 1), 0.5));
    const [pull, push] = [vjp(h, { backend }), jvp(h, { backend })];
    const numbers = fc.array(fc.float({ min: -2, max: 2, noNaN: true }), { minLength: 3, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(numbers, numbers, numbers, async (t, dt, dy) => {
        const { grads } = await pull([tensor(t)], tensor(dy));
        const { tangent } = await push([tensor(t)], [tensor(dt)]);
        const left = dy.reduce((s, v, i) => s + v * (tangent.data[i] as number), 0);
        expect(left).toBeCloseTo(
          dt.reduce((s, v, i) => s + v * (grads[0]?.data[i] as number), 0),
          3,
        );
      }),
      { numRuns: 25 },
    );
  });

  test('through an op without a second derivative, jvp says which', async () => {
    const pool = (t: Node): Node => maxPool2d(t, 2);
    const image = ndarray('float32', [1, 1, 2, 2], Float32Array.of(1, 4, 2, 3));
    const one = ndarray('float32', [1, 1, 1, 1], Float32Array.of(1));
    expect((await vjp(pool, { backend })([image], one)).grads[0]?.data).toEqual(Float32Array.of(0, 1, 0, 0));
    await expect(jvp(pool, { backend })([image], [image])).rejects.toThrow(/maxPool2dGrad has no gradient rule/);
  });

  test('with respect to some arguments, such as those that are no integers', async () => {
    const k = (t: Node, n: Node): Node => mul(t, cast(n, 'float32'));
    const [t, n] = [tensor([1, 2]), tensor([3, 4], 'int32')];
    expect((await vjp(k, { backend, argnums: [0] })([t, n], tensor([1, 10]))).grads).toEqual([tensor([3, 40])]);
    expect((await jvp(k, { backend, argnums: [0] })([t, n], [tensor([1, 10])])).tangent).toEqual(tensor([3, 40]));
    await expect(vjp(k, { backend })([t, n], tensor([1, 10]))).rejects.toThrow(NotDifferentiableError);
  });

  test('of rank 0, of the argument itself, and of what does not depend on it', async () => {
    expect((await jvp((t) => sum(mul(t, t)), { backend })([tensor([1, 2])], [tensor([1, 1])])).tangent).toEqual(
      tensor(6),
    );
    expect((await jvp((t) => t, { backend })([tensor([1, 2])], [tensor([3, 4])])).tangent).toEqual(tensor([3, 4]));
    const constant = await jvp((_, u) => u, { backend, argnums: [0] })([tensor([1]), tensor([2, 2])], [tensor([1])]);
    expect(constant.tangent).toEqual(tensor([0, 0]));
  });

  test('refuse what does not fit', async () => {
    const [pull, push] = [vjp(f, { backend }), jvp(f, { backend })];
    await expect(pull([x, w, b], { first: x, second: x })).rejects.toThrow(/dy does not fit the value/);
    await expect(pull([x, w, b], x as Anything)).rejects.toThrow(/dy does not fit the value/);
    await expect(pull(x as Anything, x as Anything)).rejects.toThrow(/arguments are a list/);
    await expect(push([x, w, b], [x, w])).rejects.toThrow(/a tangent for each argument/);
    await expect(push([x, w, b], [x, w, w])).rejects.toThrow(/tangent 2 does not fit its argument/);
    const whole = vjp((t) => cast(t, 'int32'), { backend });
    await expect(whole([x], x)).rejects.toThrow(/the value has no gradient/);
    expect(() => vjp(f, { backend, argnums: 0 as Anything })).toThrow(/list of positions/);
    pull.dispose();
    await expect(pull([x, w, b], { first: x, second: x })).rejects.toThrow(/function of vjp was used after dispose/);
  });
});
