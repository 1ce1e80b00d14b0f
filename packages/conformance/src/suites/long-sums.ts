import { type Backend, DescentError, gradients, type NDArray, ndarray, type Shape } from '@descent/core';
import { graph, type Node, numel } from '@descent/core/backend';
import { add, input, mean, mul, softmax, sum } from '@descent/core/ops';
import { evaluate } from '../compare.ts';
import type { ConformanceTest } from '../test-case.ts';

/** Relative to the sum of the magnitudes. Adding one float32 after the other is off by 1e-2 after some 1e6 elements. */
const LIMIT = 3e-6;

type Values = (i: number) => number;

const VALUES: Readonly<Record<string, Values>> = {
  ones: () => 1,
  tenths: () => Math.fround(0.1),
  'large numbers that nearly cancel': (i) => (i % 2 === 0 ? 1000 : Math.fround(-999.9)),
};

/** Every way in which the `n` elements that are added can lie in memory; all shapes have three axes. */
function layouts(n: number): Readonly<Record<string, readonly [shape: Shape, axes: readonly number[]]>> {
  const side = Math.ceil(Math.sqrt(n / 2));
  return {
    'all elements': [
      [1, n, 1],
      [0, 1, 2],
    ],
    rows: [[2, n, 1], [1]],
    columns: [[1, n, 3], [1]],
    'a middle axis': [[2, n, 2], [1]],
    'the outer and the inner axis, as batch normalization does': [
      [side, 3, 2 * side],
      [0, 2],
    ],
    'an axis whose size is a prime': [[1, primeFrom(n), 2], [1]],
  };
}

/** Sums of about `n` elements, and what is made of them, to nearly the digits that float32 has. */
export function longSumTests(n: number = 100_000): readonly ConformanceTest[] {
  const sums = Object.entries(layouts(n)).flatMap(([layout, [shape, axes]]) =>
    Object.entries(VALUES).map(([what, value]) => ({
      name: `long sums/${what} along ${layout}`,
      run: (backend: Backend) => expectSums(backend, shape, axes, value),
    })),
  );
  const rest: Readonly<Record<string, (backend: Backend) => Promise<void>>> = {
    'the gradient of a bias': (backend) => expectBiasGradient(backend, n),
    'the shares of a long softmax': (backend) => expectSoftmax(backend, n),
  };
  return [...sums, ...Object.entries(rest).map(([name, run]) => ({ name: `long sums/${name}`, run }))];
}

async function expectSums(backend: Backend, shape: Shape, axes: readonly number[], value: Values): Promise<void> {
  const x = filled(shape, value);
  const node = input('x', shape);
  const outputs = { total: sum(node, { axes }), average: mean(node, { axes }) };
  const { total, average } = await evaluate(backend, graph(outputs), { x });
  const groups = grouped(x, axes);
  for (const [i, { exact, magnitude, count }] of groups.entries()) {
    expectNear('the sum', (total as NDArray).data[i], exact, magnitude);
    expectNear('the mean', (average as NDArray).data[i], exact / count, magnitude / count);
  }
}

/** `d/db Σ (x + b)·x`, whose entries are the sums of the columns of x. */
async function expectBiasGradient(backend: Backend, n: number): Promise<void> {
  const shape = [n, 3];
  const [x, bias] = [input('x', shape), input('bias', [3])] as [Node, Node];
  const [g] = gradients(sum(mul(add(x, bias), x)), [bias]) as [Node];
  const feeds = { x: filled(shape, () => Math.fround(0.1)), bias: filled([3], () => 1) };
  const { g: got } = await evaluate(backend, graph({ g }), feeds);
  for (const v of (got as NDArray).data) expectNear('the gradient', v, n * Math.fround(0.1), n * 0.1);
}

async function expectSoftmax(backend: Backend, n: number): Promise<void> {
  const { y } = await evaluate(backend, graph({ y: softmax(input('x', [1, n])) }), { x: filled([1, n], () => 0.3) });
  for (const v of (y as NDArray).data) expectNear('the share', v, 1 / n, 1 / n);
}

interface Group {
  exact: number;
  magnitude: number;
  count: number;
}

/** The sums over `axes` in float64, in the order of the result. */
function grouped({ shape, data }: NDArray, axes: readonly number[]): readonly Group[] {
  const [, middle, inner] = shape as readonly [number, number, number];
  const kept = shape.map((d, axis) => (axes.includes(axis) ? 1 : d)) as [number, number, number];
  const groups = Array.from({ length: numel(kept) }, (): Group => ({ exact: 0, magnitude: 0, count: 0 }));
  for (let i = 0; i < data.length; i++) {
    const at = [Math.floor(i / (middle * inner)), Math.floor(i / inner) % middle, i % inner] as const;
    const group = groups[((at[0] % kept[0]) * kept[1] + (at[1] % kept[1])) * kept[2] + (at[2] % kept[2])] as Group;
    group.exact += data[i] as number;
    group.magnitude += Math.abs(data[i] as number);
    group.count++;
  }
  return groups;
}

function expectNear(what: string, received: number | undefined, exact: number, magnitude: number): void {
  if (Math.abs((received ?? Number.NaN) - exact) <= LIMIT * magnitude) return;
  throw new DescentError(`${what} is off by more than ${LIMIT} of what is added`, {
    received: String(received),
    expected: String(exact),
  });
}

function filled(shape: Shape, value: Values): NDArray {
  const data = new Float32Array(numel(shape));
  for (let i = 0; i < data.length; i++) data[i] = value(i);
  return ndarray('float32', shape, data);
}

function primeFrom(n: number): number {
  const isPrime = (p: number): boolean => {
    for (let d = 2; d * d <= p; d++) if (p % d === 0) return false;
    return true;
  };
  let p = n;
  while (!isPrime(p)) p++;
  return p;
}
