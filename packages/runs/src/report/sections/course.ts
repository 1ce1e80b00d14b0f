import type { EpochRecord } from '@descent/core';
import type { BestEpoch } from '../best-epoch.ts';
import { lineChart, type Mark, type Series } from '../charts/line-chart.ts';
import { spaced } from '../charts/thin.ts';
import type { ReportInput } from '../input.ts';
import { count, decimal, titled } from '../page/format.ts';
import { type Html, html } from '../page/html.ts';
import { type Section, table } from '../page/table.ts';

const SETS = ['train', 'validation', 'test'] as const;
const MOST_ROWS = 200;

/** Curves of all metrics and the learning rate, and the numbers behind them. */
export function course(
  { history, learningRate = [], directions }: ReportInput,
  best: BestEpoch | null,
): Section | null {
  if (history.length === 0) return null;
  const names = metricNames(history);
  const mark: Mark | undefined =
    best === null
      ? undefined
      : {
          x: best.epoch,
          label: `best ${best.metric.replace('.', ' ')}`,
          place: best.mode === 'max' ? 'bottom' : 'top',
        };
  const charts = names.map((name) =>
    lineChart({
      title: titled(name),
      along: 'epoch',
      series: seriesOf(history, name),
      mark: best?.metric.endsWith(`.${name}`) === true ? mark : undefined,
      logarithmic: name === 'loss' || directions?.[name] === 'lower',
    }),
  );
  const points = learningRate.map(({ step, lr }) => ({ x: step, y: lr }));
  // One that stays the same is a number among the conditions.
  const changes = new Set(points.map(({ y }) => y)).size > 1;
  const rate = !changes
    ? null
    : lineChart({
        title: 'Learning rate',
        along: 'update',
        series: [{ name: 'lr', tone: 'train', points }],
        legend: false,
      });
  // One epoch makes no curve.
  const single = history.length === 1;
  const curves = single ? (rate === null ? null : [rate]) : [charts, rate];
  return {
    id: 'course',
    title: 'Course',
    content: html`<div class="stack">${curves && html`<div class="grid">${curves}</div>`}${epochTable(history, names, single)}</div>`,
  };
}

function metricNames(history: readonly EpochRecord[]): readonly string[] {
  const names = history.flatMap((record) => SETS.flatMap((set) => Object.keys(record[set] ?? {})));
  return [...new Set(['loss', ...names])];
}

function seriesOf(history: readonly EpochRecord[], metric: string): readonly Series[] {
  return SETS.flatMap((set) => {
    const points = history.flatMap((record) => {
      const value = record[set]?.[metric];
      return value === undefined ? [] : [{ x: record.epoch, y: value }];
    });
    return points.length === 0 ? [] : [{ name: set, tone: set, points }];
  });
}

function epochTable(history: readonly EpochRecord[], names: readonly string[], open: boolean): Html {
  const columns = SETS.flatMap((set) =>
    names.filter((name) => history.some((r) => r[set]?.[name] !== undefined)).map((name) => ({ set, name })),
  );
  const shown = spaced(history.length, MOST_ROWS).map((i) => history[i] as EpochRecord);
  const all = shown.length === history.length;
  const numbers = table(
    'Numbers of the epochs',
    [
      { name: 'epoch', align: 'number' },
      ...columns.map(({ set, name }) => ({ name: `${set} ${name}`, align: 'number' as const })),
      { name: 'seconds', align: 'number' },
    ],
    shown.map((record) => [
      count(record.epoch),
      ...columns.map(({ set, name }) => {
        const value = record[set]?.[name];
        return value === undefined ? '' : decimal(value);
      }),
      record.seconds.toFixed(2),
    ]),
  );
  if (open) return html`<div class="card">${numbers}</div>`;
  const which = all
    ? `All ${count(history.length)} epochs`
    : `${count(shown.length)} of ${count(history.length)} epochs`;
  return html`<details class="card"><summary>${which} in numbers</summary>${numbers}</details>`;
}
