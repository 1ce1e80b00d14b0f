import { expectCount, expectOptions } from '../options.ts';
import { expectSchedule, rateAt, type Schedule } from './rate.ts';

export interface DrawScheduleOptions {
  /** How many steps are drawn, from the first on. */
  readonly steps: number;
  /** In pixels, default 480. */
  readonly width?: number;
  /** In pixels, default 200. */
  readonly height?: number;
}

/** Room for the numbers: on the left, and below. */
const [LEFT, BELOW, EDGE] = [64, 22, 8];
/** More points than this lie closer together than pixels. */
const MOST_POINTS = 2000;

/**
 * A picture of a schedule: the rate of each step as a line, as the text of an SVG. It takes the colour of the text around it.
 * @throws ValueError when the schedule gives something else than a finite number of at least 0.
 */
export function drawSchedule(schedule: Schedule, options: DrawScheduleOptions): string {
  expectSchedule('drawSchedule: the schedule', schedule);
  expectOptions('drawSchedule', options, ['steps', 'width', 'height']);
  const { steps, width = 480, height = 200 } = options;
  expectCount('drawSchedule', 'steps', steps);
  expectCount('drawSchedule', 'width', width, 120);
  expectCount('drawSchedule', 'height', height, 60);
  const count = Math.min(steps, MOST_POINTS);
  const drawn = Array.from({ length: count }, (_, i) => 1 + Math.round((i * (steps - 1)) / Math.max(1, count - 1)));
  const rates = drawn.map((step) => rateAt('drawSchedule.schedule', schedule, step));
  const highest = rates.reduce((most, rate) => Math.max(most, rate), 0);
  const top = highest === 0 ? 1 : highest;
  const x = (step: number): number => LEFT + ((step - 1) / Math.max(1, steps - 1)) * (width - LEFT - EDGE);
  const y = (rate: number): number => EDGE + (1 - rate / top) * (height - EDGE - BELOW);
  const line = drawn.map((step, i) => `${round(x(step))},${round(y(rates[i] as number))}`).join(' ');
  const [bottom, right] = [round(y(0)), round(x(steps))];
  const label = (at: number, down: number, anchor: string, text: string | number): string =>
    `<text x="${at}" y="${down}" text-anchor="${anchor}">${text}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img"`,
    ` aria-label="schedule over ${steps} steps, at most ${short(top)}" fill="none" stroke="currentColor">`,
    `<path d="M${LEFT} ${EDGE}V${bottom}H${width - EDGE}" opacity="0.4"/>`,
    `<polyline points="${line}" stroke-width="2" stroke-linejoin="round"/>`,
    '<g fill="currentColor" stroke="none" font-family="sans-serif" font-size="12">',
    label(LEFT - 6, EDGE + 8, 'end', short(top)),
    label(LEFT - 6, bottom, 'end', 0),
    label(LEFT, height - 6, 'start', 'step 1'),
    ...(steps === 1 ? [] : [label(right, height - 6, 'end', steps)]),
    '</g></svg>',
  ].join('');
}

function round(v: number): number {
  return Math.round(v * 10) / 10;
}

function short(v: number): string {
  return String(Number(v.toPrecision(3)));
}
