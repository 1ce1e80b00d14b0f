import type { Summary } from '@descent/core';
import type { ReportInput } from '../input.ts';
import { count, sampleShape } from '../page/format.ts';
import { html } from '../page/html.ts';
import { type Section, scroll, table } from '../page/table.ts';

/** The picture of the network beside its parameters, layer by layer. */
export function network({ summary, picture }: ReportInput): Section {
  return {
    id: 'network',
    title: 'Network',
    note: `${count(summary.total)} parameters`,
    content: html`<div class="card network${picture !== undefined && widthOf(picture) > WIDEST && ' above'}">${picture !== undefined && image(picture)}<div>${parameterTable(summary)}</div></div>`,
  };
}

/** A picture that is wider than this stands above the table. */
const WIDEST = 760;

function widthOf(svg: string): number {
  return Number(/^<svg[^>]* width="(\d+(?:\.\d+)?)"/.exec(svg)?.[1] ?? 0);
}

/** As an image, an SVG runs nothing and loads nothing, whatever it says, and follows the colours of the page. */
function image(svg: string): ReturnType<typeof html> {
  const url = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
  const alt = 'The layers of the network, and what goes from one to another. The table names the same layers.';
  return scroll('Picture of the network', html`<img src="${url}" alt="${alt}"/>`);
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
