import { createHash } from 'node:crypto';
import type { Environment } from '../environment.ts';
import { type Html, html, render, trusted } from './html.ts';
import { STYLE } from './style.ts';
import type { Section } from './table.ts';

/** A page in one file that needs nothing else: no script, no network, pictures and style inside. */
export interface Page {
  readonly title: string;
  readonly head: Html;
  readonly sections: readonly Section[];
  readonly environment: Environment;
}

/** All text is escaped, and the page forbids the browser to load or run anything. */
export function renderPage({ title, head, sections, environment }: Page): string {
  return render(html`${trusted('<!doctype html>')}
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${trusted(STYLE)}</style></head>
<body>${head}
<main>${sections.map(block)}</main>
<footer>Written by Descent ${environment.packages['@descent/runs'] ?? ''}. This page is complete in itself: it loads nothing and runs nothing.</footer>
</body></html>
`);
}

function block({ id, title, note, content }: Section): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}${note && html` <span>${note}</span>`}</h2>${content}</section>`;
}

/** Nothing but this very style sheet and pictures inside the page. */
const POLICY: string = [
  "default-src 'none'",
  'img-src data:',
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
