import { expectCount, expectOptions } from '../options.ts';
import { linePicture, short } from './_line-picture.ts';
import { expectSchedule, rateAt, type Schedule } from './rate.ts';

export interface DrawScheduleOptions {
  /** How many steps are drawn, from the first on. */
  readonly steps: number;
  /** In pixels, default 480. */
  readonly width?: number;
  /** In pixels, default 200. */
  readonly height?: number;
}

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
  return linePicture({
    label: `schedule over ${steps} steps, at most ${short(top)}`,
    width,
    height,
    x: { from: 1, to: steps, texts: ['step 1', steps === 1 ? '' : String(steps)] },
    y: { from: 0, to: top, texts: ['0', short(top)] },
    points: drawn.map((step, at) => [step, rates[at] as number]),
  });
}
