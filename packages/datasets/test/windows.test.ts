import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type NDArray, tensor, ValueError } from '@descent/core';
import { describe, expect, test } from 'vitest';
import {
  DataFormatError,
  type FitWindowsOptions,
  fitWindows,
  lastWindow,
  parseWindowPreparation,
  restoreNumbers,
  splitInTime,
  type Table,
  tableOf,
  takeRows,
  type WindowPreparation,
  windowStarts,
  windows,
} from '../src/public/index.ts';
import { thrown } from './helpers.ts';

type Nested = readonly (number | Nested)[];

/** Made by `scripts/make-table-fixtures.py` with NumPy's `sliding_window_view`. */
const { series: SERIES } = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', 'tables.json'), 'utf8')) as {
  readonly series: {
    readonly values: number[][];
    readonly length: number;
    readonly horizon: number;
    readonly stride: number;
    readonly cut: number;
    readonly train: Readonly<Record<'x' | 'y' | 'both', Nested>>;
    readonly test: Readonly<Record<'x' | 'y' | 'both', Nested>>;
  };
};
const WHOLE = tableOf(tensor(SERIES.values), { columns: ['a', 'b', 'load'] });
const { length, horizon, stride, cut } = SERIES;
const [PAST, LATER] = splitInTime(WHOLE, [cut / WHOLE.length, 1 - cut / WHOLE.length]);
const OPTIONS: FitWindowsOptions = { length, horizon, stride, features: ['a', 'b'], target: 'load' };

function expectNear(got: NDArray, expected: Nested): void {
  const wanted = tensor(expected as number[][]);
  expect(got.dtype).toBe('float32');
  expect(got.shape).toEqual(wanted.shape);
  got.data.forEach((value, i) => {
    expect(Math.abs(value - (wanted.data[i] as number)), `element ${i}`).toBeLessThan(
      1e-6 * Math.max(1, Math.abs(value)),
    );
  });
}

describe('windows', () => {
  test('of each part are those of NumPy, standardised by the first part', () => {
    const preparation = fitWindows(PAST, OPTIONS);
    for (const [table, expected] of [
      [PAST, SERIES.train],
      [LATER, SERIES.test],
    ] as const) {
      const data = windows(preparation, table);
      expectNear(data.x, expected.x);
      expectNear(data.y, expected.y);
      expect(data.features).toEqual(['a', 'b']);
    }
    const both = windows(fitWindows(PAST, { ...OPTIONS, target: ['load', 'a'] }), LATER);
    expectNear(both.y, SERIES.test.both);
    expect(windows(fitWindows(PAST, { ...OPTIONS, target: ['load'] }), LATER).y.shape).toEqual([
      both.length,
      horizon,
      1,
    ]);
  });

  test('look at the past of the target and one row ahead, if nothing else is said', () => {
    const table = tableOf({ v: [0, 1, 2, 3, 4] });
    const preparation = fitWindows(table, { length: 2, target: 'v' });
    const { x, y } = windows(preparation, table);
    expect(x.shape).toEqual([3, 2, 1]);
    expect([...restoreNumbers(preparation, x).data].map(Math.round)).toEqual([0, 1, 1, 2, 2, 3]);
    expect(y.shape).toEqual([3, 1]);
    expect([...restoreNumbers(preparation, y).data].map(Math.round)).toEqual([2, 3, 4]);
  });

  test('go through JSON, and the last rows give the same numbers as in a window', () => {
    const made = fitWindows(PAST, { ...OPTIONS, stride: 1 });
    const preparation = parseWindowPreparation(JSON.stringify(made));
    expect(preparation).toEqual(made);
    expect(windows(preparation, LATER)).toEqual(windows(made, LATER));
    const last = lastWindow(
      preparation,
      takeRows(
        LATER,
        Array.from({ length: length + 3 }, (_, i) => i),
      ),
    );
    expect(last.shape).toEqual([1, length, 2]);
    const { x } = windows(preparation, LATER);
    expect([...last.data]).toEqual([...x.data.slice(3 * length * 2, 4 * length * 2)]);
  });

  test('know nothing of later parts: other numbers there change no window of the first', () => {
    const changed = SERIES.values.map((row, i) => (i < cut ? row : row.map((value) => 1000 * value)));
    const [past] = splitInTime(tableOf(tensor(changed), { columns: ['a', 'b', 'load'] }), [cut / WHOLE.length]);
    expect(fitWindows(past, OPTIONS)).toEqual(fitWindows(PAST, OPTIONS));
    expect(windows(fitWindows(past, OPTIONS), past)).toEqual(windows(fitWindows(PAST, OPTIONS), PAST));
  });

  test('a constant column is 0', () => {
    const table = tableOf({ v: [1, 5, 2, 8], c: [0.1, 0.1, 0.1, 0.1] });
    const { x } = windows(fitWindows(table, { length: 3, target: 'v' }), table);
    expect([1, 3, 5].map((i) => x.data[i])).toEqual([0, 0, 0]);
  });
});

describe('missing values and gaps', () => {
  const values = [0, 1, 2, null, 4, 5, 6, 7];
  const options = { length: 2, horizon: 1, target: 'v' } as const;

  test('a missing value is an error, or leaves out the windows that hold it', () => {
    const table = tableOf({ v: values });
    expect(thrown(() => fitWindows(table, options)).message).toContain('column "v" of row 3');
    const preparation = fitWindows(table, { ...options, missing: 'drop' });
    expect([...windowStarts(preparation, table)]).toEqual([0, 4, 5]);
    expect(windows(preparation, table).length).toBe(3);
    expect(preparation.features[0]?.mean).toBeCloseTo(25 / 7, 12);
    expect(thrown(() => lastWindow(preparation, takeRows(table, [1, 2, 3])))).toBeInstanceOf(DataFormatError);
    const never = takeRows(table, [2, 3, 4]);
    expect(thrown(() => windows(preparation, never)).message).toContain('no window is whole');
  });

  test('a feature that is missing where only the target counts leaves nothing out', () => {
    const table = tableOf({ a: [1, 2, null], v: [null, null, 7] });
    const preparation = fitWindows(table, { ...options, features: ['a'], missing: 'drop' });
    expect([...windowStarts(preparation, table)]).toEqual([0]);
  });

  test.each([
    ['numbers', [10, 20, 30, 50, 60, 70, 80]],
    ['days', ['2024-02-27', '2024-02-28', '2024-02-29', '2024-03-02', '2024-03-03', '2024-03-04', '2024-03-05']],
    [
      'times without a zone',
      ['00:00', '01:00', '02:00', '04:00', '05:00', '06:00', '07:00'].map((t) => `2024-03-31 ${t}`),
    ],
  ])('windows across a gap in %s are left out', (_, when) => {
    const table = tableOf({ when: when as (number | string)[], v: [0, 1, 2, 3, 4, 5, 6] });
    const preparation = fitWindows(table, { ...options, time: 'when' });
    expect(preparation.features.map(({ name }) => name)).toEqual(['v']);
    expect([...windowStarts(preparation, table)]).toEqual([0, 3, 4]);
    expect(thrown(() => lastWindow(preparation, takeRows(table, [1, 2, 3]))).message).toContain('a gap in time');
    expect(lastWindow(preparation, takeRows(table, [0, 3, 4])).shape).toEqual([1, 2, 1]);
  });

  test('months are steps, though they have different lengths', () => {
    const when = Array.from({ length: 12 }, (_, m) => `2023-${String(m + 1).padStart(2, '0')}-01`);
    const table = tableOf({ when, v: when.map((__, i) => i) });
    expect(windowStarts(fitWindows(table, { ...options, time: 'when' }), table)).toHaveLength(10);
  });

  test('rows that are not in the order of time are refused', () => {
    const of = (when: readonly (number | string | null)[]): Table => tableOf({ when, v: when.map((_, i) => i) });
    const fit =
      (table: Table): (() => unknown) =>
      () =>
        fitWindows(table, { ...options, time: 'when' });
    expect(thrown(fit(of([1, 2, 2, 3]))).message).toContain('2 in column "when" of row 2 behind 2');
    expect(thrown(fit(of(['2024-01-02', '2024-01-01', '2024-01-03']))).message).toContain('not in the order of time');
    expect(thrown(fit(of(['1/2/2024', '1/3/2024', '1/4/2024']))).message).toContain('a row has no time');
    expect(thrown(fit(of([1, null, 3]))).message).toContain('a row has no time');
  });
});

describe('what does not fit is refused', () => {
  test.each<[string, () => unknown, string]>([
    ['no length', () => fitWindows(WHOLE, { target: 'load' } as FitWindowsOptions), 'length'],
    ['half a row', () => fitWindows(WHOLE, { ...OPTIONS, length: 2.5 }), 'a whole number of rows'],
    ['a stride of 0', () => fitWindows(WHOLE, { ...OPTIONS, stride: 0 }), 'at least 1'],
    ['an unknown column', () => fitWindows(WHOLE, { ...OPTIONS, target: 'lod' }), 'a, b, load'],
    ['a column twice', () => fitWindows(WHOLE, { ...OPTIONS, features: ['a', 'a'] }), 'each once'],
    ['no features', () => fitWindows(WHOLE, { ...OPTIONS, features: [] }), 'at least one column'],
    ['a misspelt option', () => fitWindows(WHOLE, { ...OPTIONS, horizons: 2 } as FitWindowsOptions), 'horizon'],
    ['texts', () => fitWindows(tableOf({ a: ['x', 'y'], v: [1, 2] }), { length: 1, target: 'v' }), 'holds no numbers'],
    ['a table that is too short', () => windows(fitWindows(WHOLE, { ...OPTIONS, length: 60 }), WHOLE), 'at least 63'],
    ['infinity', () => fitWindows(tableOf({ v: [1, Number.NEGATIVE_INFINITY] }), { length: 1, target: 'v' }), 'row 1'],
    ['no preparation', () => windows({} as WindowPreparation, WHOLE), 'fitWindows'],
    ['rows too few to predict from', () => lastWindow(fitWindows(WHOLE, OPTIONS), takeRows(WHOLE, [0])), 'at least 7'],
    [
      'too many numbers',
      () =>
        windows(
          fitWindows(tableOf({ v: new Float64Array(100_000) }), { length: 50_000, target: 'v' }),
          tableOf({ v: new Float64Array(100_000) }),
        ),
      'a larger stride',
    ],
  ])('%s', (_, call, text) => {
    const error = thrown(call);
    expect(error instanceof ValueError || error instanceof DataFormatError, String(error)).toBe(true);
    expect(error.message).toContain(text);
  });

  test('a preparation that somebody changed', () => {
    const good = fitWindows(WHOLE, { ...OPTIONS, missing: 'drop' });
    for (const [change, path] of [
      [{ length: 0 }, 'length'],
      [{ features: [] }, 'features'],
      [{ target: { ...good.target, columns: [...good.target.columns, ...good.target.columns] } }, 'target.columns'],
      [{ time: { column: 'a', step: -1 } }, 'time'],
      [{ missing: 'fill' }, 'missing'],
    ] as const) {
      const error = thrown(() => parseWindowPreparation(JSON.stringify({ ...good, ...change })));
      expect(error).toBeInstanceOf(ValueError);
      expect(error.message).toContain(path);
    }
  });
});
