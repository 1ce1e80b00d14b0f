import { createHash } from 'node:crypto';
import { bestEpoch } from './best-epoch.ts';
import type { ReportInput } from './input.ts';
import { type Html, html, render, trusted } from './page/html.ts';
import { STYLE } from './page/style.ts';
import type { Section } from './page/table.ts';
import { classSections } from './sections/classes.ts';
import { course, findings } from './sections/course.ts';
import { head } from './sections/head.ts';
import { network } from './sections/network.ts';
import { numberSections } from './sections/numbers.ts';
import { checkpointList, conditions, config, data } from './sections/records.ts';

/**
 * The report of a run as one HTML file that needs nothing else: no script, no network, pictures and style inside. All text of `input` is
 * escaped, and the page forbids the browser to load or run anything.
 */
export function renderReport(input: ReportInput): string {
  const best = bestEpoch(input.history, input);
  const { evaluation } = input;
  const sections: readonly Section[] = [
    findings(input),
    course(input, best),
    ...(evaluation === undefined
      ? []
      : evaluation.kind === 'classes'
        ? classSections(evaluation)
        : numberSections(evaluation)),
    network(input),
    data(input),
    conditions(input),
    config(input),
    checkpointList(input),
  ].filter((section) => section !== null);
  const page = html`${trusted('<!doctype html>')}
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${input.title}</title>
<style>${trusted(STYLE)}</style></head>
<body>${head(input, best, sections)}
<main>${sections.map(block)}</main>
<footer>Written by Descent ${input.environment.packages['@descent/runs'] ?? ''}. This page is complete in itself: it loads nothing and runs nothing.</footer>
</body></html>
`;
  return render(page);
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
