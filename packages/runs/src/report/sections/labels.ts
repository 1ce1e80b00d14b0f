import type { LabelEvaluation } from '../evaluation.ts';
import { count, percent } from '../page/format.ts';
import { html } from '../page/html.ts';
import type { Section } from '../page/table.ts';
import { scoreTable } from './score-table.ts';

/** Scores of each label of a network that may give several. */
export function labelSections(evaluation: LabelEvaluation): readonly Section[] {
  const { set, samples, exactMatch, labels } = evaluation;
  return [
    {
      id: 'labels',
      title: 'Labels',
      note: `${count(samples)} ${set} samples, all labels right in ${percent(exactMatch)}`,
      content: html`<div class="card narrow">${scoreTable(labels, evaluation)}</div>`,
    },
  ];
}
