import { describe, expect, test } from 'vitest';
import type { BoardRow, RunCurves } from '../../src/board/protocol.ts';
import { chartsOf, readingsAt } from '../../src/board/view/charts.ts';
import {
  BACK,
  columnsOfNumber,
  FRONT,
  filtered,
  NAME,
  numberColumns,
  numbersIn,
  sorted,
} from '../../src/board/view/columns.ts';
import { smoothed } from '../../src/board/view/smoothing.ts';
import { choose, FIRST_VIEW, formatView, leave, parseView, type View } from '../../src/board/view/view.ts';

const row = (name: string, changes: Partial<BoardRow> = {}): BoardRow => ({
  ...{ key: 1, name, state: 'finished', problem: null, data: 'moons', network: 'linear(2 → 2)', parameters: 6 },
  ...{ epochs: 1, wanted: 1, numbers: {}, seconds: 1, started: null, hasReport: false, isReading: false, revision: 1 },
  ...changes,
});

describe('the table', () => {
  test('sorts numbers as numbers, names with numbers as people do, and puts what is missing last either way', () => {
    const loss = columnsOfNumber('test_loss')[0] as (typeof FRONT)[number];
    const rows = [
      row('t10', { numbers: { test_loss: { last: 10 } } }),
      row('t2', { numbers: { test_loss: { last: 9 } } }),
      row('t3'),
      row('t4', { numbers: { test_loss: { last: null } } }),
    ];
    const names = (all: readonly BoardRow[]) => all.map(({ name }) => name);
    expect(names(sorted(rows, NAME, false))).toEqual(['t2', 't3', 't4', 't10']);
    expect(names(sorted(rows, loss, false))).toEqual(['t2', 't10', 't3', 't4']);
    expect(names(sorted(rows, loss, true))).toEqual(['t10', 't2', 't3', 't4']);
  });

  test('filters by every word, in name, data, network and what is wrong, and by state', () => {
    const rows = [
      row('a/lenet', { state: 'cut off' }),
      row('b', { network: 'Conv2d', state: 'unreadable', problem: 'run.json: no' }),
    ];
    const names = (filter: string, state = '') => filtered(rows, filter, state).map(({ name }) => name);
    expect([names('LENET moons'), names('conv2d'), names('json'), names('lenet conv')]).toEqual([
      ['a/lenet'],
      ['b'],
      ['b'],
      [],
    ]);
    expect([names('', 'stopped'), names('', 'unreadable'), names('', 'training')]).toEqual([['a/lenet'], ['b'], []]);
    expect(names('', 'constructor')).toEqual(['a/lenet', 'b']);
  });

  test('shows at first the loss and the metric of held-out data that most runs have', () => {
    const numbers = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [name, { last: 1 }]));
    const rows = [
      row('a', { numbers: numbers('train_loss', 'train_accuracy', 'test_loss', 'test_accuracy') }),
      row('b', { numbers: numbers('train_loss', 'validation_loss', 'test_accuracy', 'test_loss', 'test_rmse') }),
    ];
    const names = numbersIn(rows);
    expect(names.slice(0, 2)).toEqual(['test_loss', 'test_accuracy']);
    expect(new Set(names.slice(-2))).toEqual(new Set(['train_loss', 'train_accuracy']));
    expect(numberColumns(names, null).map(({ id }) => id)).toEqual([
      ...['last:test_loss', 'best:test_loss', 'last:test_accuracy', 'best:test_accuracy'],
    ]);
    expect(numberColumns(names, ['best:train_loss', 'last:gone']).map(({ label }) => label)).toEqual([
      'best train loss',
    ]);
    expect([...FRONT, ...BACK].every((column) => column.value(rows[0] as BoardRow) !== undefined)).toBe(true);
  });
});

describe('the view in the address', () => {
  test('comes back as it was', () => {
    const view: View = {
      ...{
        filter: 'a b&c#',
        state: 'failed',
        sort: { by: 'best:test_loss', down: false },
        columns: ['last:test_loss'],
      },
      chosen: new Map([
        ['<b> "x" & ü', 0],
        ['deep/run 2', 3],
      ]),
      ...{ along: 'seconds', isLogarithmic: true, hasOutliers: true, smoothing: 0.6, hidden: ['train', 'test'] },
    };
    expect(parseView(formatView(view))).toEqual(view);
    expect([formatView(FIRST_VIEW), parseView('')]).toEqual(['', FIRST_VIEW]);
    const none = { ...FIRST_VIEW, chosen: new Map(), columns: [] };
    expect(parseView(formatView(none))).toEqual(none);
  });

  test.each([['by=__proto__'], ['smooth=2'], ['smooth=NaN'], ['run=x'], ['hide=all'], ['%']])(
    'is as at first where %j says nothing',
    (text) => {
      expect(parseView(text)).toEqual(FIRST_VIEW);
    },
  );

  test('chosen runs keep their colours', () => {
    const three = choose(new Map(), ['a', 'b', 'c']);
    expect([...choose(leave(three, ['a']), ['d', 'c'])]).toEqual([
      ['b', 1],
      ['c', 2],
      ['d', 0],
    ]);
  });
});

describe('smoothing', () => {
  const indexed = (values: readonly number[]) => values.map((value, index) => ({ index, value }));

  test("is TensorBoard's: an average that forgets, corrected for its start", () => {
    // By hand, with weight 0.5: sums 2, 2 * 0.5 + 4 * 0.5 + …, over what all weights add up to.
    expect(smoothed(indexed([2, 4, 8]), 0.5)).toEqual([2, (0.5 + 2) / 0.75, (0.25 + 1 + 4) / 0.875]);
    expect(smoothed(indexed([2, 4, 8]), 0)).toEqual([2, 4, 8]);
    for (const value of smoothed(indexed([3, 3, 3, 3]), 0.9)) expect(value).toBeCloseTo(3, 12);
  });

  test('passes what is not finite over, and is as smooth where a curve was thinned', () => {
    expect(smoothed(indexed([2, Number.NaN, 4]), 0.5)[1]).toBeNaN();
    const line = Array.from({ length: 1000 }, (_, i) => i);
    const whole = smoothed(indexed(line), 0.95);
    const thin = smoothed(
      indexed(line).filter(({ index }) => index % 5 === 0 || index === 999),
      0.95,
    );
    expect(Math.abs((thin.at(-1) as number) - (whole.at(-1) as number))).toBeLessThan(4);
  });
});

describe('charts', () => {
  const curve = (name: string, values: readonly (number | null)[]) => ({
    ...{ name, values, index: values.map((_, i) => i), epoch: values.map((_, i) => i + 1) },
    ...{ step: values.map((_, i) => 10 * (i + 1)), seconds: values.map((_, i) => 200 * (i + 1)) },
  });
  const run = (key: number, ...curves: RunCurves['curves']) => ({
    key,
    revision: 1,
    curves,
    name: `r${key}`,
    tone: key,
  });
  const runs = [
    run(1, curve('train_loss', [4, 2, null]), curve('test_loss', [5, 3, 2]), curve('test_rmse', [1, 1])),
    run(2, curve('train_loss', [3, 1]), curve('train_accuracy', [0.5, 0.7]), curve('odd_loss', [1])),
  ];

  test('one a metric, losses first; parts that are hidden are left out, and a unit of time suits the longest run', () => {
    const look = { along: 'epoch', smoothing: 0, hidden: [], hasOutliers: false } as const;
    const charts = chartsOf(runs, look);
    expect(charts.map(({ metric, parts, drawn }) => [metric, parts, drawn.length])).toEqual([
      ['loss', ['train', 'test'], 3],
      ['rmse', ['test'], 1],
      ['accuracy', ['train'], 1],
    ]);
    expect(chartsOf(runs, { ...look, hidden: ['train'] }).map(({ metric }) => metric)).toEqual(['loss', 'rmse']);
    const [timed] = chartsOf(runs, { ...look, along: 'seconds' });
    expect([timed?.along, timed?.drawn[0]?.points[1]]).toEqual(['minutes', { x: 400 / 60, y: 2 }]);
    const [steps] = chartsOf(runs, { ...look, along: 'step' });
    expect([steps?.along, steps?.drawn[0]?.points[1]?.x]).toEqual(['update', 20]);
    // Smooth ones have the raw ones faint behind them.
    const [smooth] = chartsOf(runs, { ...look, smoothing: 0.5 });
    expect(smooth?.series.map(({ faint }) => faint === true)).toEqual([true, false, true, false, true, false]);
  });

  test('what diverged is left out and counted, unless it is asked for; a fall from a high start stays', () => {
    const calm = run(1, curve('test_loss', [...Array.from({ length: 40 }, (_, i) => 3 / (i + 1))]));
    const wild = run(2, curve('test_loss', [2, 1e28]));
    const ys = (hasOutliers: boolean) => {
      const [chart] = chartsOf([calm, wild], { along: 'epoch', smoothing: 0, hidden: [], hasOutliers });
      return [chart?.outliers, chart?.series[1]?.points.map(({ y }) => y), chart?.drawn[1]?.points[1]?.y];
    };
    expect(ys(false)).toEqual([1, [2, Number.NaN], 1e28]);
    expect(ys(true)).toEqual([0, [2, 1e28], 1e28]);
    const [fall] = chartsOf([calm], { along: 'epoch', smoothing: 0, hidden: [], hasOutliers: false });
    expect(fall?.outliers).toBe(0);
  });

  test('the values at a place are those of the nearest epoch, of curves that have one there', () => {
    const [loss] = chartsOf(runs, { along: 'epoch', smoothing: 0, hidden: [], hasOutliers: false });
    const at = (x: number) =>
      readingsAt(loss?.drawn ?? [], x, 2)?.all.map(({ drawn, point }) => [drawn.run, drawn.part, point.y]);
    expect(at(1.9)).toEqual([
      ['r1', 'test', 3],
      ['r1', 'train', 2],
      ['r2', 'train', 1],
    ]);
    expect(at(9)).toEqual([
      ['r1', 'test', 2],
      ['r1', 'train', Number.NaN],
    ]);
    expect(readingsAt([], 1, 2)).toBeNull();
  });
});
