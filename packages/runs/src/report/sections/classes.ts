import { confusionChart, confusionLegend, isWide } from '../charts/confusion.ts';
import type { ClassEvaluation, Mistake } from '../evaluation.ts';
import { count, percent } from '../page/format.ts';
import { type Html, html } from '../page/html.ts';
import { type Section, scroll, table } from '../page/table.ts';
import { scoreTable } from './score-table.ts';

/** How many pairs of classes to list. */
const MOST_PAIRS = 8;
/** Mistakes that are seen at once; three rows of three on a phone. */
const SHOWN_MISTAKES = 9;

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
      content: html`<div class="card narrow">${scoreTable(evaluation.classes, evaluation)}</div>`,
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
  const [shown, others] = [all.slice(0, SHOWN_MISTAKES), all.slice(SHOWN_MISTAKES)];
  const cards = (some: readonly Mistake[]): Html =>
    html`<div class="mistakes">${some.map((mistake) => card(mistake, classes))}</div>`;
  if (others.length === 0) return cards(shown);
  return html`<div class="stack">${cards(shown)}<details><summary>${count(others.length)} more</summary>${cards(others)}</details></div>`;
}

function card({ index, label, predicted, probability, image }: Mistake, classes: readonly string[]): Html {
  const said = `Sample ${index}: ${classes[label]}, taken for ${classes[predicted]}`;
  return html`<figure>${image === null ? null : html`<img src="${image}" alt="${said}" title="sample ${index}">`}<figcaption>${
    image === null ? html`<span class="soft">sample ${count(index)}</span><br>` : null
  }<b>${classes[label]}</b> taken for <b>${classes[predicted]}</b><br><span class="soft">${percent(probability, 1)} sure</span></figcaption></figure>`;
}
