import type { Summary } from '@descent/core';
import { networkChart } from '../charts/network.ts';
import type { ReportInput } from '../input.ts';
import { count, sampleShape } from '../page/format.ts';
import { html } from '../page/html.ts';
import { type Section, table } from '../page/table.ts';

/** The picture of the network and its parameters, layer by layer. */
export function network({ summary, inputShape }: ReportInput): Section {
  return {
    id: 'network',
    title: 'Network',
    note: `${count(summary.total)} parameters`,
    content: html`<div class="stack"><div class="card">${networkChart(summary, inputShape)}</div><div class="card">${parameterTable(summary)}</div></div>`,
  };
}

function parameterTable({ rows, total }: Summary): ReturnType<typeof html> {
  const sum = (key: 'weights' | 'biases'): number => rows.reduce((n, row) => n + row[key], 0);
  return table(
    'Parameters of the layers',
    [
      { name: 'path' },
      { name: 'layer' },
      { name: 'output' },
      { name: 'weights', align: 'number' },
      { name: 'biases', align: 'number' },
      { name: 'parameters', align: 'number' },
    ],
    rows.map(({ path, label, outputShape, weights, biases, total: all }) => [
      path,
      label,
      sampleShape(outputShape),
      some(weights),
      some(biases),
      some(all),
    ]),
    [['total', '', '', count(sum('weights')), count(sum('biases')), count(total)]],
  );
}

function some(value: number): string {
  return value === 0 ? '' : count(value);
}
