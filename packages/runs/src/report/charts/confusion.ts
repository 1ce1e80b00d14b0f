import type { ClassEvaluation } from '../evaluation.ts';
import { count, percent, shortNames } from '../page/format.ts';
import { type Html, html } from '../page/html.ts';

const LINE = 7.2;

/** How a matrix of so many classes is drawn. */
interface Layout {
  readonly size: 'large' | 'medium' | 'small';
  /** Side of a cell. */
  readonly cell: number;
  /** Names as they are written. */
  readonly names: readonly string[];
  /** Room for the names at the left and at the top. */
  readonly left: number;
  readonly top: number;
  /** Short names stand above their columns; others lie on their side. */
  readonly upright: boolean;
}

function layoutOf(classes: readonly string[]): Layout {
  const size = classes.length <= 12 ? 'large' : classes.length <= 25 ? 'medium' : 'small';
  const cell = { large: 44, medium: 32, small: 18 }[size];
  const names = shortNames(classes, 14);
  const longest = LINE * Math.max(...names.map((name) => [...name].length));
  const upright = longest < cell;
  return { size, cell, names, left: Math.ceil(30 + longest), top: Math.ceil(upright ? 46 : 30 + longest), upright };
}

/** Whether the matrix takes the whole width of the page. */
export function isWide({ classes }: ClassEvaluation): boolean {
  return layoutOf(classes).size !== 'large';
}

/** The confusion matrix: rows are true classes, columns predictions, colour the share of the row. One that is wide keeps its row names in view. */
export function confusionChart(evaluation: ClassEvaluation): Html {
  const { classes, set } = evaluation;
  const layout = layoutOf(classes);
  const { size, cell, left, top } = layout;
  const side = cell * classes.length;
  const [width, height] = [side + 2, top + side + 2];
  const label = `Confusion matrix of ${classes.length} classes on ${set} data`;
  if (size === 'small') {
    return html`<div class="wide-matrix" role="img" aria-label="${label}"><svg class="confusion small rows" viewBox="0 0 ${left} ${height}" width="${left}" height="${height}">${rowNames(classes, layout)}</svg><svg class="confusion small" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${columnNames(classes, layout)}${cells(evaluation, layout)}</svg></div>`;
  }
  return html`<svg class="confusion ${size}" viewBox="0 0 ${left + width} ${height}" width="${left + width}" height="${height}" role="img" aria-label="${label}">${rowNames(classes, layout)}<g transform="translate(${left} 0)">${columnNames(classes, layout)}${cells(evaluation, layout)}</g></svg>`;
}

function rowNames(classes: readonly string[], { cell, names, left, top }: Layout): Html {
  const middle = top + (cell * classes.length) / 2;
  return html`<text class="name" transform="translate(14 ${middle}) rotate(-90)" text-anchor="middle">true</text><g class="names">${names.map(
    (name, c) =>
      html`<text x="${left - 8}" y="${top + cell * (c + 0.5)}" dy="0.32em" text-anchor="end">${name}<title>${classes[c]}</title></text>`,
  )}</g>`;
}

function columnNames(classes: readonly string[], { size, cell, names, top, upright }: Layout): Html {
  const middle = size === 'small' ? 4 : (cell * classes.length) / 2;
  const anchor = size === 'small' ? 'start' : 'middle';
  return html`<text class="name" x="${middle}" y="15" text-anchor="${anchor}">predicted</text><g class="names">${names.map(
    (name, c) => {
      const [x, y] = [cell * (c + 0.5), top - 8];
      const title = html`<title>${classes[c]}</title>`;
      return upright
        ? html`<text x="${x}" y="${y}" text-anchor="middle">${name}${title}</text>`
        : html`<text transform="translate(${x} ${y}) rotate(-90)" dy="0.32em">${name}${title}</text>`;
    },
  )}</g>`;
}

function cells({ confusion, classes }: ClassEvaluation, { size, cell, top }: Layout): Html {
  const side = cell * classes.length;
  const corner = size === 'small' ? 2 : 4;
  return html`<rect class="field" y="${top}" width="${side}" height="${side}"/><g class="cells" transform="translate(0 ${top})">${confusion.map(
    (row, t) => {
      const support = row.reduce((a, b) => a + b, 0);
      return row.map((samples, p) => {
        if (samples === 0) return null;
        const share = samples / support;
        const said = `true ${classes[t]}, predicted ${classes[p]}: ${count(samples)} of ${count(support)} (${percent(share, 1)})`;
        return html`<g class="${t === p ? 'right' : 'wrong'}${shade(share) > 0.55 ? ' deep' : ''}"><title>${said}</title><rect x="${p * cell + 1}" y="${t * cell + 1}" width="${cell - 2}" height="${cell - 2}" rx="${corner}" fill-opacity="${shade(share).toFixed(3)}"/><text x="${(p + 0.5) * cell}" y="${(t + 0.5) * cell}" dy="0.34em" text-anchor="middle">${compact(samples)}</text></g>`;
      });
    },
  )}</g>`;
}

/** A count that fits in a cell: `12.3k`; the exact one is in its title. */
function compact(samples: number): string {
  if (samples < 10_000) return String(samples);
  return samples < 1e6 ? `${(samples / 1e3).toFixed(1)}k` : `${(samples / 1e6).toFixed(1)}M`;
}

/** The strength of a colour: the root of the share, so that rare mistakes can be seen. */
function shade(share: number): number {
  return Math.sqrt(share);
}

/** What the colours mean. */
export function confusionLegend(): Html {
  const shares = [0.01, 0.05, 0.25, 0.5, 1];
  const scale = (tone: string): Html =>
    html`<svg class="confusion scale" viewBox="0 0 120 16" width="120" height="16" aria-hidden="true"><g class="cells">${shares.map(
      (share, i) =>
        html`<g class="${tone}"><rect x="${i * 24 + 1}" y="1" width="22" height="14" rx="3" fill-opacity="${shade(share).toFixed(3)}"/></g>`,
    )}</g></svg>`;
  return html`<p class="soft note">Colour: share of the row, here ${shares.map((s) => percent(s, 0)).join(', ')}; right ${scale('right')} and wrong ${scale('wrong')}</p>`;
}
