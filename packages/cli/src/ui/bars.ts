import type { Output } from '../io.ts';

const WIDTH = 30;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of `share` (0 to 1) of the full width. */
export function bar(share: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * WIDTH * 8);
  return '█'.repeat(eighths >> 3) + (EIGHTHS[eighths % 8] ?? '');
}

/** A chart of labelled probabilities, one a line; the largest is set off. */
export function barChart(
  rows: readonly { readonly label: string; readonly probability: number }[],
  out: Output,
): string {
  const width = Math.max(...rows.map(({ label }) => label.length));
  const largest = Math.max(...rows.map(({ probability }) => probability));
  return rows
    .map(({ label, probability }) => {
      const line = `  ${label.padEnd(width)}  ${`${(probability * 100).toFixed(2)} %`.padStart(8)}  ${bar(probability)}`;
      return (probability === largest ? out.colors.bold(line) : line).trimEnd();
    })
    .join('\n');
}
