import type { EpochRecord } from '@descent/core';
import type { BestEpoch } from '../best-epoch.ts';
import { lineChart, type Mark, type Series } from '../charts/line-chart.ts';
import { spaced } from '../charts/thin.ts';
import type { ReportInput } from '../input.ts';
import { count, decimal } from '../page/format.ts';
import { html } from '../page/html.ts';
import { type Section, table } from '../page/table.ts';

const SETS = ['train', 'validation', 'test'] as const;
const MOST_ROWS = 200;

/** What the numbers show, in words. */
export function findings({ findings: all, history }: ReportInput): Section {
  const content =
    all.length === 0
      ? html`<ul class="findings none"><li><b>Nothing stands out</b><p class="soft">${
          history.length < 3
            ? 'Judging a run takes at least three epochs.'
            : 'The curves show no sign of over- or underfitting or of a bad learning rate.'
        }</p></li></ul>`
      : html`<ul class="findings">${all.map(
          ({ rule, seen, advice }) =>
            html`<li><b>${rule}</b><p>${sentence(seen)} <span class="soft">${sentence(advice)}</span></p></li>`,
        )}</ul>`;
  return { id: 'findings', title: 'Findings', content };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

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
      title: title(name),
      along: 'epoch',
      series: seriesOf(history, name),
      mark: best?.metric.endsWith(`.${name}`) === true ? mark : undefined,
      logarithmic: name === 'loss' || directions?.[name] === 'lower',
    }),
  );
  const points = learningRate.map(({ step, lr }) => ({ x: step, y: lr }));
  const rate =
    points.length === 0
      ? null
      : lineChart({
          title: 'Learning rate',
          along: 'update',
          series: [{ name: 'lr', tone: 'train', points }],
          legend: false,
        });
  return {
    id: 'course',
    title: 'Course',
    content: html`<div class="grid">${charts}${rate}</div><div class="stack"><span></span>${epochTable(history, names)}</div>`,
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

function title(metric: string): string {
  return metric.charAt(0).toUpperCase() + metric.slice(1);
}

function epochTable(history: readonly EpochRecord[], names: readonly string[]): ReturnType<typeof html> {
  const columns = SETS.flatMap((set) =>
    names.filter((name) => history.some((r) => r[set]?.[name] !== undefined)).map((name) => ({ set, name })),
  );
  const shown = spaced(history.length, MOST_ROWS).map((i) => history[i] as EpochRecord);
  const all = shown.length === history.length;
  return html`<details class="card"><summary>${all ? `All ${count(history.length)} epochs` : `${count(shown.length)} of ${count(history.length)} epochs`} in numbers</summary>${table(
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
  )}</details>`;
}
