import { STYLE } from '@descent/runs/charts';

/** The style of reports, and what a page that is worked with needs beside it. */
export const BOARD_STYLE: string = `${STYLE}
body { padding-bottom: 48px; }
main, header { max-width: 1560px; }
header { padding-top: 28px; display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 16px; }
h1 { font-size: 1.5rem; }
header p { margin: 0; color: var(--soft); font-size: 0.9rem; }
.live { display: inline-flex; align-items: center; gap: 7px; margin-left: auto; font-size: 0.85rem; color: var(--soft); }
.live i { width: 9px; height: 9px; border-radius: 50%; background: var(--test); } .live.lost i { background: var(--wrong); } .live.wait i { background: var(--c5); }
section { margin-top: 22px; }
h2 { font-size: 1.05rem; }
.tools { display: flex; flex-wrap: wrap; align-items: center; gap: 10px 14px; margin-bottom: 12px; font-size: 0.88rem; }
.tools .end { margin-left: auto; }
label { display: inline-flex; align-items: center; gap: 7px; }
input, select, button { font: inherit; color: inherit; }
input[type="search"], select, .button { background: var(--card); border: 1px solid var(--edge); border-radius: 8px; padding: 6px 11px; min-height: 36px; }
input[type="search"] { width: 290px; max-width: 100%; }
input[type="checkbox"] { width: 17px; height: 17px; margin: 0; accent-color: var(--accent); flex: none; }
input[type="range"] { accent-color: var(--accent); width: 130px; }
.button { cursor: pointer; } .button:hover { border-color: var(--accent); color: var(--accent); }
:root { --edge: #8d8f96; } @media (prefers-color-scheme: dark) { :root { --edge: #6f747f; } }
input:focus-visible, select:focus-visible, button:focus-visible, summary:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.segments { display: inline-flex; border: 1px solid var(--edge); border-radius: 8px; overflow: hidden; padding: 0; margin: 0; min-width: 0; }
.segments label { position: relative; padding: 5px 11px; cursor: pointer; background: var(--card); min-height: 34px; } .segments label + label { border-left: 1px solid var(--line); }
.segments input { position: absolute; opacity: 0; inset: 0; width: 100%; height: 100%; cursor: pointer; } .segments label:has(:checked) { background: var(--accent-soft); color: var(--accent); font-weight: 600; }
.segments label:has(:focus-visible) { outline: 2px solid var(--accent); outline-offset: -2px; }
.group { display: inline-flex; align-items: center; flex-wrap: wrap; gap: 7px; border: 0; padding: 0; margin: 0; min-width: 0; }
.menu { position: relative; } .menu > summary { list-style: none; color: inherit; font-size: inherit; margin: 0; } .menu[open] > summary { margin: 0; } .menu > summary::-webkit-details-marker { display: none; } .menu > summary::after { content: " ▾"; color: var(--soft); }
.menu > div { position: absolute; z-index: 5; right: 0; top: calc(100% + 6px); background: var(--tip); border: 1px solid var(--tip-line); border-radius: 10px; padding: 12px 16px; display: grid; gap: 8px; max-height: 340px; overflow: auto; min-width: 210px; box-shadow: 0 8px 28px rgb(0 0 0 / 0.16); }
/* A shadow at the right where there are more columns; what moves along with them covers it at their end. */
.runs { background: linear-gradient(to left, var(--card) 40%, transparent) right / 36px 100% no-repeat local, linear-gradient(to left, color-mix(in srgb, var(--edge) 60%, transparent), transparent) right / 16px 100% no-repeat scroll, var(--card); border: 1px solid var(--line); border-radius: 12px; overflow: auto; max-height: 46vh; }
.runs.short { max-height: none; }
.runs table { border-collapse: separate; border-spacing: 0; font-size: 0.86rem; }
.runs th, .runs td { padding: 7px 13px; white-space: nowrap; vertical-align: middle; } .runs th, .runs .check { background: var(--card); }
.runs thead th { position: sticky; top: 0; z-index: 2; padding: 0; border-bottom: 1px solid var(--tip-line); }
.runs thead button { border: 0; background: none; padding: 9px 13px; cursor: pointer; color: var(--soft); font-size: 0.82rem; width: 100%; text-align: inherit; white-space: nowrap; } .runs thead button:hover { color: var(--accent); }
.runs thead [aria-sort]:not([aria-sort="none"]) button { color: var(--ink); font-weight: 600; }
.runs thead .check { padding: 0 13px; }
.runs .check { width: 43px; padding-right: 0; }
.runs .check label { padding: 5px 0; }
.runs tbody th { position: sticky; left: 0; z-index: 1; max-width: 300px; }
.runs thead th.name { left: 0; z-index: 3; }
.runs tbody tr:hover > * { background: var(--grid); }
.runs tr.chosen > * { background: color-mix(in srgb, var(--accent-soft) 60%, var(--card)); } .runs tr.chosen > td:not(.check) { background: color-mix(in srgb, var(--accent-soft) 60%, transparent); }
.runs .name span { display: inline-block; max-width: 270px; overflow: hidden; text-overflow: ellipsis; vertical-align: bottom; }
.runs .cut { max-width: 190px; overflow: hidden; text-overflow: ellipsis; }
.runs tbody th i, .chosen-runs i, .tip-box i, .differences i { display: inline-block; width: 12px; height: 12px; border-radius: 3px; background: var(--line); margin-right: 9px; vertical-align: -1px; flex: none; }
.runs .soft { font-size: 0.8rem; margin-left: 5px; }
.state { display: inline-flex; align-items: center; gap: 6px; } .state::before { content: ""; width: 8px; height: 8px; border-radius: 50%; background: var(--c5); }
.state.training::before, .state.starting::before { background: var(--accent); animation: beat 1.6s ease-in-out infinite; } .state.finished::before { background: var(--test); } .state.failed::before, .state.unreadable::before { background: var(--wrong); } .state.interrupted::before, .state.cut::before { background: var(--validation); }
@keyframes beat { 50% { opacity: 0.3; } }
@media (prefers-reduced-motion: reduce) { .state::before { animation: none !important; } }
.problem { color: var(--wrong); font-size: 0.8rem; display: block; white-space: normal; max-width: 38ch; min-width: 20ch; overflow-wrap: anywhere; }
progress { width: 58px; height: 6px; margin-left: 9px; vertical-align: middle; accent-color: var(--accent); }
.empty { padding: 34px 20px; text-align: center; color: var(--soft); } .empty p { margin: 0 auto 6px; } .empty code { color: var(--ink); }
.chosen-runs { display: flex; flex-wrap: wrap; gap: 6px 8px; margin: 0 0 14px; padding: 0; list-style: none; font-size: 0.84rem; max-height: 130px; overflow: auto; }
.chosen-runs li { display: inline-flex; align-items: center; max-width: 100%; background: var(--card); border: 1px solid var(--line); border-radius: 99px; padding: 1px 4px 1px 11px; } .chosen-runs i { border-radius: 50%; width: 10px; height: 10px; margin-right: 7px; }
.chosen-runs span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; max-width: 260px; }
.chosen-runs a { margin-left: 8px; } .chosen-runs button { border: 0; background: none; cursor: pointer; width: 26px; height: 26px; border-radius: 50%; color: var(--soft); padding: 0; margin-left: 2px; } .chosen-runs button:hover { color: var(--wrong); }
.charts { display: grid; gap: 16px; grid-template-columns: repeat(auto-fill, minmax(min(100%, 330px), 1fr)); align-items: start; }
.charts .chart { max-width: none; } .plot { position: relative; margin: 0; touch-action: pan-y; border-radius: 12px; } .plot:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.curve.of-train path { stroke-width: 1.4; stroke-dasharray: 5 4; } .curve.of-train:not(.alone) circle, .curve.of-test:not(.alone) circle { display: none; } .curve.of-test.alone path, .curve.of-train.alone path { stroke-dasharray: none; stroke-width: 2; } .curve.of-test path { stroke-dasharray: 1.5 4; }
.lines-key { display: inline-flex; gap: 12px; } .lines-key svg { display: inline-block; width: 26px; height: 8px; vertical-align: 1px; margin-right: 5px; } .lines-key line { stroke: var(--soft); stroke-width: 2; stroke-linecap: round; } .lines-key .of-train { stroke-dasharray: 5 4; stroke-linecap: butt; } .lines-key .of-test { stroke-dasharray: 1.5 4; }
.tip-box { position: absolute; z-index: 4; pointer-events: none; background: var(--tip); border: 1px solid var(--tip-line); border-radius: 8px; padding: 7px 11px; font-size: 0.8rem; line-height: 1.5; left: 0; right: 0; box-shadow: 0 4px 16px rgb(0 0 0 / 0.14); top: 100%; } .tip-box b { font-weight: 600; }
.tip-box div { display: flex; gap: 12px; justify-content: space-between; } .tip-box div span:first-child { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0; } .tip-box i { width: 9px; height: 9px; margin-right: 6px; border-radius: 50%; vertical-align: 0; }
.over { position: absolute; pointer-events: none; } .cross { position: absolute; width: 0; border-left: 1px solid var(--soft); } .dot { position: absolute; width: 9px; height: 9px; margin: -4.5px 0 0 -4.5px; border-radius: 50%; border: 1.5px solid var(--card); }
.differences { overflow-x: auto; } .differences td { overflow-wrap: anywhere; min-width: 9em; vertical-align: top; } .differences th { vertical-align: bottom; } .differences tbody th { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.8rem; white-space: nowrap; vertical-align: top; position: sticky; left: 0; background: var(--card); }
.differences thead th { white-space: normal; min-width: 9em; } .differences thead th > span { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; overflow-wrap: anywhere; } .differences td.odd { color: var(--accent); font-weight: 600; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.t0 { --tone: var(--c0); } .t1 { --tone: var(--c1); } .t2 { --tone: var(--c2); } .t3 { --tone: var(--c3); } .t4 { --tone: var(--c4); } .t5 { --tone: var(--c5); } .t6 { --tone: var(--c6); } .t7 { --tone: var(--c7); }
i.t0, i.t1, i.t2, i.t3, i.t4, i.t5, i.t6, i.t7 { background: var(--tone) !important; }
@media (max-width: 700px) {
  .runs tbody th { max-width: 150px; } .runs .name span { max-width: 118px; } .runs th, .runs td { padding: 9px 10px; } .runs thead button { padding: 9px 10px; }
  .runs { max-height: 56vh; }
  input[type="search"] { width: 100%; } .tools .grow { flex: 1 1 100%; }
  .tools .end { margin-left: 0; } .menu > div { right: auto; left: 0; }
  .live { margin-left: 0; }
}
@media (pointer: coarse) { .runs .check label { padding: 11px 0; } .chosen-runs button { width: 34px; height: 34px; } .segments label, .button, select, input[type="search"] { min-height: 44px; } }
`;
