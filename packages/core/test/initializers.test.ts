import { describe, expect, test } from 'vitest';
import * as d from '../src/public/index.ts';
import { key } from '../src/public/random.ts';

/** The matrix that PyTorch makes of a shape: the first axis, and all others as one. */
function rowsOf(data: Float32Array, shape: d.Shape): readonly Float32Array[] {
  const columns = data.length / (shape[0] as number);
  return Array.from({ length: shape[0] as number }, (_, i) => data.subarray(i * columns, (i + 1) * columns));
}

const transposed = (rows: readonly Float32Array[]): readonly Float32Array[] =>
  Array.from(rows[0] as Float32Array, (_, j) => Float32Array.from(rows, (row) => row[j] as number));

describe('orthogonal', () => {
  const SHAPES = [
    [1, 1],
    [1, 9],
    [9, 1],
    [6, 6],
    [3, 7],
    [7, 3],
    [4, 3, 2, 2],
    [20, 2, 3, 3],
    [60, 80],
  ];

  test.each(SHAPES.flatMap((shape) => [1, 1.7].map((gain) => [shape, gain] as const)))(
    '[%s], gain %d',
    (shape, gain) => {
      for (const seed of [1, 2, 3]) {
        const rows = rowsOf(d.orthogonal({ gain })(key(seed), shape), shape);
        const vectors = rows.length <= (rows[0] as Float32Array).length ? rows : transposed(rows);
        for (const [i, a] of vectors.entries()) {
          for (const [j, b] of vectors.entries()) {
            const dot = a.reduce((sum, v, k) => sum + v * (b[k] as number), 0);
            expect(Math.abs(dot - (i === j ? gain * gain : 0))).toBeLessThan(1e-5);
          }
        }
      }
    },
  );

  test('is uniform among rotations and reflections', () => {
    // The first number of a uniform unit vector of two is the cosine of a uniform angle: mean 0, mean square 1/2. Half have determinant −1.
    const drawn = Array.from({ length: 4000 }, (_, seed) => d.orthogonal()(key(seed), [2, 2]));
    const mean = (f: (q: Float32Array) => number): number => drawn.reduce((sum, q) => sum + f(q), 0) / drawn.length;
    for (let i = 0; i < 4; i++) {
      expect(Math.abs(mean((q) => q[i] as number))).toBeLessThan(0.04);
      expect(mean((q) => (q[i] as number) ** 2)).toBeCloseTo(0.5, 1);
    }
    const [a, b, c, e] = [0, 1, 2, 3];
    expect(
      Math.abs(mean((q) => (q[a!] as number) * (q[e!] as number) - (q[b!] as number) * (q[c!] as number))),
    ).toBeLessThan(0.06);
  });

  test('has the same numbers for the same seed, others for another, and none for nothing', () => {
    const draw = (seed: number): Float32Array => d.orthogonal()(key(seed), [4, 5]);
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(d.orthogonal()(key(1), [0, 3])).toHaveLength(0);
    expect(d.orthogonal()(key(1), [3, 0])).toHaveLength(0);
  });
});

describe('truncatedNormal', () => {
  const CASES: readonly d.TruncatedNormalOptions[] = [
    {},
    { std: 0.02 },
    { mean: 1, std: 2, a: 0, b: 1.5 },
    { mean: -0.5, std: 0.3, a: -0.4, b: 2 },
    { mean: 0, std: 1, a: 1, b: 4 },
    { mean: 0, std: 1, a: -4.5, b: -3.5 },
  ];

  test.each(CASES.map((c) => [JSON.stringify(c), c] as const))('%s', (_, options) => {
    const { mean = 0, std = 1, a = -2, b = 2 } = options;
    const drawn = d.truncatedNormal(options)(key(7), [200, 500]);
    // Moments of the density between the bounds, by sums over a fine grid.
    const grid = Array.from({ length: 200_000 }, (_, i) => a + ((b - a) * (i + 0.5)) / 200_000);
    const weights = grid.map((x) => Math.exp(-(((x - mean) / std) ** 2) / 2));
    const total = weights.reduce((sum, w) => sum + w, 0);
    const expected = (f: (x: number) => number): number =>
      grid.reduce((sum, x, i) => sum + f(x) * (weights[i] as number), 0) / total;
    const received = (f: (x: number) => number): number => drawn.reduce((sum, x) => sum + f(x), 0) / drawn.length;
    const center = expected((x) => x);
    const spread = Math.sqrt(expected((x) => (x - center) ** 2));
    expect(Math.abs(received((x) => x) - center) / spread).toBeLessThan(0.015);
    for (const power of [2, 3, 4]) {
      const moment = (x: number): number => ((x - center) / spread) ** power;
      expect(Math.abs(received(moment) - expected(moment))).toBeLessThan(power === 4 ? 0.12 : 0.05);
    }
    expect(drawn.every((x) => x >= Math.fround(a) && x <= Math.fround(b))).toBe(true);
  });

  test('follows from the seed', () => {
    const draw = (seed: number): Float32Array => d.truncatedNormal()(key(seed), [9]);
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });
});

test.each([
  [
    [3, 3],
    [1, 0, 0, 0, 1, 0, 0, 0, 1],
  ],
  [
    [2, 3],
    [1, 0, 0, 0, 1, 0],
  ],
  [
    [3, 2],
    [1, 0, 0, 1, 0, 0],
  ],
  [
    [1, 2],
    [1, 0],
  ],
])('identityInit of %j', (shape, expected) => {
  expect([...d.identityInit(key(0), shape)]).toEqual(expected);
});

test.each([
  // Positions of the ones, by torch.nn.init.dirac_.
  [[2, 2, 3], {}, [1, 10]],
  [[2, 3, 2, 2], {}, [3, 19]],
  [[4, 2, 3, 3], { groups: 2 }, [4, 31, 40, 67]],
  [[3, 1, 2, 2, 2], {}, [7]],
  [[4, 1, 1], { groups: 4 }, [0, 1, 2, 3]],
])('diracInit of %j, %j', (shape, options, ones) => {
  const data = d.diracInit(options)(key(0), shape);
  expect([...data.keys()].filter((i) => data[i] !== 0)).toEqual(ones);
  expect(data.reduce((a, b) => a + b, 0)).toBe(ones.length);
});

test.each([
  [[10, 4], 0.25, 3],
  [[7, 5], 0.1, 1],
  [[1, 6], 0.5, 1],
  [[6, 1], 0, 0],
  [[5, 3], 1, 5],
])('sparseInit of %j with sparsity %d has %d zeros in each column', (shape, sparsity, count) => {
  const rows = rowsOf(d.sparseInit({ sparsity })(key(3), shape), shape);
  for (const column of transposed(rows)) expect(column.filter((v) => v === 0)).toHaveLength(count);
});

test('sparseInit draws the rest, and its rows, from the seed', () => {
  const drawn = d.sparseInit({ sparsity: 0.5, std: 2 })(key(1), [400, 100]);
  const others = drawn.filter((v) => v !== 0);
  expect(Math.sqrt(others.reduce((sum, v) => sum + v * v, 0) / others.length)).toBeCloseTo(2, 1);
  expect(d.sparseInit({ sparsity: 0.5 })(key(1), [9, 9])).toEqual(d.sparseInit({ sparsity: 0.5 })(key(1), [9, 9]));
  const zeros = transposed(rowsOf(drawn, [400, 100])).map((column) => column.map((v) => (v === 0 ? 1 : 0)).join(''));
  expect(new Set(zeros).size).toBe(100);
});

test('gains are those of torch.nn.init.calculate_gain', () => {
  expect(d.calculateGain('linear')).toBe(1);
  expect(d.calculateGain('sigmoid')).toBe(1);
  expect(d.calculateGain('tanh')).toBeCloseTo(1.6666666666666667, 15);
  expect(d.calculateGain('relu')).toBeCloseTo(1.4142135623730951, 15);
  expect(d.calculateGain('leakyRelu')).toBeCloseTo(1.4141428569978354, 15);
  expect(d.calculateGain('leakyRelu', 0.2)).toBeCloseTo(1.3867504905630728, 15);
  expect(d.calculateGain('selu')).toBe(0.75);
});

const refused: Readonly<Record<string, readonly [() => unknown, RegExp]>> = {
  'orthogonal of a vector': [() => d.orthogonal()(key(0), [4]), /at least 2 axes/],
  'a gain of NaN': [() => d.orthogonal({ gain: Number.NaN }), /orthogonal was given an invalid gain/],
  'a gain that is no option': [() => d.orthogonal(2 as never), /options as one object/],
  'a deviation of 0': [() => d.truncatedNormal({ std: 0 }), /more than 0/],
  'bounds the other way round': [() => d.truncatedNormal({ a: 2, b: -2 }), /truncatedNormal was given an invalid b/],
  'bounds far from the mean': [() => d.truncatedNormal({ mean: 10, std: 0.1 }), /next to nothing between its bounds/],
  'identityInit of a vector': [() => d.identityInit(key(0), [4]), /2 axes/],
  'identityInit of a convolution': [() => d.identityInit(key(0), [4, 4, 3, 3]), /2 axes/],
  'diracInit of a matrix': [() => d.diracInit()(key(0), [4, 4]), /3 to 5 axes/],
  'groups that do not divide': [() => d.diracInit({ groups: 3 })(key(0), [4, 1, 3]), /a divisor of 4/],
  'a sparsity of more than all': [() => d.sparseInit({ sparsity: 1.5 }), /at most 1/],
  'no sparsity': [() => d.sparseInit({} as never), /invalid sparsity/],
  'sparseInit of a convolution': [() => d.sparseInit({ sparsity: 0.5 })(key(0), [4, 4, 3]), /2 axes/],
  'an unknown activation': [() => d.calculateGain('gelu' as never), /'linear', 'sigmoid'/],
  'a slope beside relu': [() => d.calculateGain('relu', 0.1), /'relu' has no slope/],
};

test.each(Object.entries(refused))('%s is refused', (_, [make, message]) => {
  expect(make).toThrow(message);
  expect(make).toThrow(d.DescentError);
});
