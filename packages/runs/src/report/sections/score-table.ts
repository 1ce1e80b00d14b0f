import type { ClassEvaluation, LabelEvaluation } from '../evaluation.ts';
import { count, decimal } from '../page/format.ts';
import { type Content, type Html, html } from '../page/html.ts';
import { table } from '../page/table.ts';

/** So many classes are seen at once; of more, those that do worst. */
const SHOWN = 20;
const WORST = 10;

/** Precision, recall and F1 of each of `names`, and their averages. */
export function scoreTable(
  names: readonly string[],
  { kind, scores, averages, samples }: ClassEvaluation | LabelEvaluation,
): Html {
  const numbers = (s: { precision: number; recall: number; f1: number }): readonly [string, string, Html] => [
    decimal(s.precision),
    decimal(s.recall),
    html`${decimal(s.f1)}${bar(s.f1)}`,
  ];
  const what = kind === 'classes' ? 'classes' : 'labels';
  const scoresOf = (label: string, which: readonly number[], foot: readonly (readonly Content[])[] = []): Html =>
    table(
      label,
      [
        { name: kind === 'classes' ? 'class' : 'label' },
        { name: 'precision', align: 'number' },
        { name: 'recall', align: 'number' },
        { name: 'F1', align: 'number' },
        { name: 'support', align: 'number' },
      ],
      which.map((c) => {
        const score = scores[c];
        return score === undefined ? [names[c]] : [names[c], ...numbers(score), count(score.support)];
      }),
      foot,
    );
  const all = [...names.keys()];
  const averaged = [
    ['macro average', ...numbers(averages.macro), count(samples)],
    ['weighted average', ...numbers(averages.weighted), count(samples)],
  ];
  if (names.length <= SHOWN) return scoresOf(`Scores of the ${what}`, all, averaged);
  const worst = all.toSorted((a, b) => (scores[a]?.f1 ?? 0) - (scores[b]?.f1 ?? 0)).slice(0, WORST);
  return html`<h3>The ${WORST} with the lowest F1</h3>${scoresOf(`The ${what} with the lowest F1`, worst, averaged)}<details><summary>All ${count(names.length)} ${what}</summary>${scoresOf(`Scores of all ${what}`, all)}</details>`;
}

function bar(share: number): Html {
  return html`<svg class="bar" width="60" height="6" viewBox="0 0 60 6" aria-hidden="true"><rect class="of" width="60" height="6" rx="3"/><rect class="is" width="${(60 * share).toFixed(1)}" height="6" rx="3"/></svg>`;
}
