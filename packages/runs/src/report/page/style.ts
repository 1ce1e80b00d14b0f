/** Classes of colours for curves of any number of things, in turn. */
export const TONES: readonly string[] = ['c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7'];

/** The style of the page: system fonts, two colour schemes, paper. */
export const STYLE: string = `
:root {
  color-scheme: light dark;
  --page: #f7f7f5; --card: #ffffff; --ink: #1b1c1f; --soft: #63666e; --line: #e3e3de; --grid: #ededea;
  --accent: #2f5fd0; --accent-soft: #e9effc; --train: #2f5fd0; --validation: #c26a12; --test: #0c8a6c; --wrong: #cf4530; --on-deep: #ffffff;
  --tip: #ffffff; --tip-line: #d4d4ce; --edge: #00000038;
  --warn: #8f5300; --warn-soft: #fdf2e0;
  --c0: #2f5fd0; --c1: #c26a12; --c2: #0c8a6c; --c3: #a13a96; --c4: #b5304a; --c5: #5f6773; --c6: #7d6d00; --c7: #00809e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #121316; --card: #1a1c20; --ink: #e9e9eb; --soft: #9da1ab; --line: #2c2f36; --grid: #25282e;
    --accent: #7ea2ff; --accent-soft: #202a45; --train: #7ea2ff; --validation: #f0a551; --test: #46c9a4; --wrong: #f0745f; --on-deep: #111317;
    --tip: #23262c; --tip-line: #3c4049; --edge: #ffffff4d;
    --warn: #f0b566; --warn-soft: #33281a;
    --c0: #7ea2ff; --c1: #f0a551; --c2: #46c9a4; --c3: #e08ad6; --c4: #f58299; --c5: #aab1bd; --c6: #d0c04a; --c7: #56c5e0;
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
.tiles { display: flex; flex-wrap: wrap; gap: 1px; margin: 28px 0 0; padding: 0; background: var(--line); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; }
.tiles div { flex: 1 1 150px; background: var(--card); padding: 15px 18px 14px; }
.tiles dt { color: var(--soft); font-size: 0.82rem; }
.tiles dd { margin: 2px 0 0; font-size: 1.42rem; font-weight: 620; letter-spacing: -0.015em; line-height: 1.3; overflow-wrap: anywhere; }
.tiles dd small { display: block; font-size: 0.8rem; font-weight: 400; letter-spacing: 0; color: var(--soft); }
.verdict { display: grid; gap: 18px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 380px), 1fr)); align-items: start; }
.checks, .steps { list-style: none; margin: 0; padding: 0; display: grid; gap: 12px; }
.checks li { display: grid; grid-template-columns: 16px minmax(0, 1fr); gap: 0 11px; }
.checks svg { margin-top: 3px; } .checks path { fill: none; stroke: var(--card); stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; } .checks .shape { stroke: none; }
.checks .is-good circle { fill: var(--test); } .checks .is-note circle { fill: var(--soft); } .checks .is-warn .shape { fill: var(--warn); }
.checks b, .steps b { display: block; font-weight: 620; } .checks b::first-letter, .steps b::first-letter { text-transform: uppercase; }
.checks p, .steps p { margin: 0; color: var(--soft); font-size: 0.94rem; overflow-wrap: anywhere; }
.commands { margin: 0; font-size: 0.94rem; } .steps + .commands { margin-top: 14px; padding-top: 14px; border-top: 1px solid var(--line); }
.commands dt { color: var(--soft); } .commands dt::first-letter { text-transform: uppercase; } .commands dd { margin: 1px 0 9px; overflow-wrap: anywhere; } .commands dd:last-child { margin-bottom: 0; }
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
${TONES.map((tone) => `.key.${tone} i, .curve.${tone}, .tip circle.${tone} { color: var(--${tone}); }`).join(' ')}
.curve.faint { opacity: 0.28; } .curve.faint path { stroke-width: 1.2; }
.key { white-space: nowrap; }
.mark line { stroke: var(--soft); stroke-dasharray: 2 4; } .mark text { fill: var(--soft); }
.zone { fill: none; pointer-events: all; } .tip { opacity: 0; pointer-events: none; }
.hover:hover .tip { opacity: 1; }
.tip line { stroke: var(--soft); stroke-width: 1; } .tip circle { stroke: var(--card); stroke-width: 1.5; }
.tip .box { fill: var(--tip); stroke: var(--tip-line); }
.equal { stroke: var(--soft); stroke-dasharray: 4 4; } .dots circle { fill: currentColor; fill-opacity: 0.45; } .dots circle:hover { fill-opacity: 1; }
.trials circle { fill: var(--accent); fill-opacity: 0.6; } .trials .short { fill-opacity: 0.22; } .trials .first { fill: var(--validation); fill-opacity: 1; } .trials .lost { stroke: var(--wrong); stroke-width: 1.6; fill: none; }
.parallel { display: block; } .lines path { fill: none; stroke: var(--soft); stroke-opacity: 0.3; stroke-width: 1.2; } .lines .near { stroke: var(--accent); stroke-opacity: 0.85; stroke-width: 1.6; } .lines .first { stroke: var(--validation); stroke-opacity: 1; stroke-width: 2.6; } .lines .none { stroke: var(--wrong); stroke-dasharray: 3 4; } .lines path:hover { stroke-opacity: 1; stroke-width: 2.6; }
.parallel .axis text { paint-order: stroke; stroke: var(--card); stroke-width: 4px; } .parallel .axis .name { fill: var(--ink); font-weight: 600; }
.square { max-width: 520px; }
/* A shadow at the side where there is more. What moves along with the content covers those that stay at the edges. */
.scroll {
  overflow-x: auto; -webkit-overflow-scrolling: touch; background:
    linear-gradient(to right, var(--card) 40%, transparent) left / 36px 100% no-repeat local,
    linear-gradient(to left, var(--card) 40%, transparent) right / 36px 100% no-repeat local,
    linear-gradient(to right, var(--edge), transparent) left / 14px 100% no-repeat scroll,
    linear-gradient(to left, var(--edge), transparent) right / 14px 100% no-repeat scroll;
}
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
.mistakes figure.wrong { border-color: var(--wrong); } b.wrong { color: var(--wrong); }
.spark { display: block; } .spark rect { fill: var(--accent); } .spark line { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 2 3; }
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
.network { display: grid; gap: 28px 40px; grid-template-columns: minmax(0, max-content) minmax(560px, 1fr); align-items: start; } .network.above { grid-template-columns: minmax(0, 1fr); }
.network img { display: block; height: auto; max-width: 100%; margin: 0 auto; } .network.above img { max-width: max(100%, 620px); } .network > div { min-width: 0; }
details.card, .card > details { margin-top: 14px; } .stack > details.card { margin-top: 0; } details > summary { cursor: pointer; color: var(--accent); font-size: 0.92rem; } details[open] > summary { margin-bottom: 12px; }
@media (max-width: 1000px) { .network { grid-template-columns: minmax(0, 1fr); } td.wide { min-width: 8em; } td.tight { white-space: normal; } }
@media (max-width: 860px) { .split { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 600px) {
  main, header, footer { padding-left: 16px; padding-right: 16px; }
  header { padding-top: 30px; }
  h1 { font-size: 1.65rem; }
  section { margin-top: 36px; }
  .card { padding: 15px; }
  .chart { padding: 13px 10px 6px; }
  .confusion.large text { font-size: 16px; }
  .tiles div { flex-basis: 40%; padding: 12px 14px; } .tiles dd { font-size: 1.22rem; }
  .mistakes { grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 8px; } .mistakes figcaption { padding: 6px 8px 7px; font-size: 0.78rem; }
  .network img { max-width: max(100%, 300px); }
  /* A row of a table becomes a list of names and values. */
  .stacked .scroll { background: none; overflow: visible; } .stacked thead { display: none; } .stacked table, .stacked tbody, .stacked tr, .stacked th, .stacked td { display: block; }
  .stacked tr { padding: 10px 0; border-bottom: 1px solid var(--line); } .stacked tr:first-child { padding-top: 0; } .stacked tr:last-child { border: 0; padding-bottom: 0; }
  .stacked th, .stacked td { border: 0; padding: 2px 0; text-align: left; white-space: normal; overflow-wrap: anywhere; min-width: 0; }
  .stacked td { display: grid; grid-template-columns: 7.5em minmax(0, 1fr); } .stacked td::before { content: attr(data-name); color: var(--soft); } .stacked td:empty { display: none; } .stacked tbody th { font-weight: 620; }
  .facts th { width: 7.5em; white-space: normal; }
  table { font-size: 0.86rem; } th, td { padding-right: 9px; }
  .bar { display: none; }
}
@page { margin: 14mm 12mm; }
@media print {
  :root { --page: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #ccc; --grid: #e6e6e6; --accent: #2f5fd0; --accent-soft: #eef2fc; --train: #2f5fd0; --validation: #c26a12; --test: #0c8a6c; --wrong: #cf4530; --on-deep: #fff; --tip-line: #aaa; --warn: #8f5300; --warn-soft: #fdf2e0; --c0: #2f5fd0; --c1: #c26a12; --c2: #0c8a6c; --c3: #a13a96; --c4: #b5304a; --c5: #5f6773; --c6: #7d6d00; --c7: #00809e; }
  body { font-size: 10.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  nav, .hovers { display: none; }
  main, header, footer { max-width: none; padding-left: 0; padding-right: 0; }
  header { padding-top: 0; }
  section { margin-top: 24pt; }
  h2, h3 { break-after: avoid; } figure, .network, .network img, .checks li, .tiles, .tiles div, tr { break-inside: avoid; }
  h1 { font-size: 20pt; } .lead { font-size: 11pt; } .tiles { background: none; gap: 0; } .tiles div { flex-basis: 22%; } .card { padding: 10pt; }
  .wide-matrix .confusion { flex: 0 1 auto; min-width: 0; } .wide-matrix .rows { position: static; }
  .scroll { overflow: visible; background: none; } .network, .network.above { grid-template-columns: minmax(0, 1fr); gap: 14pt; } .network img, .network.above img { max-width: 100%; max-height: 130mm; } .mistakes { grid-template-columns: repeat(6, 1fr); } details:not(.card)::details-content { content-visibility: visible; } details:not(.card) > summary { display: none; }
  .confusion { max-width: 100%; height: auto; max-height: 175mm; break-inside: avoid; } tfoot { display: table-row-group; }
  td.wide { min-width: 6em; } td.tight { white-space: normal; } table { font-size: 9pt; } th, td { padding-right: 8pt; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  .grid { grid-template-columns: 1fr 1fr; }
}
`;
