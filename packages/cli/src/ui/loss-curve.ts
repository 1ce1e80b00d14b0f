import type { LearningRateRange } from '@descent/core';
import type { Output } from '../io.ts';
import { bar } from './bars.ts';

/** Lines of the chart: more say no more. */
const LINES = 16;

/** The smoothed loss of a range test as bars, one rate a line; the line of the suggestion is set off. */
export function lossCurve({ rates, smoothed, suggestion }: LearningRateRange, out: Output): string {
  const first = smoothed[0] ?? 0;
  const full = Math.max(...smoothed.filter((loss) => loss <= 1.25 * Math.abs(first)), Number.MIN_VALUE);
  const count = Math.min(LINES, rates.length);
  const marked = suggestion === null ? -1 : rates.indexOf(suggestion);
  const lines = Array.from({ length: count }, (_, k) => Math.round((k * (rates.length - 1)) / Math.max(1, count - 1)));
  // The line that is nearest to the suggestion shows it.
  const nearest = lines.reduce(
    (best, i, k) => (Math.abs(i - marked) < Math.abs((lines[best] as number) - marked) ? k : best),
    0,
  );
  const shown = marked < 0 ? lines : lines.map((i, k) => (k === nearest ? marked : i));
  const rows = shown.map((i) => {
    const line = `  ${shownRate(rates[i] as number).padEnd(9)}${(smoothed[i] as number).toPrecision(4).padStart(9)}  ${bar((smoothed[i] as number) / full)}`;
    return i === marked ? `${out.colors.bold(line)} ${out.colors.green('←')}` : line;
  });
  return [`  ${'rate'.padEnd(9)}${'loss'.padStart(9)}`, ...rows].join('\n');
}

/** A learning rate with two digits. */
export function shownRate(rate: number): string {
  return String(Number(rate.toPrecision(2)));
}
