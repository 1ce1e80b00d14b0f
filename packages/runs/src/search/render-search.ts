import { count, decimal, duration, percent } from '../report/page/format.ts';
import { type Content, type Html, html } from '../report/page/html.ts';
import { renderPage } from '../report/page/page.ts';
import { facts, type Section, scroll, table } from '../report/page/table.ts';
import { parallelChart, parameterChart } from './charts.ts';
import { shownParameter, shownResult } from './place.ts';
import type { SearchedTrial, SearchPage } from './search-page.ts';

const MOST_ROWS = 200;

/**
 * A search as one HTML file that needs nothing else: the best values, what came of each value of each parameter, all values beside each other, what mattered,
 * and every trial.
 */
export function renderSearch(page: SearchPage): string {
  const { title, environment, trials } = page;
  const numbers = trials.filter(({ value }) => value !== null);
  const sections: readonly Section[] = [
    best(page),
    ...(numbers.length > 1 ? [parameters(page)] : []),
    ...(numbers.length > 1 && page.parameters.length > 1 ? [together(page)] : []),
    importance(page),
    all(page),
  ];
  return renderPage({ title, environment, sections, head: head(page, sections) });
}

function head({ title, how, metric, mode, trials }: SearchPage, sections: readonly Section[]): Html {
  const [first] = trials;
  const counts = (['diverged', 'failed'] as const).flatMap((status) => {
    const many = trials.filter((trial) => trial.status === status).length;
    return many === 0 ? [] : [`${many} ${status}`];
  });
  const lead =
    first === undefined || first.value === null
      ? 'No trial came to a number.'
      : `Trial ${first.trial} came to the best ${metric}: ${decimal(first.value)}.`;
  const seconds = trials.reduce((sum, trial) => sum + trial.seconds, 0);
  return html`<header><span class="badge finished">Search</span><h1>${title}</h1>
<p class="lead">${lead}</p>
<p class="soft">${how}: ${count(trials.length)} ${trials.length === 1 ? 'trial' : 'trials'}${counts.length > 0 && `, of which ${counts.join(' and ')}`}, ${duration(seconds)} of training; ${metric}, ${mode === 'min' ? 'lower' : 'higher'} is better.</p>
<nav aria-label="Sections">${sections.map(({ id, title: name }) => html`<a href="#${id}">${name}</a>`)}</nav></header>`;
}

function best({ parameters, trials, places, metric }: SearchPage): Section {
  const [first, second] = trials;
  if (first === undefined || first.value === null)
    return {
      id: 'best',
      title: 'Best',
      content: html`<div class="card"><p>${first?.reason ?? 'There is no trial.'}</p></div>`,
    };
  const next =
    second === undefined || second.value === null
      ? null
      : html`<p class="note soft">The next best, trial ${second.trial}, came to ${decimal(second.value)}. All trials had one seed: whether such a difference is more than chance, descent compare says over several.</p>`;
  return {
    id: 'best',
    title: 'Best',
    note: `trial ${first.trial}`,
    content: html`<div class="card">${facts([
      [
        metric,
        html`<b>${decimal(first.value)}</b>, after ${count(first.epochs)} ${first.epochs === 1 ? 'epoch' : 'epochs'}`,
      ],
      ...parameters.map(
        (parameter, i) => [parameter.name, shownParameter(parameter, first.values[i] as number)] as const,
      ),
      ...places.map(([what, where]) => [what, html`<code>${where}</code>`] as const),
    ])}${next}</div>`,
  };
}

function parameters(page: SearchPage): Section {
  const lost = page.trials.filter(({ value }) => value === null).length;
  const several = new Set(page.trials.map(({ epochs }) => epochs)).size > 1;
  const notes = [
    'The large dot is the best trial.',
    ...(lost > 0 ? ['Crosses at the edge came to no number.'] : []),
    ...(several
      ? ['Pale dots were trained for fewer epochs than others: their numbers are worse for that alone.']
      : []),
    ...(page.parameters.length > 1 ? ['Each picture has all trials, whose other values differ as well.'] : []),
  ];
  return {
    id: 'parameters',
    title: `${page.metric} against each parameter`,
    content: html`<div class="grid">${page.parameters.map((_, i) => parameterChart(i, page))}</div><p class="note soft">${notes.join(' ')}</p>`,
  };
}

function together(page: SearchPage): Section {
  return {
    id: 'together',
    title: 'All values together',
    content: html`<div class="card">${scroll('All values together', parallelChart(page))}<p class="note soft">A line is a trial; good numbers are at the top on the right. The strongest line is the best trial, the coloured ones are the next best.</p></div>`,
  };
}

function importance({ importance: known, metric }: SearchPage): Section {
  const content: Content =
    'reason' in known
      ? html`<p>Which parameter mattered cannot be said: ${known.reason}.</p>`
      : html`${table(
          'Importance',
          [{ name: 'parameter' }, { name: 'importance', align: 'number' }, { name: '' }],
          Object.entries(known.shares).map(([name, share]) => [name, percent(share, 0), bar(share)]),
        )}<p class="note soft">How much worse a random forest foretells the rank of a trial by ${metric} when the values of one parameter are shuffled, as a share of the variance of the ranks (permutation importance, on trials that a tree has not seen). What several parameters do together counts for each, so the shares need not add up to 100 %. The forest foretells ${percent(known.r2, 0)} of the variance of ${count(known.trials)} trials: the less that is, the less these numbers say. They hold for the ranges that were searched.</p>`;
  return { id: 'importance', title: 'What mattered', content: html`<div class="card">${content}</div>` };
}

const BAR = 160;

function bar(share: number): Html {
  const is = Math.round(BAR * Math.min(1, Math.max(0, share)));
  return html`<svg class="bar" width="${BAR}" height="8" aria-hidden="true"><rect class="of" width="${BAR}" height="8" rx="4"/><rect class="is" width="${is}" height="8" rx="4"/></svg>`;
}

function all({ parameters: searched, trials, metric }: SearchPage): Section {
  const noted = trials.some(({ reason }) => reason !== null);
  const row = (trial: SearchedTrial): readonly Content[] => [
    trial.trial,
    ...searched.map((parameter, i) => shownParameter(parameter, trial.values[i] as number)),
    count(trial.epochs),
    shownResult(trial.value, trial.status),
    duration(trial.seconds),
    ...(noted ? [trial.reason ?? ''] : []),
  ];
  const shown = trials.slice(0, MOST_ROWS);
  return {
    id: 'trials',
    title: 'Trials',
    note: 'the best first',
    content: html`<div class="card">${table(
      'Trials',
      [
        { name: 'trial' },
        ...searched.map(({ name, kind }) => ({ name, ...(kind === 'range' && { align: 'number' as const }) })),
        { name: 'epochs', align: 'number' },
        { name: metric, align: 'number' },
        { name: 'time', align: 'number' },
        ...(noted ? [{ name: 'note', align: 'wide' as const }] : []),
      ],
      shown.map(row),
    )}${trials.length > shown.length && html`<p class="note soft">${count(trials.length - shown.length)} more are in trials.jsonl.</p>`}</div>`,
  };
}
