import { scatter } from '../charts/scatter.ts';
import type { NumberEvaluation } from '../evaluation.ts';
import { count, decimal } from '../page/format.ts';
import { html } from '../page/html.ts';
import { facts, type Section } from '../page/table.ts';

/** Errors of a network that predicts numbers. */
export function numberSections(evaluation: NumberEvaluation): readonly Section[] {
  const { set, samples, points, meanAbsoluteError, rootMeanSquaredError, r2 } = evaluation;
  return [
    {
      id: 'predictions',
      title: 'Predictions',
      note: `${count(samples)} ${set} samples`,
      content: html`<div class="grid">${points.length === 0 ? null : scatter(evaluation)}<div class="card">${facts([
        ['mean absolute error', decimal(meanAbsoluteError)],
        ['root mean squared error', decimal(rootMeanSquaredError)],
        ['R²', decimal(r2)],
        ['pairs in the picture', points.length === 0 ? null : count(points.length)],
      ])}</div></div>`,
    },
  ];
}
