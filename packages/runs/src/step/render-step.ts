import type { InspectedLayer, InspectedParameter, TensorStatistics } from '@descent/core/diagnose';
import { lineChart, type Series } from '../report/charts/line-chart.ts';
import { count, percent, shortened } from '../report/page/format.ts';
import { type Content, type Html, html } from '../report/page/html.ts';
import { renderPage } from '../report/page/page.ts';
import { facts, type Section, table } from '../report/page/table.ts';
import { checkEntry } from '../report/sections/findings.ts';
import { brief } from './brief.ts';
import { histogram } from './histogram.ts';
import type { StepPage, StepSample } from './step-page.ts';

/** One step of a run as an HTML file that needs nothing else: what each layer gave and got back, what the optimizer did, and the batch. */
export function renderStep(page: StepPage): string {
  const sections: readonly Section[] = [
    ...(page.notes.length > 0 ? [notes(page)] : []),
    ...(page.losses.length > 1 || page.watched !== undefined ? [course(page)] : []),
    layers(page),
    ...(page.layers.some(isAlong) ? [along(page)] : []),
    parameters(page),
    batch(page),
    { id: 'conditions', title: 'Conditions', content: html`<div class="card">${facts(page.conditions)}</div>` },
  ];
  return renderPage({ title: page.title, environment: page.environment, sections, head: head(page, sections) });
}

function head({ title, lead, failed, tiles }: StepPage, sections: readonly Section[]): Html {
  return html`<header><span class="badge${failed && ' failed'}">${failed ? 'Failed step' : 'Step'}</span><h1>${title}</h1>
<p class="lead">${lead}</p>
<dl class="tiles">${tiles.map(
    ({ name, value, note }) =>
      html`<div><dt>${name}</dt><dd>${value}${note && html`<small>${note}</small>`}</dd></div>`,
  )}</dl>
<nav aria-label="Sections">${sections.map(({ id, title: name }) => html`<a href="#${id}">${name}</a>`)}</nav></header>`;
}

function notes({ notes: all }: StepPage): Section {
  return {
    id: 'notes',
    title: 'What stands out',
    content: html`<div class="card"><ul class="checks">${all.map(({ tone, title, text }) => checkEntry({ tone, name: title, said: [text] }))}</ul></div>`,
  };
}

function course({ losses, watched, step }: StepPage): Section {
  const chart = (name: string, points: Series['points']): Html =>
    lineChart({
      title: name,
      along: 'step',
      series: [{ name, tone: 'train', points }],
      mark: { x: step, label: 'this step', place: 'top' },
      logarithmic: true,
      legend: false,
    });
  return {
    id: 'course',
    title: 'The steps in front of it',
    note: 'as they were replayed',
    content: html`<div class="grid">${
      losses.length > 1 &&
      chart(
        'loss',
        losses.map((one) => ({ x: one.step, y: one.loss })),
      )
    }${
      watched !== undefined &&
      chart(
        watched.name,
        watched.points.map((one) => ({ x: one.step, y: one.value })),
      )
    }</div>`,
  };
}

function layers({ layers: all }: StepPage): Section {
  const squashed = all.some(({ dead, saturated }) => dead !== null || saturated !== null);
  return {
    id: 'layers',
    title: 'Layers',
    note: 'what they gave for this batch, and the gradient of the loss that came back',
    content: html`<div class="card">${table(
      'Layers',
      [
        { name: 'layer', align: 'tight' },
        { name: 'output' },
        { name: 'mean', align: 'number' },
        { name: 'std', align: 'number' },
        { name: 'min', align: 'number' },
        { name: 'max', align: 'number' },
        ...(squashed ? [{ name: 'dead or saturated', align: 'number' as const }] : []),
        { name: 'gradient' },
        { name: 'its norm', align: 'number' },
      ],
      all.map((layer) => [
        html`${layerName(layer)}<br><span class="soft">${layer.shape.slice(1).join('\u00a0×\u00a0') || 'one number'}${times(layer)}</span>`,
        drawn(layer.output, 'output'),
        brief(layer.output.mean),
        brief(layer.output.std),
        brief(layer.output.min),
        brief(layer.output.max),
        ...(squashed ? [stuck(layer)] : []),
        layer.gradient === null ? '' : drawn(layer.gradient, 'gradient'),
        layer.gradient === null || nonFinite(layer.gradient) > 0 ? '' : brief(layer.gradient.norm),
      ]),
    )}</div>`,
  };
}

/** Charts of one page, at most. */
const MOST_CHARTS = 24;

function isAlong({ steps }: InspectedLayer): boolean {
  return steps !== null && steps.output.length > 1;
}

/** What layers in loops give and get back from step to step. */
function along({ layers: all }: StepPage): Section {
  const shown = all.filter(isAlong);
  const points = (values: readonly number[]): Series['points'] => values.map((y, i) => ({ x: i + 1, y }));
  const charts = shown.slice(0, MOST_CHARTS).map(({ path, label, of, steps }) =>
    lineChart({
      title: `${path} ${label}${of === '' ? '' : ` (${of})`}`.trim(),
      along: 'step',
      series: [
        { name: 'output', tone: 'train', points: points(steps?.output ?? []) },
        ...(steps?.gradient == null ? [] : [{ name: 'gradient', tone: 'validation', points: points(steps.gradient) }]),
      ],
      logarithmic: 'always',
    }),
  );
  const more = shown.length - charts.length;
  return {
    id: 'loops',
    title: 'In loops, step by step',
    note: 'roots of mean squares of what is given, and of the gradient that comes back',
    content: html`<div class="grid">${charts}</div>${more > 0 && html`<p class="note soft">${count(more)} more are not shown.</p>`}`,
  };
}

function layerName({ path, label, of }: InspectedLayer): Html {
  return html`${path !== '' && html`<span class="soft">${path}</span> `}${label}${of !== '' && ` (${of})`}`;
}

function times({ steps }: InspectedLayer): string {
  return steps === null ? '' : `, ${count(steps.output.length)}\u00a0${steps.output.length === 1 ? 'step' : 'steps'}`;
}

function stuck({ dead, units, saturated }: InspectedLayer): Content {
  if (dead !== null) return dead === 0 ? `0 of ${count(units)}` : html`<b>${count(dead)} of ${count(units)}</b>`;
  return saturated === null ? '' : percent(saturated, 0);
}

function nonFinite(of: TensorStatistics | null): number {
  return of === null ? 0 : of.nan + of.infinite;
}

/** Where numbers fall, and how many of them nowhere. */
function drawn(of: TensorStatistics, what: string): Html {
  const bad = nonFinite(of);
  return html`${histogram(of, what)}${bad > 0 && html`<b class="wrong">${count(bad)} not finite</b>`}`;
}

function parameters({ parameters: all }: StepPage): Section {
  return {
    id: 'parameters',
    title: 'Parameters',
    note: 'values before the step, gradients, and what the step added',
    content: html`<div class="card">${table(
      'Parameters',
      [
        { name: 'parameter', align: 'tight' },
        { name: 'value' },
        { name: 'norm', align: 'number' },
        { name: 'gradient' },
        { name: 'norm', align: 'number' },
        { name: 'update' },
        { name: 'norm', align: 'number' },
        { name: 'update / value', align: 'number' },
        { name: 'learning rate', align: 'number' },
      ],
      all.map((one) => [
        html`${one.name}<br><span class="soft">${one.shape.join('\u00a0×\u00a0') || 'one number'}</span>`,
        ...measured(one.value, 'value'),
        ...measured(one.gradient, 'gradient'),
        ...measured(one.update, 'update'),
        ratio(one),
        brief(one.lr),
      ]),
    )}<p class="note soft">Norms are roots of sums of squares. An update of about a thousandth of the value is usual; a tenth is much, a millionth is next to none.</p></div>`,
  };
}

function measured(of: TensorStatistics | null, what: string): readonly Content[] {
  if (of === null) return ['', ''];
  return [drawn(of, what), nonFinite(of) === 0 ? brief(of.norm) : ''];
}

function ratio({ ratio: share, update }: InspectedParameter): Content {
  if (share === null) return update === null ? html`<span class="soft">stays</span>` : '';
  return share >= 0.1 ? html`<b>${brief(share)}</b>` : brief(share);
}

function batch({ samples, batchSize }: StepPage): Section {
  const judged = samples.filter(({ right }) => right !== null);
  const right = judged.filter((one) => one.right === true).length;
  const pictured = samples.some(({ image }) => image !== undefined);
  const said = judged.length > 0 ? `, ${count(right)} of ${count(judged.length)} shown answered right` : '';
  return {
    id: 'batch',
    title: 'Batch',
    note: `${count(batchSize)} ${batchSize === 1 ? 'sample' : 'samples'}${said}`,
    content: html`${pictured ? html`<div class="mistakes">${samples.map(card)}</div>` : html`<div class="card">${rows(samples)}</div>`}${
      batchSize > samples.length &&
      html`<p class="note soft">${count(batchSize - samples.length)} more are not shown.</p>`
    }<p class="note soft">What the network saw and answered in training: changed by augmentation, with dropout.</p>`,
  };
}

function nameOf({ row }: StepSample, i: number): string {
  return row === null ? `${i + 1} of the batch` : `sample ${count(row)}`;
}

function card(sample: StepSample, i: number): Html {
  const { image, target, answer, probability, right } = sample;
  const alt = `${nameOf(sample, i)}: ${target}, answered ${answer}`;
  return html`<figure${right === false && html` class="wrong"`}>${image !== undefined && html`<img src="${image}" alt="${alt}" title="${nameOf(sample, i)}">`}<figcaption><b>${shortened(target, 60)}</b>${
    right === true ? html` <span class="soft">right</span>` : html`, it said <b>${shortened(answer, 60)}</b>`
  }${probability !== null && html`<br><span class="soft">${percent(probability, 1)} sure</span>`}</figcaption></figure>`;
}

function rows(samples: readonly StepSample[]): Html {
  const sure = samples.some(({ probability }) => probability !== null);
  return table(
    'Samples of the batch',
    [
      { name: 'sample', align: 'tight' },
      { name: 'input', align: 'wide' },
      { name: 'target' },
      { name: 'answer' },
      ...(sure ? [{ name: 'sure', align: 'number' as const }] : []),
    ],
    samples.map((sample, i) => [
      nameOf(sample, i),
      sample.input,
      sample.target,
      sample.right === false ? html`<b class="wrong">${sample.answer}</b>` : sample.answer,
      ...(sure ? [sample.probability === null ? '' : percent(sample.probability, 1)] : []),
    ]),
  );
}
