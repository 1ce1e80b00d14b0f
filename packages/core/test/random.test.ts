import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bernoulli,
  bits,
  fold,
  type Key,
  key,
  normal,
  permutation,
  randint,
  split,
  threefry2x32,
  uniform,
} from '../src/public/random.ts';
import { log, normalQuantile } from '../src/random/normal-quantile.ts';

const N = 100_000;

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, v) => sum + v, 0) / values.length;
}

function variance(values: ArrayLike<number>): number {
  const m = mean(values);
  return mean(Array.from(values, (v) => (v - m) ** 2));
}

function filled<T>(out: T, fill: (out: T) => void): T {
  fill(out);
  return out;
}

/** Pearson's statistic of counts that should be equal. */
function chiSquare(counts: ArrayLike<number>): number {
  const expected = Array.from(counts).reduce((a, b) => a + b, 0) / counts.length;
  return Array.from(counts).reduce((sum, c) => sum + (c - expected) ** 2 / expected, 0);
}

function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [ma, mb] = [mean(a), mean(b)];
  const products = Array.from(a, (v, i) => (v - ma) * ((b[i] as number) - mb));
  return mean(products) / Math.sqrt(variance(a) * variance(b));
}

describe('threefry2x32', () => {
  test.each<{ k: Key; c: readonly [number, number]; block: readonly [number, number] }>([
    { k: [0, 0], c: [0, 0], block: [0x6b200159, 0x99ba4efe] },
    { k: [0xffffffff, 0xffffffff], c: [0xffffffff, 0xffffffff], block: [0x1cb996fc, 0xbb002be7] },
    { k: [0x13198a2e, 0x03707344], c: [0x243f6a88, 0x85a308d3], block: [0xc4923a9c, 0x483df7a0] },
  ])('gives the published block for key $k, counter $c', ({ k, c, block }) => {
    expect(threefry2x32(k, c[0], c[1])).toEqual(block);
  });
});

describe('keys', () => {
  test('every seed has its own key, negative and beyond 32 bits too', () => {
    const seeds = [
      0,
      1,
      -1,
      2 ** 31,
      2 ** 32,
      2 ** 32 + 1,
      -(2 ** 32),
      Number.MAX_SAFE_INTEGER,
      Number.MIN_SAFE_INTEGER,
    ];
    const keys = seeds.map((seed) => key(seed).join());
    expect(new Set(keys).size).toBe(seeds.length);
    expect(key(2 ** 32 + 7)).toEqual([1, 7]);
  });

  test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('key(%s) is refused', (seed) => {
    expect(() => key(seed)).toThrow(`received: ${seed}`);
    expect(() => fold(key(0), seed)).toThrow('a safe integer');
  });

  test('split gives distinct keys, and the first do not depend on how many', () => {
    const keys = split(key(1), 1000);
    expect(new Set(keys.map((k) => k.join())).size).toBe(1000);
    expect(split(key(1), 7)).toEqual(keys.slice(0, 7));
    expect(split(key(1), 0)).toEqual([]);
    expect(() => split(key(1), -1)).toThrow('an integer from 0');
  });

  test('fold tells numbers, labels and their neighbours apart', () => {
    const data = [
      0,
      1,
      -1,
      5,
      2 ** 32,
      2 ** 33,
      -(2 ** 32),
      '',
      '5',
      'a',
      'b',
      'ab',
      'ba',
      'a\0',
      'abc',
      'shuffle',
      'größe',
      '乱',
    ];
    const keys = data.map((d) => fold(key(3), d).join());
    expect(new Set(keys).size).toBe(data.length);
    expect(fold(key(3), 'shuffle')).toEqual(fold(key(3), 'shuffle'));
    expect(fold(key(3), 'shuffle')).not.toEqual(fold(key(4), 'shuffle'));
  });

  test('draws, splits and folds of one key share no block', () => {
    const k = key(9);
    const draws = new Uint32Array(64);
    bits(k, draws);
    const seen = new Set<string>();
    for (let i = 0; i < 64; i += 2) seen.add(`${draws[i]},${draws[i + 1]}`);
    for (const child of split(k, 32)) seen.add(child.join());
    for (let i = 0; i < 32; i++) seen.add(fold(k, i).join());
    expect(seen.size).toBe(96);
  });

  test('sibling streams, and neighbours in one stream, are uncorrelated', () => {
    const [a, b] = split(key(11), 2).map((k) => {
      const out = new Float32Array(N);
      uniform(k, out);
      return out;
    }) as [Float32Array, Float32Array];
    const limit = 4 / Math.sqrt(N);
    expect(Math.abs(correlation(a, b))).toBeLessThan(limit);
    expect(Math.abs(correlation(a.subarray(1), a.subarray(0, N - 1)))).toBeLessThan(limit);
    expect(Math.abs(correlation(a.subarray(2), a.subarray(0, N - 2)))).toBeLessThan(limit);
  });
});

describe('fills', () => {
  const fills: Readonly<Record<string, (k: Key, n: number) => ArrayLike<number>>> = {
    bits: (k, n) => filled(new Uint32Array(n), (out) => bits(k, out)),
    uniform: (k, n) => filled(new Float32Array(n), (out) => uniform(k, out, -2, 3)),
    normal: (k, n) => filled(new Float32Array(n), (out) => normal(k, out, 1, 2)),
    bernoulli: (k, n) => filled(new Uint8Array(n), (out) => bernoulli(k, out, 0.3)),
    // A range whose last multiple is far from 2^32, so that a quarter of the words is rejected.
    randint: (k, n) => filled(new Int32Array(n), (out) => randint(k, out, -(2 ** 31), 2 ** 30)),
  };

  test.each(Object.keys(fills))('%s: a shorter fill is a prefix of a longer one', (name) => {
    const fill = fills[name] as (typeof fills)[string];
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.nat(2100), fc.nat(2100), (seed, a, b) => {
        const short = Array.from(fill(key(seed), Math.min(a, b)));
        expect(Array.from(fill(key(seed), Math.max(a, b))).slice(0, short.length)).toEqual(short);
      }),
      { numRuns: 40 },
    );
  });

  test('a fill writes nothing outside its view', () => {
    const whole = new Float32Array(16).fill(7);
    normal(key(1), whole.subarray(3, 10));
    expect([whole[2], whole[10]]).toEqual([7, 7]);
    expect(Array.from(whole.subarray(3, 10))).toEqual(
      Array.from(filled(new Float32Array(7), (out) => normal(key(1), out))),
    );
  });

  test('bits: every bit is set half of the time', () => {
    const words = filled(new Uint32Array(N), (out) => bits(key(5), out));
    for (let bit = 0; bit < 32; bit++) {
      const share = words.reduce((ones, w) => ones + ((w >>> bit) & 1), 0) / N;
      expect(Math.abs(share - 0.5)).toBeLessThan(4.5 * Math.sqrt(0.25 / N));
    }
  });

  test('uniform: mean, variance and 100 equal bins', () => {
    const values = filled(new Float32Array(N), (out) => uniform(key(6), out));
    expect(Math.abs(mean(values) - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / N));
    expect(Math.abs(variance(values) - 1 / 12)).toBeLessThan(0.001);
    const bins = new Uint32Array(100);
    for (const v of values) bins[Math.floor(v * 100)] = (bins[Math.floor(v * 100)] as number) + 1;
    // 99 degrees of freedom: the 0.1 % and 99.9 % points are 61 and 149.
    expect(chiSquare(bins)).toBeGreaterThan(61);
    expect(chiSquare(bins)).toBeLessThan(149);
  });

  test('uniform: stays in [low, high) where rounding would reach high', () => {
    const high = 1 + 2 ** -22;
    const values = filled(new Float32Array(N), (out) => uniform(key(6), out, 1, high));
    expect(Math.min(...values.slice(0, 5000))).toBe(1);
    expect(values.every((v) => v >= 1 && v < high)).toBe(true);
    const tiny = filled(new Float32Array(1000), (out) => uniform(key(6), out, -1, 0));
    expect(tiny.every((v) => v >= -1 && v < 0)).toBe(true);
  });

  test('normal: mean, variance, skewness, kurtosis and tail', () => {
    const values = Array.from(filled(new Float32Array(N), (out) => normal(key(7), out)));
    expect(Math.abs(mean(values))).toBeLessThan(4 / Math.sqrt(N));
    expect(Math.abs(variance(values) - 1)).toBeLessThan(4 * Math.sqrt(2 / N));
    expect(Math.abs(mean(values.map((v) => v ** 3)))).toBeLessThan(4 * Math.sqrt(15 / N));
    expect(Math.abs(mean(values.map((v) => v ** 4)) - 3)).toBeLessThan(4 * Math.sqrt(96 / N));
    const beyond2 = values.filter((v) => Math.abs(v) > 2).length / N;
    expect(Math.abs(beyond2 - 0.0455)).toBeLessThan(0.002);
    const shifted = filled(new Float32Array(3), (out) => normal(key(7), out, 10, 2));
    expect(Array.from(shifted)).toEqual(values.slice(0, 3).map((v) => expect.closeTo(10 + 2 * v, 5)));
  });

  test('normal: the bits of the first draws never change', () => {
    const out = filled(new Float32Array(6), (o) => normal(key(42), o));
    expect(Array.from(new Uint32Array(out.buffer), (w) => w.toString(16))).toMatchInlineSnapshot(`
      [
        "be3d2513",
        "bfc3d3e9",
        "bfa3ec5a",
        "3f621ff2",
        "bf5abad3",
        "bfaa72aa",
      ]
    `);
  });

  test('bernoulli: share of ones, never at 0, always at 1', () => {
    const share = (p: number): number => mean(filled(new Uint8Array(N), (out) => bernoulli(key(8), out, p)));
    expect(Math.abs(share(0.2) - 0.2)).toBeLessThan(4 * Math.sqrt(0.16 / N));
    expect(share(0)).toBe(0);
    expect(share(1)).toBe(1);
  });

  test('randint: every integer of the range equally often', () => {
    const values = filled(new Int32Array(N), (out) => randint(key(9), out, -3, 7));
    const counts = new Uint32Array(10);
    for (const v of values) counts[v + 3] = (counts[v + 3] as number) + 1;
    // 9 degrees of freedom: the 99.9 % point is 27.9.
    expect(chiSquare(counts)).toBeLessThan(27.9);
    const wide = filled(new Int32Array(N), (out) => randint(key(1), out, -(2 ** 31), 2 ** 30));
    expect(Math.abs(mean(wide) / 2 ** 30 + 0.5)).toBeLessThan(0.01);
    expect(wide.every((v) => v < 2 ** 30)).toBe(true);
  });

  test('what cannot be drawn is refused, with what was received', () => {
    const out = new Float32Array(1);
    expect(() => uniform(key(0), out, 1, 1)).toThrow('received: low 1, high 1');
    expect(() => uniform(key(0), out, 0, Number.POSITIVE_INFINITY)).toThrow('finite float32 bounds');
    expect(() => normal(key(0), out, 0, -1)).toThrow('std -1');
    expect(() => bernoulli(key(0), new Uint8Array(1), 1.5)).toThrow('received: 1.5');
    expect(() => randint(key(0), new Int32Array(1), 2, 2)).toThrow('low 2, high 2');
    expect(() => permutation(key(0), -1)).toThrow('received: -1');
  });
});

describe('permutation', () => {
  test('holds every index once, for any length', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.nat(300), (seed, n) => {
        const sorted = Array.from(permutation(key(seed), n)).sort((a, b) => a - b);
        expect(sorted).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
      { numRuns: 100 },
    );
  });

  test('all 24 orders of four are equally likely', () => {
    const counts = new Map<string, number>();
    for (const k of split(key(10), 12_000)) {
      const order = permutation(k, 4).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    // 23 degrees of freedom: the 99.9 % point is 49.7.
    expect(chiSquare([...counts.values()])).toBeLessThan(49.7);
  });
});

describe('the arithmetic of normal', () => {
  test('log agrees with Math.log', () => {
    for (let i = 1; i < 2000; i++) {
      const p = 2 ** (-i / 55);
      expect(Math.abs(log(p) / Math.log(p) - 1)).toBeLessThan(1e-15);
    }
    expect(log(1)).toBe(0);
    expect(log(Math.E)).toBeCloseTo(1, 15);
  });

  test.each([
    // Percentage points as printed in tables of the normal distribution.
    [0.5, 0],
    [0.8413447460685429, 1],
    [0.9772498680518208, 2],
    [0.975, 1.959963984540054],
    [0.0013498980316300946, -3],
    [2.866515718791939e-7, -5],
  ])('normalQuantile(%s) is %s', (p, z) => {
    expect(normalQuantile(p)).toBeCloseTo(z, 13);
  });
});
