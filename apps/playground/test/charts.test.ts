import { scaleLinear, scaleLog } from 'd3-scale';
import { describe, expect, test } from 'vitest';
import { heatPixels, heatScale, parseColor } from '../src/charts/heat-colors.ts';
import { formatValue } from '../src/charts/numbers.ts';
import { extent, makeScale, placing, ticksOf } from '../src/charts/scales.ts';
import { nearest, nearestPosition, type Series, spaced, xAt, yAt } from '../src/charts/series.ts';
import { spread } from '../src/charts/spread.ts';
import { thin } from '../src/charts/thin.ts';

/** Numbers from 0 to 1, the same for the same seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function randomSeries(seed: number, length: number): Series {
  const next = numbers(seed);
  const x = Float64Array.from({ length }, () => next() * 100).sort();
  const y = Float32Array.from({ length }, () => {
    const value = next();
    return value < 0.02 ? Number.NaN : value < 0.03 ? Number.POSITIVE_INFINITY : Math.exp(8 * next() - 4);
  });
  return { name: 'a', tone: 'train', x, y };
}

const SEEDS = [1, 2, 3, 4, 5];

describe('thin', () => {
  test.each(SEEDS)('keeps what each column of pixels shows, of random curve %i', (seed) => {
    const series = randomSeries(seed, 20_000);
    const place = (x: number): number => x * 3.7 + 50;
    const kept = thin(series, place);
    expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
    const columns = (indices: readonly number[]): Map<number, number[]> => {
      const found = new Map<number, number[]>();
      for (const index of indices) {
        const column = Math.floor(place(xAt(series, index)));
        found.set(column, [...(found.get(column) ?? []), index]);
      }
      return found;
    };
    const all = columns(Array.from({ length: 20_000 }, (_, i) => i));
    const shown = columns(kept);
    expect([...shown.keys()]).toEqual([...all.keys()]);
    for (const [column, indices] of all) {
      const of = shown.get(column) as number[];
      const values = (list: readonly number[]) => list.map((i) => yAt(series, i)).filter(Number.isFinite);
      expect(of.length).toBeLessThanOrEqual(5);
      expect([of[0], of.at(-1)]).toEqual([indices[0], indices.at(-1)]);
      expect(Math.min(...values(of))).toBe(Math.min(...values(indices)));
      expect(Math.max(...values(of))).toBe(Math.max(...values(indices)));
      const isBroken = (list: readonly number[]) => list.some((i) => !Number.isFinite(yAt(series, i)));
      expect(isBroken(of)).toBe(isBroken(indices));
    }
  });

  test('keeps every point where there are fewer than pixels, and counts only the length', () => {
    const series: Series = { name: 'a', tone: 'train', y: new Float32Array(100), length: 7 };
    expect(thin(series, (x) => x * 10)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});

describe('nearest', () => {
  test.each(SEEDS)('is what a look at every point finds, of random curve %i', (seed) => {
    const series = randomSeries(seed, 300);
    const next = numbers(seed + 100);
    for (let i = 0; i < 200; i++) {
      const x = next() * 120 - 10;
      const distances = Array.from({ length: 300 }, (_, k) => Math.abs(xAt(series, k) - x));
      expect(Math.abs(xAt(series, nearest(series, x)) - x)).toBe(Math.min(...distances));
    }
  });

  test('says that an empty curve has none, and finds one among several curves', () => {
    const empty: Series = { name: 'a', tone: 'train', y: [] };
    expect(nearest(empty, 3)).toBe(-1);
    expect(nearestPosition([empty], 3)).toBeNull();
    expect(nearestPosition([empty, { ...empty, y: [1, 1], x: [10, 20] }, { ...empty, y: [1] }], 12)).toBe(10);
  });
});

describe('scales', () => {
  test.each(SEEDS)('place numbers as d3 does, of seed %i', (seed) => {
    const next = numbers(seed);
    const [low, high] = [next(), 1 + next() * 1000];
    const linear = scaleLinear().domain([low, high]).range([300, 10]);
    const log = scaleLog().domain([low, high]).range([300, 10]);
    for (let i = 0; i < 100; i++) {
      const value = low + next() * (high - low);
      expect(placing('linear', linear)(value)).toBeCloseTo(linear(value), 9);
      expect(placing('log', log)(value)).toBeCloseTo(log(value), 9);
    }
  });

  test('reach over what they can show', () => {
    const series: Series = { name: 'a', tone: 'train', y: [3, Number.NaN, 0, -1, Number.POSITIVE_INFINITY, 0.5] };
    expect(extent([series], 'y', 'linear')).toEqual([-1, 3]);
    expect(extent([series], 'y', 'log')).toEqual([0.5, 3]);
    expect(extent([{ ...series, length: 0 }], 'y', 'linear')).toBeNull();
    expect(makeScale('log', [0.021, 3], [0, 1], true).domain()).toEqual([0.02, 5]);
    expect(makeScale('log', [0.1, 1000], [0, 1], true).domain()).toEqual([0.1, 1000]);
    expect(makeScale('log', [7e-8, 0.6], [0, 1], true).domain()).toEqual([5e-8, 1]);
    expect(makeScale('linear', [2, 2], [0, 1], false)(2)).toBe(0.5);
    expect(makeScale('log', [2, 2], [0, 1], false)(2)).toBeCloseTo(0.5, 12);
  });

  test('have labels that tell their ticks apart', () => {
    const labels = (kind: 'linear' | 'log', domain: readonly [number, number], more = {}) =>
      ticksOf(makeScale(kind, domain, [0, 400], true), { kind, count: 5, tag: 'en', ...more }).map((t) => t.label);
    expect(labels('linear', [0, 0.3])).toEqual(['0.00', '0.05', '0.10', '0.15', '0.20', '0.25', '0.30']);
    expect(labels('linear', [0, 20_000])).toEqual(['0', '5,000', '10,000', '15,000', '20,000']);
    expect(labels('linear', [1, 3], { whole: true })).toEqual(['1', '2', '3']);
    expect(labels('linear', [0.9, 1], { style: 'percent' })).toEqual(['90%', '92%', '94%', '96%', '98%', '100%']);
    expect(labels('log', [0.01, 10])).toEqual(['0.01', '0.1', '1', '10']);
    expect(labels('log', [1e-7, 1])).toContain('1E−5');
    expect(new Set(labels('log', [0.21, 0.24])).size).toBeGreaterThan(2);
  });
});

describe('spread', () => {
  test.each(SEEDS)('keeps labels apart, in order and inside, of seed %i', (seed) => {
    const next = numbers(seed);
    const wanted = Array.from({ length: 6 }, () => next() * 240);
    const places = spread(wanted, 16, [4, 220]);
    const order = (list: readonly number[]) => list.map((_, i) => i).sort((a, b) => (list[a] ?? 0) - (list[b] ?? 0));
    expect(order(places)).toEqual(order(wanted));
    const sorted = places.toSorted((a, b) => a - b);
    for (let i = 1; i < sorted.length; i++)
      expect((sorted[i] ?? 0) - (sorted[i - 1] ?? 0)).toBeGreaterThanOrEqual(16 - 1e-9);
    expect(sorted[0]).toBeGreaterThanOrEqual(4);
    expect(sorted.at(-1)).toBeLessThanOrEqual(220);
  });

  test('leaves labels where they want to be when there is room, and centres those that meet', () => {
    expect(spread([10, 50, 90], 16, [0, 100])).toEqual([10, 50, 90]);
    expect(spread([50, 50, 90], 16, [0, 100])).toEqual([42, 58, 90]);
    expect(spread([0, 1, 2], 60, [0, 100])).toEqual([0, 50, 100]);
  });
});

describe('numbers', () => {
  test('are written with the digits that they have, and words for what is none', () => {
    expect(formatValue(Math.fround(0.1), 'en')).toBe('0.1');
    expect(formatValue(2.302585, 'en')).toBe('2.30259');
    expect(formatValue(1.2e-7, 'en')).toBe('1.2e−7');
    expect(formatValue(3e12, 'en')).toBe('3e12');
    expect(formatValue(-0.5, 'en')).toBe('−0.5');
    expect(formatValue(0, 'en')).toBe('0');
    expect(formatValue(Number.NaN, 'en')).toBe('NaN');
    expect(formatValue(Number.POSITIVE_INFINITY, 'zh-Hans')).toBe('∞');
    expect(formatValue(0.98765, 'en', 'percent')).toBe('98.77%');
  });

  test('are chosen evenly from a long list', () => {
    expect(spaced(4, 10)).toEqual([0, 1, 2, 3]);
    expect(spaced(101, 5)).toEqual([0, 25, 50, 75, 100]);
  });
});

describe('heat maps', () => {
  const colors = { positive: [0, 0, 200], zero: [100, 100, 100], negative: [200, 0, 0] } as const;

  test('mix the colour of the sign with that of zero, by share of the limit', () => {
    const data = [0, 2, -1, 1, Number.NaN, Number.POSITIVE_INFINITY];
    const scale = heatScale('signs', data);
    expect(scale).toEqual({ kind: 'signs', limit: 2 });
    const pixels = [...heatPixels(data, scale, colors)];
    const at = (i: number) => pixels.slice(4 * i, 4 * i + 4);
    expect(at(0)).toEqual([100, 100, 100, 255]);
    expect(at(1)).toEqual([0, 0, 200, 255]);
    expect(at(2)).toEqual([150, 50, 50, 255]);
    expect(at(3)).toEqual([50, 50, 150, 255]);
    expect(at(4)).toEqual([0, 0, 0, 0]);
    expect(at(5)).toEqual([0, 0, 200, 255]);
  });

  test('go from black to white, and stay black where all is equal', () => {
    const shades = (data: readonly number[]) =>
      [...heatPixels(data, heatScale('grey', data), colors)].filter((_, i) => i % 4 === 0);
    expect(shades([-1, 0, 1, 3])).toEqual([0, 64, 128, 255]);
    expect(shades([7, 7])).toEqual([0, 0]);
    expect(heatScale('grey', [])).toEqual({ kind: 'grey', low: 0, high: 0 });
  });

  test('read the colours of the page', () => {
    expect(parseColor('rgb(42, 88, 200)')).toEqual([42, 88, 200]);
  });
});
