// d3-scale chooses ticks and their labels, d3-shape joins points to paths: the two parts of charts that are easy to get wrong. Both are
// small, have no part in the page itself and need no browser; a whole chart library would bring its own look and its own script.
import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from 'd3-scale';
import { type Html, html } from '../page/html.ts';

/** From numbers to places in the drawing. */
export type Scale = ScaleContinuousNumeric<number, number>;

/** A drawing in units that are about pixels; the frame is what the curves may fill. */
export const SIZE: { readonly width: number; readonly height: number } = { width: 480, height: 288 };
export const FRAME: {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
} = { left: 66, right: 466, top: 14, bottom: 234 };

/** Largest over smallest value from which a logarithmic scale shows more. */
const DECADES = 50;

/** A scale for values upwards: logarithmic when all are positive and far apart, or `always` those that are positive; with round ends. */
export function valueScale(values: readonly number[], logarithmic: boolean | 'always'): Scale {
  const places = [FRAME.bottom, FRAME.top];
  if (logarithmic === 'always') {
    const [low, high] = extent(values.filter((value) => value > 0));
    // Of numbers close to each other, a decade has no round ends.
    const scale = scaleLog().domain(low < high ? [low, high] : [Math.max(low, 1e-9) / 2, Math.max(high, 1e-9) * 2]);
    return (high / low > DECADES ? scale.nice() : scale).range(places);
  }
  const [low, high] = extent(values);
  if (logarithmic && low > 0 && high / low > DECADES) return scaleLog().domain([low, high]).range(places).nice();
  return scaleLinear().domain(widened(low, high)).range(places).nice(5);
}

/** A scale for numbers to the right, from the smallest to the largest. */
export function positionScale(values: readonly number[]): Scale {
  return scaleLinear()
    .domain(widened(...extent(values)))
    .range([FRAME.left, FRAME.right]);
}

/** A linear scale for both axes of a square comparison. */
export function sharedScale(values: readonly number[], places: readonly [number, number]): Scale {
  return scaleLinear()
    .domain(widened(...extent(values)))
    .nice(5)
    .range([...places]);
}

export function isLogarithmic(scale: Scale): boolean {
  return 'base' in scale;
}

function extent(values: readonly number[]): readonly [number, number] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [0, 1];
  return finite.reduce<readonly [number, number]>(
    ([low, high], v) => [Math.min(low, v), Math.max(high, v)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
}

/** One value alone stands in the middle. */
function widened(low: number, high: number): readonly [number, number] {
  if (low < high) return [low, high];
  const half = Math.abs(low) / 2 || 0.5;
  return [low - half, high + half];
}

/** Lines and labels of the upward axis. */
export function valueAxis(scale: Scale): Html {
  const label = valueLabel(scale);
  // Of the many ticks of a logarithmic scale, only some have a label.
  const ticks = scale.ticks(5).filter((tick) => label(tick) !== '');
  return html`<g class="axis">${ticks.map((tick) => {
    const y = round(scale(tick));
    return html`<line class="grid" x1="${FRAME.left}" x2="${FRAME.right}" y1="${y}" y2="${y}"/><text x="${FRAME.left - 8}" y="${y}" dy="0.32em" text-anchor="end">${label(tick)}</text>`;
  })}</g>`;
}

/** Labels that leave room: `120 M` for what is large, `1e34` for what is huge, `2e-7` for what is small. */
export function valueLabel(scale: Scale): (value: number) => string {
  const most = Math.max(...scale.domain().map(Math.abs));
  if (most >= HUGE) {
    const label = scale.tickFormat(5, '~e');
    return (value) => (value === 0 || value === 1 ? String(value) : label(value).replace('e+', 'e'));
  }
  if (most >= LARGE) {
    const label = scale.tickFormat(5, '~s');
    return (value) => label(value).replace(/([a-zA-Z])$/, '\u202f$1');
  }
  // A logarithmic scale would write 10m for 0.01.
  return most < SMALL
    ? scale.tickFormat(5, '~e')
    : isLogarithmic(scale)
      ? scale.tickFormat(5, '~g')
      : scale.tickFormat(5);
}

const LARGE = 1e5;
/** There is no letter for more that people read. */
const HUGE = 1e15;
const SMALL = 1e-3;

/** The width of a character on the smallest place that a chart has. */
const CHARACTER = 9.5;

/** Labels of the axis to the right, and its name; whole numbers only where `whole`. */
export function positionAxis(scale: Scale, name: string, whole: boolean): Html {
  const label = whole ? scale.tickFormat(6, ',d') : scale.tickFormat(6);
  const ticks = scale.ticks(6).filter((tick) => !whole || Number.isInteger(tick));
  const wanted = ticks.reduce((sum, tick) => sum + (label(tick).length + 1.5) * CHARACTER, 0);
  const every = wanted > FRAME.right - FRAME.left ? 2 : 1;
  const base = FRAME.bottom;
  return html`<g class="axis"><line class="base" x1="${FRAME.left}" x2="${FRAME.right}" y1="${base}" y2="${base}"/>${ticks.map(
    (tick, t) => {
      const x = round(scale(tick));
      return html`<line class="base" x1="${x}" x2="${x}" y1="${base}" y2="${base + 4}"/>${t % every === 0 ? html`<text x="${x}" y="${base + 22}" text-anchor="middle">${label(tick)}</text>` : null}`;
    },
  )}<text class="name" x="${(FRAME.left + FRAME.right) / 2}" y="${SIZE.height - 6}" text-anchor="middle">${name}</text></g>`;
}

/** A coordinate, short. */
export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
