import type { TensorStatistics } from '@descent/core/diagnose';
import { round } from '../report/charts/axes.ts';
import { type Html, html } from '../report/page/html.ts';
import { brief } from './brief.ts';

const WIDTH = 132;
const HEIGHT = 30;

/** How often numbers of a tensor fall where, small enough for a cell of a table: the axis is that of 0, where 0 is among them. */
export function histogram({ histogram: found, count }: TensorStatistics, what: string): Html {
  if (found === null) return html``;
  const { low, high, counts } = found;
  const most = Math.max(...counts);
  const width = WIDTH / counts.length;
  const bars = counts.map((n, i) => {
    // A count of one must be seen beside thousands.
    const height = n === 0 ? 0 : Math.max(1, (HEIGHT * n) / most);
    return n === 0
      ? null
      : html`<rect x="${round(i * width)}" y="${round(HEIGHT - height)}" width="${round(Math.max(1, width - 0.4))}" height="${round(height)}"/>`;
  });
  const zero = low < 0 && high > 0 ? round((WIDTH * -low) / (high - low)) : null;
  return html`<svg class="spark" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${what}: ${count} numbers from ${brief(low)} to ${brief(high)}"><title>${what}: from ${brief(low)} to ${brief(high)}</title>${bars}${
    zero === null ? null : html`<line x1="${zero}" x2="${zero}" y1="0" y2="${HEIGHT}"/>`
  }</svg>`;
}
