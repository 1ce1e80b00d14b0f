import { line } from 'd3-shape';
import { decimal } from '../page/format.ts';
import { type Html, html } from '../page/html.ts';
import {
  FRAME,
  isLogarithmic,
  positionAxis,
  positionScale,
  round,
  type Scale,
  SIZE,
  valueAxis,
  valueScale,
} from './axes.ts';
import { type Point, spaced, thinned } from './thin.ts';

/** One curve. */
export interface Series {
  readonly name: string;
  /** The class that gives its colour. */
  readonly tone: string;
  readonly points: readonly Point[];
  /** Drawn thin behind the others, without a name and without values at the pointer. */
  readonly faint?: boolean;
}

/** A place to point out along a chart; its label stands where curves like these leave room. */
export interface Mark {
  readonly x: number;
  readonly label: string;
  readonly place: 'top' | 'bottom';
}

export interface LineChart {
  readonly title: string;
  /** What is to the right: `epoch`. */
  readonly along: string;
  readonly series: readonly Series[];
  /** A place to point out, such as the best epoch. */
  readonly mark?: Mark | undefined;
  /** Values that are far apart may stand on a logarithmic scale; `always`: those above 0 do, and no others are drawn. */
  readonly logarithmic?: boolean | 'always';
  /** Names beside the title. Default true. */
  readonly legend?: boolean;
  /** Whether only whole numbers are named along it. Default true. */
  readonly whole?: boolean;
  /** Values at the pointer; without them a script may show its own. Default true. */
  readonly hovers?: boolean;
}

/** Where the drawing of a chart has its numbers, for a script that points at them; in units of its `viewBox`. */
export interface Places {
  readonly width: number;
  readonly height: number;
  /** What curves may fill. */
  readonly frame: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  x(value: number): number;
  y(value: number): number;
  /** The number along the chart at a place to the right. */
  xAt(place: number): number;
}

const MOST_POINTS = 800;
const MOST_HOVERS = 150;
/** Fewer points than that are drawn as dots, too. */
const DOTS = 30;

/** Curves over epochs or steps, with a legend and the values at the pointer. Works without a script: columns show their values when pointed at. */
export function lineChart(chart: LineChart): Html {
  const { title, along, series, mark, legend = true, whole = true } = chart;
  const { x, y } = scalesOf(chart);
  const named = series.filter(({ faint }) => faint !== true);
  const scaleNote = isLogarithmic(y) ? html` <span class="soft">log scale</span>` : null;
  return html`<figure class="chart"><figcaption><b>${title}</b>${scaleNote}${
    legend &&
    html`<span class="legend">${named.map(
      ({ name, tone }) => html`<span class="key ${tone}"><i></i>${name}</span>`,
    )}</span>`
  }</figcaption>
<div class="frame"><svg viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img" aria-label="${describe(title, along, named)}">
${valueAxis(y)}${positionAxis(x, along, whole)}
${mark === undefined ? null : markLine(mark, x)}
${[...series].sort((a, b) => Number(b.faint ?? false) - Number(a.faint ?? false)).map((s) => curve(s, x, y))}
${chart.hovers === false ? null : hovers(named, along, x, y)}
</svg></div></figure>`;
}

/** Where `lineChart` draws the numbers of the same chart. */
export function placesOf(chart: Pick<LineChart, 'series' | 'logarithmic'>): Places {
  const { x, y } = scalesOf(chart);
  return { ...SIZE, frame: FRAME, x, y, xAt: (place) => x.invert(place) };
}

function scalesOf({ series, logarithmic = false }: Pick<LineChart, 'series' | 'logarithmic'>): {
  readonly x: Scale;
  readonly y: Scale;
} {
  const all = series.flatMap((s) => s.points);
  const values = all.map((p) => p.y);
  return { x: positionScale(all.map((p) => p.x)), y: valueScale(values, logarithmic) };
}

function describe(title: string, along: string, series: readonly Series[]): string {
  const ends = series.flatMap(({ name, points }) => {
    const [first, last] = [points[0], points.at(-1)];
    return first === undefined || last === undefined ? [] : [`${name} from ${decimal(first.y)} to ${decimal(last.y)}`];
  });
  return `${title} by ${along}: ${ends.join(', ')}`;
}

function curve({ tone, points, faint = false }: Series, x: Scale, y: Scale): Html {
  const path = line<Point>(
    (p) => x(p.x),
    (p) => y(p.y),
  )
    .defined((p) => Number.isFinite(y(p.y)))
    .digits(1)(thinned(points, MOST_POINTS));
  const dots = faint || points.length > DOTS ? [] : points.filter((p) => Number.isFinite(y(p.y)));
  return html`<g class="curve ${tone}${faint && ' faint'}"><path d="${path}"/>${dots.map(
    (p) => html`<circle cx="${round(x(p.x))}" cy="${round(y(p.y))}" r="2.2"/>`,
  )}</g>`;
}

function markLine({ x: at, label, place }: Mark, scale: Scale): Html {
  const x = round(scale(at));
  const left = x > (FRAME.left + FRAME.right) / 2;
  const y = place === 'top' ? FRAME.top + 8 : FRAME.bottom - 10;
  return html`<g class="mark"><line x1="${x}" x2="${x}" y1="${FRAME.top}" y2="${FRAME.bottom}"/><text x="${left ? x - 7 : x + 7}" y="${y}" text-anchor="${left ? 'end' : 'start'}">${label}</text></g>`;
}

/** One column for each place along: invisible until the pointer is in it. */
function hovers(series: readonly Series[], along: string, x: Scale, y: Scale): Html {
  const [longest] = [...series].sort((a, b) => b.points.length - a.points.length);
  const places = longest?.points.map((p) => p.x) ?? [];
  const shown = spaced(places.length, MOST_HOVERS).map((i) => places[i] as number);
  const lookups = series.map((s) => ({ ...s, at: new Map(s.points.map((p) => [p.x, p.y])) }));
  return html`<g class="hovers">${shown.map((place, i) => {
    const center = x(place);
    const from = i === 0 ? FRAME.left : (x(shown[i - 1] as number) + center) / 2;
    const to = i === shown.length - 1 ? FRAME.right : (center + x(shown[i + 1] as number)) / 2;
    const values = lookups.flatMap(({ name, tone, at }) => {
      const value = at.get(place);
      return value === undefined ? [] : [{ name, tone, value }];
    });
    return html`<g class="hover"><rect class="zone" x="${round(from)}" y="${FRAME.top}" width="${round(to - from)}" height="${FRAME.bottom - FRAME.top}"/><g class="tip"><line x1="${round(center)}" x2="${round(center)}" y1="${FRAME.top}" y2="${FRAME.bottom}"/>${values
      .filter(({ value }) => Number.isFinite(y(value)))
      .map(
        ({ tone, value }) => html`<circle class="${tone}" cx="${round(center)}" cy="${round(y(value))}" r="3.5"/>`,
      )}${tooltip(center, [
      `${along} ${place.toLocaleString('en-US')}`,
      ...values.map(({ name, value }) => `${name} ${decimal(value)}`),
    ])}</g></g>`;
  })}</g>`;
}

/** Room for a character and a line; what is set in a larger type on small screens fits, too. */
const CHARACTER = 9;
const LINE = 20;

function tooltip(at: number, lines: readonly string[]): Html {
  const width = 16 + CHARACTER * Math.max(...lines.map((l) => l.length));
  const left = round(at + 10 + width > FRAME.right ? Math.max(2, at - 10 - width) : at + 10);
  return html`<rect class="box" x="${left}" y="${FRAME.top + 4}" width="${round(width)}" height="${12 + LINE * lines.length}" rx="5"/><text>${lines.map(
    (text, i) => html`<tspan x="${left + 8}" y="${FRAME.top + 21 + LINE * i}">${text}</tspan>`,
  )}</text>`;
}
