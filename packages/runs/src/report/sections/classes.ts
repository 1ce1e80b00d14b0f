import { confusionChart, confusionLegend, isWide } from '../charts/confusion.ts';
import type { ClassEvaluation, Mistake } from '../evaluation.ts';
import { count, decimal, percent } from '../page/format.ts';
import { type Html, html } from '../page/html.ts';
import { type Section, scroll, table } from '../page/table.ts';

/** How many pairs of classes to list. */
const MOST_PAIRS = 8;

/** Confusion matrix, mistakes and scores of a classifier. */
export function classSections(evaluation: ClassEvaluation): readonly Section[] {
  const { set, samples, accuracy } = evaluation;
  const matrix = html`${scroll('Confusion matrix', confusionChart(evaluation))}${confusionLegend()}`;
  const often = html`<h3>Most often confused</h3>${pairs(evaluation)}`;
  return [
    {
      id: 'confusion',
      title: 'Confusion',
      note: `${count(samples)} ${set} samples, ${percent(accuracy)} right`,
      content: isWide(evaluation)
        ? html`<div class="card"><div class="narrow">${often}</div>${matrix}</div>`
        : html`<div class="card split"><div>${matrix}</div><div>${often}</div></div>`,
    },
    {
      id: 'mistakes',
      title: 'Most confident mistakes',
      content: mistakes(evaluation),
    },
    {
      id: 'classes',
      title: 'Classes',
      note: `${set} data`,
      content: html`<div class="card narrow">${scoreTable(evaluation)}</div>`,
    },
  ];
}

function pairs({ confusion, classes }: ClassEvaluation): Html {
  const wrong = confusion.flatMap((row, t) =>
    row.flatMap((samples, p) => {
      const support = row.reduce((a, b) => a + b, 0);
      return t === p || samples === 0 ? [] : [{ t, p, samples, share: samples / support }];
    }),
  );
  wrong.sort((a, b) => b.samples - a.samples || b.share - a.share);
  if (wrong.length === 0) return html`<p class="soft">No sample was taken for another class.</p>`;
  return table(
    'Most often confused',
    [
      { name: 'true' },
      { name: 'predicted' },
      { name: 'samples', align: 'number' },
      { name: 'of its class', align: 'number' },
    ],
    wrong
      .slice(0, MOST_PAIRS)
      .map(({ t, p, samples, share }) => [classes[t], classes[p], count(samples), percent(share, 1)]),
  );
}

function mistakes({ mistakes: all, classes, confusion }: ClassEvaluation): Html {
  if (all.length === 0) {
    const wrong = confusion.some((row, t) => row.some((samples, p) => t !== p && samples > 0));
    return html`<p class="soft">${wrong ? 'None were kept.' : 'There are none: every prediction is right.'}</p>`;
  }
  return html`<div class="mistakes">${all.map((mistake) => card(mistake, classes))}</div>`;
}

function card({ index, label, predicted, probability, image }: Mistake, classes: readonly string[]): Html {
  const said = `Sample ${index}: ${classes[label]}, taken for ${classes[predicted]}`;
  return html`<figure>${image === null ? null : html`<img src="${image}" alt="${said}" title="sample ${index}">`}<figcaption>${
    image === null ? html`<span class="soft">sample ${count(index)}</span><br>` : null
  }<b>${classes[label]}</b> taken for <b>${classes[predicted]}</b><br><span class="soft">${percent(probability, 1)} sure</span></figcaption></figure>`;
}

function scoreTable({ classes, scores, averages, samples }: ClassEvaluation): Html {
  const numbers = (s: { precision: number; recall: number; f1: number }): readonly [string, string, Html] => [
    decimal(s.precision),
    decimal(s.recall),
    html`${decimal(s.f1)}${bar(s.f1)}`,
  ];
  return table(
    'Scores of the classes',
    [
      { name: 'class' },
      { name: 'precision', align: 'number' },
      { name: 'recall', align: 'number' },
      { name: 'F1', align: 'number' },
      { name: 'support', align: 'number' },
    ],
    classes.map((name, c) => {
      const score = scores[c];
      return score === undefined ? [name] : [name, ...numbers(score), count(score.support)];
    }),
    [
      ['macro average', ...numbers(averages.macro), count(samples)],
      ['weighted average', ...numbers(averages.weighted), count(samples)],
    ],
  );
}

function bar(share: number): Html {
  return html`<svg class="bar" width="60" height="6" viewBox="0 0 60 6" aria-hidden="true"><rect class="of" width="60" height="6" rx="3"/><rect class="is" width="${(60 * share).toFixed(1)}" height="6" rx="3"/></svg>`;
}
