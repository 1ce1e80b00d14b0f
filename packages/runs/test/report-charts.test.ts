import { type ReportInput, renderReport } from '@descent/runs';
import { describe, expect, test } from 'vitest';
import { all, attribute, cells, type Element, elements, number, one, parsePage, text } from './page-tree.ts';
import { EVALUATION, INPUT } from './report-input.ts';

const rendered = (changes: Partial<ReportInput>) => {
  const page = renderReport({ ...INPUT, ...changes });
  const { root, errors } = parsePage(page);
  expect(errors).toEqual([]);
  return { page, root };
};
const coordinate = (element: Element, name: string): number => Number(attribute(element, name));

/** What a linear axis says about places, from the labels of its first and last tick. */
function axis(ticks: readonly Element[], place: 'x' | 'y'): (value: number) => number {
  const [first, last] = [ticks[0], ticks.at(-1)] as [Element, Element];
  const [a, b] = [number(text(first)), number(text(last))];
  const slope = (coordinate(last, place) - coordinate(first, place)) / (b - a);
  return (value) => coordinate(first, place) + slope * (value - a);
}

function ticksOf(chart: Element): { readonly up: readonly Element[]; readonly along: readonly Element[] } {
  const [up, along] = all(chart, 'g.axis') as [Element, Element];
  return { up: all(up, 'text'), along: all(along, 'text').slice(0, -1) };
}

function expectNumbers(root: Element): void {
  for (const element of elements(root)) {
    for (const { name, value } of element.attrs) {
      if (/^([xydr]|[xy][12]|c[xy]|width|height|transform|viewbox)$/i.test(name))
        expect(value).not.toMatch(/NaN|Infinity/);
    }
  }
}

describe('curves', () => {
  test('stand where their axes say', () => {
    const { root } = rendered({});
    const [loss] = all(root, 'figure.chart') as [Element];
    const { up, along } = ticksOf(loss);
    const [y, x] = [axis(up, 'y'), axis(along, 'x')];
    for (const set of ['train', 'validation'] as const) {
      const dots = all(one(loss, `g.${set}`), 'circle');
      expect(dots).toHaveLength(3);
      for (const [i, dot] of dots.entries()) {
        const record = INPUT.history[i];
        expect(coordinate(dot, 'cx')).toBeCloseTo(x(record?.epoch as number), 0);
        expect(Math.abs(coordinate(dot, 'cy') - y(record?.[set]?.loss as number))).toBeLessThan(0.2);
      }
      // The path goes through the same points.
      const path = attribute(one(one(loss, `g.${set}`), 'path'), 'd') ?? '';
      expect(
        path
          .slice(1)
          .split('L')
          .map((p) => p.split(',').map(Number)),
      ).toEqual(dots.map((dot) => [coordinate(dot, 'cx'), coordinate(dot, 'cy')]));
    }
  });

  test('say their values at the pointer', () => {
    const { root } = rendered({});
    const [loss, accuracy, rate] = all(root, 'figure.chart').map((chart) =>
      all(chart, 'g.hover').map((hover) => all(hover, 'tspan').map(text)),
    );
    expect(loss).toEqual([
      ['epoch 1', 'train 1.5000', 'validation 1.2500'],
      ['epoch 2', 'train 0.5000', 'validation 0.7500'],
      ['epoch 3', 'train 0.2500', 'validation 1.0000'],
    ]);
    expect(accuracy?.[1]).toEqual(['epoch 2', 'train 0.7500', 'validation 0.8750']);
    expect(rate).toEqual([
      ['update 1', 'lr 0.1000'],
      ['update 2', 'lr 0.0500'],
      ['update 3', 'lr 0.0250'],
    ]);
  });

  test('are marked at the best epoch', () => {
    const { root } = rendered({ best: 'train.loss' });
    const [loss] = all(root, 'figure.chart') as [Element];
    expect(text(one(root, 'g.mark'))).toBe('best train loss');
    const x = axis(ticksOf(loss).along, 'x');
    expect(coordinate(one(one(root, 'g.mark'), 'line'), 'x1')).toBeCloseTo(x(3), 0);
  });

  test('of losses over many decades stand on a logarithmic scale', () => {
    const history = [1, 0.1, 0.01, 0.001].map((loss, i) => ({
      epoch: i + 1,
      train: { loss },
      validation: null,
      test: null,
      seconds: 1,
    }));
    const { root } = rendered({ history, learningRate: [] });
    const dots = all(one(root, 'g.curve'), 'circle').map((dot) => coordinate(dot, 'cy'));
    // Equal factors are equal distances.
    expect((dots[1] as number) - (dots[0] as number)).toBeCloseTo((dots[3] as number) - (dots[2] as number), 0);
    expect(text(one(root, 'figure.chart'))).toContain('log scale');
  });

  test('leave out what is not finite', () => {
    const losses = [1, Number.NaN, 0.5, Number.POSITIVE_INFINITY, 0.25];
    const history = losses.map((loss, i) => ({
      epoch: i + 1,
      train: { loss },
      validation: null,
      test: null,
      seconds: 1,
    }));
    const { root } = rendered({ history, learningRate: [] });
    expect(all(one(root, 'g.curve'), 'circle')).toHaveLength(3);
    expect(attribute(one(one(root, 'g.curve'), 'path'), 'd')?.match(/M/g)).toHaveLength(3);
    expectNumbers(root as unknown as Element);
  });

  test('of one epoch, of equal values and of none', () => {
    const record = { epoch: 1, train: { loss: 0 }, validation: null, test: null, seconds: 0 };
    for (const history of [[record], [record, { ...record, epoch: 2 }], []]) {
      const { root } = rendered({ history, learningRate: [], findings: [], stopped: null });
      expectNumbers(root as unknown as Element);
      expect(all(root, 'figure.chart')).toHaveLength(history.length > 1 ? 1 : 0);
      // One epoch is no curve but a row.
      expect(all(root, 'section').flatMap((s) => all(s, 'details'))).toHaveLength(history.length > 1 ? 1 : 0);
      expect(text(one(root, '#findings'))).toContain('at least three epochs');
    }
  });

  test('of ten thousand epochs keep their extremes and stay small', () => {
    const history = Array.from({ length: 10_000 }, (_, i) => ({
      epoch: i + 1,
      train: { loss: i === 7003 ? 9 : 2 + Math.sin(i) / 2 },
      validation: null,
      test: null,
      seconds: 0.01,
    }));
    const { page, root } = rendered({ history, learningRate: [] });
    const path = attribute(one(one(root, 'g.curve'), 'path'), 'd') ?? '';
    expect(path.split('L').length).toBeLessThan(1000);
    const chart = one(root, 'figure.chart');
    const y = axis(ticksOf(chart).up, 'y');
    expect(
      Math.min(
        ...path
          .slice(1)
          .split('L')
          .map((p) => Number(p.split(',')[1])),
      ),
    ).toBeCloseTo(y(9), 0);
    const rows = cells(one(one(root, '#course'), 'table'));
    expect(rows).toHaveLength(201);
    expect(rows.at(-1)?.[0]).toBe('10,000');
    expect(page.length).toBeLessThan(400_000);
  });
});

describe('a confusion matrix', () => {
  test('of a hundred classes has all names and counts', () => {
    const classes = Array.from({ length: 100 }, (_, c) => `class ${c}`);
    const confusion = classes.map((_, t) => classes.map((_, p) => (t === p ? 90 : (t + 1) % 100 === p ? 10 : 0)));
    const score = { precision: 0.9, recall: 0.9, f1: 0.9 };
    const { root } = rendered({
      evaluation: {
        ...EVALUATION,
        classes,
        confusion,
        samples: 10_000,
        scores: classes.map(() => ({ ...score, support: 100 })),
        averages: { macro: score, weighted: score },
        mistakes: [],
      },
    });
    const groups = all(one(one(root, '.wide-matrix'), 'g.cells'), 'g');
    expect(groups.filter((g) => attribute(g, 'class')?.startsWith('right')).map((g) => text(one(g, 'text')))).toEqual(
      classes.map(() => '90'),
    );
    for (const name of all(one(root, '.wide-matrix'), 'g.names')) {
      expect(all(name, 'title').map(text)).toEqual(classes);
    }
    const [worst, every] = all(one(root, '#classes'), 'table');
    expect(cells(worst as Element)).toHaveLength(13);
    expect(cells(every as Element)).toHaveLength(101);
    expect(text(one(root, '#mistakes'))).toContain('None were kept');
  });
});

describe('numbers instead of classes', () => {
  test('have a picture of pairs, and no classes', () => {
    const points = [
      { expected: -1, predicted: 0.5 },
      { expected: 2, predicted: 2 },
      { expected: 4, predicted: 3 },
    ];
    const { root } = rendered({
      evaluation: {
        kind: 'numbers',
        set: 'test',
        samples: 30,
        meanAbsoluteError: 0.8333,
        rootMeanSquaredError: 1.0408,
        r2: 0.7434,
        points,
      },
    });
    expect(all(root, '#confusion')).toEqual([]);
    const dots = all(one(root, 'g.dots'), 'circle');
    expect(dots.map((dot) => text(one(dot, 'title')))).toEqual([
      'true \u22121.0000, predicted 0.5000',
      'true 2.0000, predicted 2.0000',
      'true 4.0000, predicted 3.0000',
    ]);
    // The second is on the line of equal values, from one corner to the other.
    const line = one(root, 'line.equal');
    const share =
      (coordinate(dots[1] as Element, 'cx') - coordinate(line, 'x1')) /
      (coordinate(line, 'x2') - coordinate(line, 'x1'));
    const height = coordinate(line, 'y1') + share * (coordinate(line, 'y2') - coordinate(line, 'y1'));
    expect(coordinate(dots[1] as Element, 'cy')).toBeCloseTo(height, 0);
    const facts = Object.fromEntries(cells(one(one(root, '#predictions'), 'table')));
    expect(number(facts['mean absolute error'])).toBe(0.8333);
    expect(number(facts['R²'])).toBe(0.7434);
  });
});

test('what is not given is not shown', () => {
  const { title, history, stopped, findings, summary, environment } = INPUT;
  const { root, errors } = parsePage(
    renderReport({ title, history, stopped, findings, summary, environment, status: 'running' }),
  );
  expect(errors).toEqual([]);
  expect(all(root, 'section').map((s) => attribute(s, 'id'))).toEqual(['findings', 'course', 'network', 'conditions']);
  expect(text(one(root, 'header'))).toContain('So far 3 epochs in 6.8 s.');
});
