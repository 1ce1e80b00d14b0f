import { html, render } from '@descent/runs/charts';

/** What the page may do: run its own script, wear its own style, and ask this server. */
export const POLICY: string = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page before its script has begun. */
export function boardPage(title: string): string {
  return `<!doctype html>\n${render(html`<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${title} · Descent</title>
<link rel="stylesheet" href="/board.css">
<script type="module" src="/board.js"></script></head>
<body><div id="board" data-title="${title}"><noscript><main><p>This page needs its script: it shows how runs go on. descent runs prints them without.</p></main></noscript></div></body></html>
`)}`;
}
