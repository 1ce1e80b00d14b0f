import { scatter } from '../charts/scatter.ts';
import type { NumberEvaluation } from '../evaluation.ts';
import { count, decimal, quantity } from '../page/format.ts';
import { html } from '../page/html.ts';
import { facts, type Section } from '../page/table.ts';

/** Errors of a network that predicts numbers. */
export function numberSections(evaluation: NumberEvaluation): readonly Section[] {
  const { set, samples, points, meanAbsoluteError, rootMeanSquaredError, r2, deviation, target, unit } = evaluation;
  return [
    {
      id: 'predictions',
      title: 'Predictions',
      note: `${count(samples)} ${set} samples`,
      content: html`<div class="grid">${points.length === 0 ? null : scatter(evaluation)}<div class="card">${facts([
        ['R²', decimal(r2)],
        ['root mean squared error', quantity(rootMeanSquaredError, unit)],
        ['mean absolute error', quantity(meanAbsoluteError, unit)],
        ['of always saying the mean', deviation === undefined ? null : quantity(deviation, unit)],
        ['what is predicted', target],
        ['pairs in the picture', points.length === 0 ? null : count(points.length)],
      ])}</div></div>`,
    },
  ];
}
