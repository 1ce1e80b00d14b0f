import type { Comparison } from '@descent/runs';
import { digits } from '../evaluate/show.ts';
import { type Io, print } from '../io.ts';
import { count } from '../ui/count.ts';
import { table } from '../ui/table.ts';
import { columnsOf, wrapped } from '../ui/text.ts';

/** Prints the table of a comparison, and what follows from it. */
export function showComparison({ contenders, metric, verdict }: Comparison, { out }: Io): void {
  const rows = contenders.map(({ name, parameters, flops, value, seconds, runs }) => [
    name,
    count(parameters),
    flops === null ? '-' : count(flops),
    shownSeconds(seconds.mean),
    value === null ? 'none' : digits(value.mean),
    value === null || value.deviation === null ? '' : `± ${digits(value.deviation)}`,
    `${runs.length}`,
  ]);
  const all = [['', 'parameters', 'FLOPs', 'time', metric, '', 'seeds'], ...rows];
  const widths = (all[0] as readonly string[]).map((_, c) => Math.max(...all.map((row) => (row[c] as string).length)));
  print(out, table(all.map((row) => row.map((cell, c) => (c === 0 ? cell : cell.padStart(widths[c] as number))))));
  print(out, `\n${wrapped(verdict, columnsOf(out), 0)}`);
}

/** `0.42 s`, `12.3 s`, `3 min 20 s` */
export function shownSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(2)} s`;
  if (seconds < 100) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** What `--json` says, and `comparison.json` holds. */
export function jsonOf({ metric, mode, contenders, pairs, verdict }: Comparison): object {
  return {
    metric,
    mode,
    recipes: contenders.map(({ name, parameters, flops, value, seconds, runs }) => ({
      name,
      parameters,
      flops,
      mean: value?.mean ?? null,
      deviation: value?.deviation ?? null,
      seconds: seconds.mean,
      runs: runs.map(({ history, ...run }) => ({ ...run, epochs: history.length })),
    })),
    pairs: pairs.map(({ first, second, ...pair }) => ({
      first: contenders[first]?.name,
      second: contenders[second]?.name,
      ...pair,
    })),
    test: "Welch's t test, corrected by Holm's method",
    verdict,
  };
}
