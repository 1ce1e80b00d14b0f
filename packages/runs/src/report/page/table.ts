import { type Content, type Html, html } from './html.ts';

/** A column of a table: numbers stand at the right, what is tight stays on one line, what is wide may break anywhere. */
export interface Column {
  readonly name: string;
  readonly align?: 'number' | 'tight' | 'wide';
}

/** A table that scrolls sideways where it does not fit. The first cell of a row is its heading. */
export function table(
  label: string,
  columns: readonly Column[],
  rows: readonly (readonly Content[])[],
  foot: readonly (readonly Content[])[] = [],
): Html {
  return scroll(
    label,
    html`<table><thead><tr>${columns.map(
      ({ name, align }) => html`<th scope="col"${align === 'number' ? html` class="n"` : null}>${name}</th>`,
    )}</tr></thead><tbody>${rows.map((row) => tableRow(columns, row))}</tbody>${
      foot.length === 0 ? null : html`<tfoot>${foot.map((row) => tableRow(columns, row))}</tfoot>`
    }</table>`,
  );
}

function tableRow(columns: readonly Column[], cells: readonly Content[]): Html {
  return html`<tr>${cells.map((cell, c) => {
    const align = columns[c]?.align;
    const look = align === undefined ? null : html` class="${align === 'number' ? 'n' : align}"`;
    const name = html` data-name="${columns[c]?.name}"`;
    return c === 0 ? html`<th scope="row"${look}>${cell}</th>` : html`<td${look}${name}>${cell}</td>`;
  })}</tr>`;
}

/** A table of names and values; those without a value are left out. */
export function facts(rows: readonly (readonly [name: string, value: Content])[]): Html {
  const given = rows.filter(([, value]) => value !== null && value !== undefined);
  return html`<table class="facts"><tbody>${given.map(
    ([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`,
  )}</tbody></table>`;
}

/** What is wider than its place can be moved, by keyboard, too. */
export function scroll(label: string, content: Html): Html {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${content}</div>`;
}

/** A part of the page with a heading to link to. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly note?: string;
  readonly content: Html;
}
