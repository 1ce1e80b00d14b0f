/** The style of the page: system fonts, two colour schemes, paper. */
export const STYLE: string = `
:root {
  color-scheme: light dark;
  --page: #f7f7f5; --card: #ffffff; --ink: #1b1c1f; --soft: #63666e; --line: #e3e3de; --grid: #ededea;
  --accent: #2f5fd0; --accent-soft: #e9effc; --train: #2f5fd0; --validation: #c26a12; --test: #0c8a6c; --wrong: #cf4530; --on-deep: #ffffff;
  --tip: #ffffff; --tip-line: #d4d4ce;
  --warn: #8f5300; --warn-soft: #fdf2e0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #121316; --card: #1a1c20; --ink: #e9e9eb; --soft: #9da1ab; --line: #2c2f36; --grid: #25282e;
    --accent: #7ea2ff; --accent-soft: #202a45; --train: #7ea2ff; --validation: #f0a551; --test: #46c9a4; --wrong: #f0745f; --on-deep: #111317;
    --tip: #23262c; --tip-line: #3c4049;
    --warn: #f0b566; --warn-soft: #33281a;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.55 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums; -webkit-font-smoothing: antialiased;
}
main, header, footer { max-width: 1160px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 52px; }
h1 { margin: 0; font-size: 2.1rem; line-height: 1.15; letter-spacing: -0.022em; font-weight: 680; overflow-wrap: anywhere; text-wrap: balance; }
h2 { margin: 0 0 14px; font-size: 1.2rem; letter-spacing: -0.012em; font-weight: 650; }
h2 span { font-weight: 400; color: var(--soft); font-size: 1rem; letter-spacing: 0; }
h3 { margin: 0 0 12px; font-size: 0.95rem; font-weight: 600; }
p { margin: 0 0 12px; max-width: 68ch; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 2px; }
.soft { color: var(--soft); }
.note { font-size: 0.85rem; margin: 14px 0 0; }
.lead { max-width: 78ch; font-size: 1.1rem; color: var(--soft); margin: 12px 0 0; text-wrap: pretty; }
.badge { display: inline-block; padding: 2px 11px; margin-bottom: 14px; border-radius: 99px; background: var(--accent-soft); color: var(--accent); font-size: 0.8rem; font-weight: 600; }
.badge.failed, .badge.interrupted { background: var(--warn-soft); color: var(--warn); }
nav { margin-top: 22px; display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 0.9rem; }
nav a { color: var(--soft); text-decoration: none; }
nav a:hover { color: var(--accent); text-decoration: underline; }
section { margin-top: 46px; scroll-margin-top: 16px; }
footer { padding-top: 40px; padding-bottom: 48px; color: var(--soft); font-size: 0.85rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 20px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 1px; margin: 28px 0 0; padding: 0; background: var(--line); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; }
.tiles div { background: var(--card); padding: 15px 18px 14px; }
.tiles dt { color: var(--soft); font-size: 0.82rem; }
.tiles dd { margin: 2px 0 0; font-size: 1.42rem; font-weight: 620; letter-spacing: -0.015em; line-height: 1.3; overflow-wrap: anywhere; }
.tiles dd small { display: block; font-size: 0.8rem; font-weight: 400; letter-spacing: 0; color: var(--soft); }
.findings { list-style: none; margin: 0; padding: 0; display: grid; gap: 12px; }
.findings li { background: var(--card); border: 1px solid var(--line); border-left: 3px solid var(--validation); border-radius: 8px; padding: 13px 18px; }
.findings b { display: block; margin-bottom: 2px; }
.findings b::first-letter { text-transform: uppercase; }
.findings p { margin: 0; max-width: 90ch; }
.findings.none li { border-left-color: var(--test); }
.grid { display: grid; gap: 18px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr)); align-items: start; }
.split { display: grid; gap: 24px 36px; grid-template-columns: minmax(0, max-content) minmax(250px, 1fr); align-items: start; }
.stack { display: grid; gap: 18px; }
.stack > * { min-width: 0; }
figure { margin: 0; }
.chart { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 16px 16px 8px; max-width: 640px; }
.chart figcaption { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 10px; padding: 0 4px 6px; font-size: 0.92rem; }
.chart figcaption .soft { font-size: 0.82rem; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 14px; margin-left: auto; font-size: 0.85rem; color: var(--soft); }
.key i { display: inline-block; width: 14px; height: 3px; border-radius: 2px; background: currentColor; margin-right: 6px; vertical-align: 0.25em; }
.key.train i, .dots.train { color: var(--train); } .key.validation i, .dots.validation { color: var(--validation); } .key.test i, .dots.test { color: var(--test); }
/* Drawings are scaled to their place, and type must not be: smaller places get larger type. */
.frame { container-type: inline-size; }
.frame text { font-size: 13px; }
@container (max-width: 460px) { .frame text { font-size: 15px; } }
@container (max-width: 380px) { .frame text { font-size: 17px; } }
.chart svg { display: block; width: 100%; height: auto; overflow: visible; }
svg text { font-family: inherit; font-size: 13px; fill: var(--ink); }
.axis text { fill: var(--soft); } .axis .grid { stroke: var(--grid); } .axis .base { stroke: var(--tip-line); }
.curve path { fill: none; stroke: currentColor; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.curve circle, .tip circle { fill: currentColor; }
.curve.train, .tip circle.train { color: var(--train); } .curve.validation, .tip circle.validation { color: var(--validation); } .curve.test, .tip circle.test { color: var(--test); }
.mark line { stroke: var(--soft); stroke-dasharray: 2 4; } .mark text { fill: var(--soft); }
.zone { fill: none; pointer-events: all; } .tip { opacity: 0; pointer-events: none; }
.hover:hover .tip { opacity: 1; }
.tip line { stroke: var(--soft); stroke-width: 1; } .tip circle { stroke: var(--card); stroke-width: 1.5; }
.tip .box { fill: var(--tip); stroke: var(--tip-line); }
.equal { stroke: var(--soft); stroke-dasharray: 4 4; } .dots circle { fill: currentColor; fill-opacity: 0.45; } .dots circle:hover { fill-opacity: 1; }
.square { max-width: 520px; }
.scroll { overflow-x: auto; -webkit-overflow-scrolling: touch; }
.scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 6px; }
.confusion { display: block; }
.confusion.large { max-width: 100%; height: auto; }
.confusion.scale { display: inline-block; vertical-align: -3px; margin: 0 6px 0 2px; }
.confusion text { font-size: 13px; }
.confusion .name, .confusion .names text { fill: var(--soft); }
.confusion .field { fill: var(--grid); fill-opacity: 0.55; rx: 6px; }
.cells .right rect { fill: var(--accent); } .cells .wrong rect { fill: var(--wrong); }
.cells text { pointer-events: none; } .medium .cells text { font-size: 11px; } .small .cells text { font-size: 8px; } .small .names text { font-size: 11px; }
.wide-matrix { display: flex; } .wide-matrix .confusion { flex: none; } .wide-matrix .rows { position: sticky; left: 0; background: var(--card); }
.cells .deep text { fill: var(--on-deep); }
.cells g:hover rect { stroke: var(--ink); stroke-width: 1.5; }
.mistakes { display: grid; gap: 12px; grid-template-columns: repeat(auto-fill, minmax(112px, 1fr)); }
.mistakes figure { background: var(--card); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
.mistakes img { display: block; width: 100%; aspect-ratio: 1; object-fit: contain; background: #000; image-rendering: pixelated; }
.mistakes figcaption { padding: 8px 11px 9px; font-size: 0.82rem; line-height: 1.4; overflow-wrap: anywhere; }
.mistakes b { font-weight: 620; }
.narrow { max-width: 780px; }
.card > .narrow { margin-bottom: 24px; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
th, td { padding: 7px 14px 7px 0; text-align: left; vertical-align: baseline; border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--soft); font-weight: 500; font-size: 0.82rem; white-space: nowrap; }
tbody th { font-weight: 500; }
tbody tr:last-child > *, tfoot tr:last-child > * { border-bottom: 0; }
tfoot > tr:first-child > * { border-top: 1px solid var(--soft); }
tfoot th { font-weight: 600; }
td.n, th.n { text-align: right; white-space: nowrap; }
td.tight, th.tight { white-space: nowrap; }
td.wide { overflow-wrap: anywhere; min-width: 12em; }
.facts th { width: 11em; color: var(--soft); font-weight: 400; white-space: nowrap; }
.facts td { overflow-wrap: anywhere; }
.bar { vertical-align: 1px; margin-left: 10px; } .bar .of { fill: var(--grid); } .bar .is { fill: var(--accent); }
code, pre { font-family: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.82rem; }
pre { margin: 0; line-height: 1.55; overflow-x: auto; tab-size: 2; }
code.hash { font-size: 0.76rem; overflow-wrap: anywhere; }
.network { display: flex; flex-wrap: wrap; gap: 0 40px; align-items: flex-start; }
.network svg { max-width: 100%; height: auto; flex: none; }
.layer rect { fill: var(--card); stroke: var(--tip-line); } .layer.trained rect { fill: var(--accent-soft); stroke: var(--accent); }
.layer .kind { font-size: 13.5px; font-weight: 600; } .layer .detail { font-size: 11.5px; fill: var(--soft); }
.arrow path { fill: none; stroke: var(--soft); stroke-width: 1.3; } .arrow text { font-size: 11.5px; fill: var(--soft); }
details > summary { cursor: pointer; color: var(--accent); font-size: 0.92rem; } details[open] > summary { margin-bottom: 12px; }
@media (max-width: 760px) { .split { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 600px) {
  main, header, footer { padding-left: 16px; padding-right: 16px; }
  header { padding-top: 30px; }
  h1 { font-size: 1.65rem; }
  section { margin-top: 36px; }
  .card { padding: 15px; }
  .chart { padding: 13px 10px 6px; }
  .confusion.large text { font-size: 16px; }
  .tiles { grid-template-columns: 1fr 1fr; } .tiles div { padding: 12px 14px; } .tiles dd { font-size: 1.22rem; }
  .tiles div:last-child:nth-child(odd) { grid-column: 1 / -1; }
  .network svg { width: 300px; } .network { justify-content: center; }
  .mistakes { grid-template-columns: repeat(auto-fill, minmax(98px, 1fr)); }
  .facts th { width: 7.5em; white-space: normal; }
  table { font-size: 0.86rem; } th, td { padding-right: 9px; }
  .bar { display: none; }
}
@media print {
  :root { --page: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #ccc; --grid: #e6e6e6; --accent: #2f5fd0; --accent-soft: #eef2fc; --train: #2f5fd0; --validation: #c26a12; --test: #0c8a6c; --wrong: #cf4530; --on-deep: #fff; --tip-line: #aaa; --warn: #8f5300; --warn-soft: #fdf2e0; }
  body { font-size: 10.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  nav, .hovers { display: none; }
  main, header, footer { max-width: none; padding-left: 0; padding-right: 0; }
  header { padding-top: 0; }
  section { margin-top: 24pt; }
  h2 { break-after: avoid; } figure, .findings li, .tiles, tr { break-inside: avoid; }
  .wide-matrix .confusion { flex: 0 1 auto; min-width: 0; } .wide-matrix .rows { position: static; }
  .scroll { overflow: visible; } .confusion { max-width: 100%; height: auto; }
  td.wide { min-width: 0; } td.tight { white-space: normal; } table { font-size: 9pt; } th, td { padding-right: 8pt; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  .grid { grid-template-columns: 1fr 1fr; }
}
`;
