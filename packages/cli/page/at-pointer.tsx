import { decimal, type Places } from '@descent/runs/charts';
import type { JSX } from 'preact';
import { type BoardChart, type Reading, type Readings, TONE_COUNT } from '../src/board/view/charts.ts';

/** A place in the page, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

interface AtPointerProps {
  readonly readings: Readings;
  readonly chart: BoardChart;
  readonly places: Places;
  /** Where the drawing is. */
  readonly box: Box;
}

/** Values that are listed, at most. */
const MOST_LINES = 12;

/** A line through the chart at one place along it, a dot on each curve, and a box with the values below, where it hides no curve. */
export function AtPointer({ readings, chart, places, box }: AtPointerProps): JSX.Element {
  const { frame, width, height } = places;
  const share = (place: number, whole: number): string => `${(100 * place) / whole}%`;
  const x = places.x(readings.x);
  const cross = { left: share(x, width), top: share(frame.top, height), bottom: share(height - frame.bottom, height) };
  return (
    <div class="over" style={pixels(box)}>
      <div class="cross" style={cross} />
      {readings.all.map(({ drawn, point }) => {
        const y = places.y(point.y);
        // Outliers are no part of the drawing.
        if (!(y >= frame.top && y <= frame.bottom)) return null;
        const place = { left: share(places.x(point.x), width), top: share(y, height) };
        return <i key={keyOf(drawn)} class={`dot t${drawn.tone % TONE_COUNT}`} style={place} />;
      })}
      <div class="tip-box">
        <b>{placeOf(readings, chart)}</b>
        {readings.all.slice(0, MOST_LINES).map((reading) => (
          <Line key={keyOf(reading.drawn)} reading={reading} hasPart={chart.parts.length > 1} />
        ))}
        {readings.all.length > MOST_LINES && <span class="soft">and {readings.all.length - MOST_LINES} more</span>}
      </div>
    </div>
  );
}

function Line({ reading, hasPart }: { readonly reading: Reading; readonly hasPart: boolean }): JSX.Element {
  const { run, part, tone } = reading.drawn;
  return (
    <div>
      <span>
        <i class={`t${tone % TONE_COUNT}`} aria-hidden="true" />
        {run}
      </span>
      <span>
        {hasPart && <span class="soft">{part} </span>}
        {shownValue(reading)}
      </span>
    </div>
  );
}

/** The same in words. */
export function readAloud(readings: Readings, chart: BoardChart): string {
  const values = readings.all.map((reading) => `${reading.drawn.run} ${reading.drawn.part} ${shownValue(reading)}`);
  return [placeOf(readings, chart), ...values].join(', ');
}

function placeOf({ x }: Readings, { along, isWhole }: BoardChart): string {
  return `${along} ${isWhole ? x.toLocaleString('en-US') : decimal(x)}`;
}

function shownValue({ point: { y } }: Reading): string {
  return Number.isFinite(y) ? decimal(y) : 'not finite';
}

function keyOf({ run, part }: Reading['drawn']): string {
  return `${part} ${run}`;
}

function pixels(box: Box): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(box).map(([side, length]) => [side, `${length}px`]));
}
