import type { ClassEvaluation, LabelEvaluation } from '../evaluation.ts';
import { count, decimal } from '../page/format.ts';
import { type Html, html } from '../page/html.ts';
import { table } from '../page/table.ts';

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
  return table(
    kind === 'classes' ? 'Scores of the classes' : 'Scores of the labels',
    [
      { name: kind === 'classes' ? 'class' : 'label' },
      { name: 'precision', align: 'number' },
      { name: 'recall', align: 'number' },
      { name: 'F1', align: 'number' },
      { name: 'support', align: 'number' },
    ],
    names.map((name, c) => {
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
