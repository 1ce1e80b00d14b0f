import type { EpochRecord } from '@descent/core';
import { lineChart, type Series } from '../report/charts/line-chart.ts';
import type { Environment } from '../report/environment.ts';
import { count, decimal, duration } from '../report/page/format.ts';
import { type Html, html } from '../report/page/html.ts';
import { renderPage } from '../report/page/page.ts';
import { TONES } from '../report/page/style.ts';
import { type Section, table } from '../report/page/table.ts';
import type { Spread } from '../statistics/welch.ts';
import type { Compared, Comparison } from './comparison.ts';

const SETS = ['test', 'validation', 'train'] as const;

/** A comparison as one HTML file that needs nothing else: the table, curves of all over each other, and the tests of each pair. */
export function renderComparison(
  comparison: Comparison,
  { title, environment }: { readonly title: string; readonly environment: Environment },
): string {
  const sections: readonly Section[] = [results(comparison), curves(comparison), tests(comparison)].filter(
    (section) => section !== null,
  );
  const { contenders, verdict } = comparison;
  const trainings = contenders.reduce((sum, { runs }) => sum + runs.length, 0);
  return renderPage({
    title,
    environment,
    sections,
    head: html`<header><span class="badge finished">Comparison</span><h1>${title}</h1>
<p class="lead">${verdict}</p>
<p class="soft">${count(contenders.length)} recipes, ${count(trainings)} trainings.</p>
<nav aria-label="Sections">${sections.map(({ id, title: name }) => html`<a href="#${id}">${name}</a>`)}</nav></header>`,
  });
}

function toneOf(index: number): string {
  return TONES[index % TONES.length] as string;
}

function named({ name }: Compared, index: number): Html {
  return html`<span class="key ${toneOf(index)}"><i></i>${name}</span>`;
}

function results({ contenders, metric, mode }: Comparison): Section {
  const rows = contenders.map((one, i) => [
    named(one, i),
    one.value === null ? 'none' : spread(one.value),
    count(one.parameters),
    one.flops === null ? '' : count(one.flops),
    durations(one.seconds),
    html`<span class="soft">${one.runs.map(({ value }) => (value === null ? '-' : decimal(value))).join(', ')}</span>`,
  ]);
  return {
    id: 'results',
    title: 'Results',
    note: `${metric}, ${mode === 'max' ? 'higher' : 'lower'} is better; mean ± standard deviation over seeds`,
    content: html`<div class="card">${table(
      'Results',
      [
        { name: 'recipe' },
        { name: metric, align: 'number' },
        { name: 'parameters', align: 'number' },
        { name: 'FLOPs a sample', align: 'number' },
        { name: 'time of one training', align: 'number' },
        { name: 'of each seed' },
      ],
      rows,
    )}</div>`,
  };
}

function curves({ contenders }: Comparison): Section | null {
  const histories = contenders.flatMap(({ runs }) => runs.map(({ history }) => history));
  // One epoch makes no curve.
  if (histories.every(({ length }) => length < 2)) return null;
  const names = [
    ...new Set(histories.flat().flatMap((record) => SETS.flatMap((set) => Object.keys(record[set] ?? {})))),
  ];
  const charts = SETS.flatMap((set) =>
    names.flatMap((name) => {
      const series = contenders.flatMap((one, i) => seriesOf(one, toneOf(i), (record) => record[set]?.[name]));
      if (series.length === 0) return [];
      return [lineChart({ title: `${set} ${name}`, along: 'epoch', series, logarithmic: name === 'loss' })];
    }),
  );
  return {
    id: 'curves',
    title: 'Curves',
    note: 'the mean over seeds; each seed behind it',
    content: html`<div class="grid">${charts}</div>`,
  };
}

/** The mean over the seeds, as far as all of them got, and each seed. */
function seriesOf(
  { name, runs }: Compared,
  tone: string,
  numberIn: (record: EpochRecord) => number | undefined,
): readonly Series[] {
  const each = runs.map(({ history }) =>
    history.flatMap((record) => {
      const y = numberIn(record);
      return y === undefined ? [] : [{ x: record.epoch, y }];
    }),
  );
  const all = each.filter((points) => points.length > 0);
  const [first, ...others] = all;
  if (first === undefined) return [];
  const mean = first.flatMap(({ x, y }) => {
    const rest = others.map((points) => points.find((point) => point.x === x)?.y);
    if (rest.some((value) => value === undefined)) return [];
    return [{ x, y: [y, ...(rest as readonly number[])].reduce((a, b) => a + b, 0) / all.length }];
  });
  return [
    { name, tone, points: mean },
    ...(all.length > 1 ? all.map((points): Series => ({ name, tone, points, faint: true })) : []),
  ];
}

function tests({ contenders, pairs }: Comparison): Section {
  const name = (index: number): Html => named(contenders[index] as Compared, index);
  return {
    id: 'tests',
    title: 'Differences',
    note: "Welch's t test of each pair, corrected by Holm's method",
    content: html`<div class="card">${
      pairs.length === 0
        ? html`<p class="soft">There is nothing to compare.</p>`
        : table(
            'Differences',
            [
              { name: 'first' },
              { name: 'second' },
              { name: 'second − first', align: 'number' },
              { name: '95 % interval', align: 'number' },
              { name: 'p', align: 'number' },
              { name: 'p, corrected', align: 'number' },
            ],
            pairs.map(({ first, second, difference, interval, p, corrected }) => [
              name(first),
              name(second),
              decimal(difference),
              interval === null ? 'no test' : `${decimal(interval[0])} to ${decimal(interval[1])}`,
              p === null ? '' : decimal(p),
              corrected === null
                ? ''
                : html`${corrected < 0.05 ? html`<b>${decimal(corrected)}</b>` : decimal(corrected)}`,
            ]),
          )
    }</div>`,
  };
}

function spread({ mean, deviation }: Spread): string {
  return deviation === null ? decimal(mean) : `${decimal(mean)} ± ${decimal(deviation)}`;
}

function durations({ mean, deviation }: Spread): string {
  return deviation === null ? duration(mean) : `${duration(mean)} ± ${duration(deviation)}`;
}
