import type { NumberEvaluation } from '../evaluation.ts';
import { decimal } from '../page/format.ts';
import { type Html, html } from '../page/html.ts';
import { round, sharedScale, valueLabel } from './axes.ts';

const SIDE = 420;
const FRAME = { left: 90, right: 406, top: 14, bottom: 330 } as const;
/** Characters of a label for which there is room under each tick, on a phone, too. */
const ROOM = 3;

/** Predicted against true numbers; on the line they are equal. */
export function scatter({ points, set }: NumberEvaluation): Html {
  const values = points.flatMap((p) => [p.expected, p.predicted]);
  const x = sharedScale(values, [FRAME.left, FRAME.right]);
  const y = sharedScale(values, [FRAME.bottom, FRAME.top]);
  const label = valueLabel(x);
  const ticks = x.ticks(5);
  const every = Math.max(...ticks.map((tick) => label(tick).length)) > ROOM ? 2 : 1;
  const [low, high] = x.domain() as [number, number];
  return html`<figure class="chart square"><figcaption><b>Predicted and true</b> <span class="soft">${set}</span></figcaption>
<div class="frame"><svg viewBox="0 0 ${SIDE} ${SIDE - 20}" role="img" aria-label="Predicted against true values of ${points.length} numbers">
<g class="axis">${ticks.map((tick, t) => {
    const [across, up] = [round(x(tick)), round(y(tick))];
    return html`<line class="grid" x1="${FRAME.left}" x2="${FRAME.right}" y1="${up}" y2="${up}"/><line class="grid" x1="${across}" x2="${across}" y1="${FRAME.top}" y2="${FRAME.bottom}"/><text x="${FRAME.left - 8}" y="${up}" dy="0.32em" text-anchor="end">${label(tick)}</text>${t % every === 0 ? html`<text x="${across}" y="${FRAME.bottom + 25}" text-anchor="middle">${label(tick)}</text>` : null}`;
  })}<text class="name" x="${(FRAME.left + FRAME.right) / 2}" y="${SIDE - 26}" text-anchor="middle">true</text><text class="name" transform="translate(18 ${(FRAME.top + FRAME.bottom) / 2}) rotate(-90)" text-anchor="middle">predicted</text></g>
<line class="equal" x1="${round(x(low))}" y1="${round(y(low))}" x2="${round(x(high))}" y2="${round(y(high))}"/>
<g class="dots test">${points.map(
    ({ expected, predicted }) =>
      html`<circle cx="${round(x(expected))}" cy="${round(y(predicted))}" r="3"><title>true ${decimal(expected)}, predicted ${decimal(predicted)}</title></circle>`,
  )}</g></svg></div></figure>`;
}
