import type { Summary, SummaryRow } from '@descent/core';
import { count as grouped, sampleShape, shortened } from '../page/format.ts';
import { type Html, html } from '../page/html.ts';

const WIDTH = 300;
const BOX = 46;
const GAP = 30;
/** Most layers of a column; columns stand side by side where there is room, and under each other where there is not. */
const COLUMN = 8;

/** The network as a chain of boxes: what each layer is, and the shape that it hands on. */
export function networkChart({ rows }: Summary, inputShape: readonly number[] | undefined): Html {
  const count = Math.ceil(rows.length / COLUMN);
  const each = Math.ceil(rows.length / count);
  const columns = Array.from({ length: count }, (_, c) => rows.slice(c * each, (c + 1) * each));
  return html`<div class="network" role="img" aria-label="The network, ${rows.length} layers one after the other">${columns.map(
    (column, c) => {
      // What a later column takes is written at the end of the one before.
      const before = c === 0 ? (inputShape?.join('\u00a0×\u00a0') ?? '') : '';
      const height = GAP + column.length * (BOX + GAP);
      return html`<svg viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" aria-hidden="true">${arrow(0, before)}${column.map(
        (row, i) => {
          const y = GAP + i * (BOX + GAP);
          return html`${box(row, y)}${arrow(y + BOX, sampleShape(row.outputShape))}`;
        },
      )}</svg>`;
    },
  )}</div>`;
}

function box({ path, label, total }: SummaryRow, y: number): Html {
  const [, kind = label, detail = ''] = /^([^(]+)\((.*)\)$/.exec(label) ?? [];
  return html`<g class="layer${total > 0 ? ' trained' : ''}"><title>${path} ${label}</title><rect x="1" y="${y}" width="${WIDTH - 2}" height="${BOX}" rx="8"/><text class="kind" x="14" y="${y + (detail === '' ? 27 : 20)}">${shortened(kind, 22)}</text><text class="detail" x="14" y="${y + 36}">${shortened(detail, 38)}</text><text class="detail" x="${WIDTH - 14}" y="${y + 20}" text-anchor="end">${total === 0 ? '' : grouped(total)}</text></g>`;
}

function arrow(y: number, shape: string): Html {
  const middle = WIDTH / 2;
  const end = y + GAP;
  return html`<g class="arrow"><path d="M${middle} ${y + 3}V${end - 4}M${middle - 4} ${end - 8}L${middle} ${end - 3}L${middle + 4} ${end - 8}"/><text x="${middle + 12}" y="${y + 19}">${shape}</text></g>`;
}
