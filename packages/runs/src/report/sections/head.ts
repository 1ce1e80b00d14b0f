import type { EpochRecord, Metrics } from '@descent/core';
import type { BestEpoch } from '../best-epoch.ts';
import type { NumberEvaluation } from '../evaluation.ts';
import type { ReportInput } from '../input.ts';
import { count, decimal, duration, percent, quantity, titled, words } from '../page/format.ts';
import { type Content, type Html, html } from '../page/html.ts';
import type { Section } from '../page/table.ts';

const STATUS = { running: 'Running', finished: 'Finished', interrupted: 'Interrupted', failed: 'Failed' } as const;

/** Title, a summary in one or two sentences, the most important numbers, and links to what follows. */
export function head(input: ReportInput, best: BestEpoch | null, sections: readonly Section[]): Html {
  const status = input.status ?? 'finished';
  return html`<header><span class="badge ${status}">${STATUS[status]}</span><h1>${input.title}</h1>
<p class="lead">${summaryLine(input, best)}</p>
<dl class="tiles">${tiles(input, best).map(
    ({ name, value, note }) =>
      html`<div><dt>${name}</dt><dd>${value}${note && html`<small>${note}</small>`}</dd></div>`,
  )}</dl>
<nav aria-label="Sections">${sections.map(({ id, title }) => html`<a href="#${id}">${title}</a>`)}</nav></header>`;
}

function summaryLine(input: ReportInput, best: BestEpoch | null): string {
  const { summary, datasets = [] } = input;
  const train = datasets.find(({ role }) => role === 'train');
  const layers = `${count(summary.rows.length)} ${summary.rows.length === 1 ? 'layer' : 'layers'}`;
  const sentences = [
    train === undefined
      ? ''
      : `A network of ${layers} for ${train.name}, with ${count(train.items)} samples to train on.`,
    lasted(input),
    best === null
      ? ''
      : `The best ${spoken(best.metric)} was ${metricText(best.metric, best.value)}, in epoch ${count(best.epoch)}.`,
    ended(input),
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

const VERB = {
  running: 'So far',
  finished: 'Trained for',
  interrupted: 'Interrupted after',
  failed: 'Failed after',
} as const;

function lasted(input: ReportInput): string {
  const { history, backend, status = 'finished' } = input;
  const where = `${duration(secondsOf(input))}${backend === undefined ? '' : ` on ${backend.name}`}`;
  if (history.length > 0) {
    return `${VERB[status]} ${count(history.length)} ${history.length === 1 ? 'epoch' : 'epochs'} in ${where}.`;
  }
  if (status === 'running') return 'Its first epoch is under way.';
  return `${VERB[status].replace(/ for$/, '')} ${where}, before its first epoch was over.`;
}

function ended({ stopped, status = 'finished' }: ReportInput): string {
  if (stopped === null || status === 'interrupted') return '';
  return `${status === 'failed' ? 'What ended it' : 'Training stopped early'}: ${stopped}.`;
}

interface Tile {
  readonly name: string;
  readonly value: Content;
  readonly note?: string;
}

function tiles(input: ReportInput, best: BestEpoch | null): readonly Tile[] {
  const { history, summary, started, evaluation } = input;
  const last = history.at(-1);
  return [
    ...(evaluation?.kind === 'numbers' ? errorsOf(evaluation) : []),
    ...(last === undefined ? [] : finals(last, best).slice(0, evaluation?.kind === 'numbers' ? 1 : 3)),
    { name: 'Duration', value: duration(secondsOf(input)), ...(started !== undefined && { note: startText(started) }) },
    {
      name: 'Epochs',
      value: count(last?.epoch ?? 0),
      ...(best !== null && history.length > 1 && { note: `best: ${count(best.epoch)}` }),
    },
    { name: 'Parameters', value: count(summary.total), note: `${count(summary.rows.length)} layers` },
  ];
}

/** What a network that predicts numbers is judged by, in their units. */
function errorsOf({
  set,
  r2,
  rootMeanSquaredError,
  meanAbsoluteError,
  target,
  unit,
}: NumberEvaluation): readonly Tile[] {
  const of = target === undefined ? {} : { note: `of ${target}` };
  return [
    { name: `${titled(set)} R²`, value: decimal(r2), note: 'share of the variance explained' },
    { name: `${titled(set)} RMSE`, value: quantity(rootMeanSquaredError, unit), ...of },
    { name: 'Mean absolute error', value: quantity(meanAbsoluteError, unit), ...of },
  ];
}

/** The last epoch's loss and its other numbers, of the data furthest from training. */
function finals(last: EpochRecord, best: BestEpoch | null): readonly Tile[] {
  const [set, metrics]: readonly [string, Metrics] =
    last.test !== null
      ? ['test', last.test]
      : last.validation !== null
        ? ['validation', last.validation]
        : ['train', last.train];
  const names = Object.keys(metrics).sort((a, b) => Number(a === 'loss') - Number(b === 'loss'));
  return names.slice(-3).map((name) => {
    const path = `${set}.${name}`;
    const isBest = best !== null && best.metric === path;
    return {
      name: titled(spoken(path)),
      value: metricText(path, metrics[name] as number),
      ...(isBest &&
        best.value !== metrics[name] && {
          note: `${best.mode === 'max' ? 'highest' : 'lowest'} ${metricText(path, best.value)}`,
        }),
    };
  });
}

function secondsOf({ seconds, history }: ReportInput): number {
  return seconds ?? history.reduce((sum, record) => sum + record.seconds, 0);
}

/** `test.accuracy` → `test accuracy` */
function spoken(path: string): string {
  return words(path.replace('.', ' ').replace(/^train /, 'training '));
}

function metricText(path: string, value: number): string {
  return path.endsWith('accuracy') ? percent(value) : decimal(value);
}

function startText(started: string): string {
  return `from ${started.replace('T', ' ').replace(/:\d\d(\.\d+)?(Z|$)/, (_, _fraction, zone) => (zone === 'Z' ? ' UTC' : ''))}`;
}
