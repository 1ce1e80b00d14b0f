import type { ComparedRun } from '../../state/comparison.ts';
import { jobsOf, outcomeOf, type Spread } from './results.ts';
import type { Job } from './runner.ts';

const COLUMNS = ['trainLoss', 'heldOutLoss', 'lowestHeldOutLoss', 'accuracy', 'seconds'] as const;

/** The table as CSV: a line a run, numbers with all their digits, deviations beside means. */
export function tableCsv(runs: readonly ComparedRun[], jobs: ReadonlyMap<string, Job>): string {
  const head = ['run', 'seeds', 'parameters', ...COLUMNS.flatMap((name) => [name, `${name}Deviation`]), 'experiment'];
  const lines = runs.map((run) => {
    const outcome = outcomeOf(jobsOf(run, jobs));
    const numbers = COLUMNS.flatMap((name) => cells(outcome[name]));
    return [run.name, run.seeds, outcome.parameters ?? '', ...numbers, JSON.stringify(run.experiment)];
  });
  return `${[head, ...lines].map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`;
}

function cells(spread: Spread | null): readonly (number | string)[] {
  return [spread?.mean ?? '', spread?.deviation ?? ''];
}

function cell(value: number | string): string {
  const text = String(value);
  // A table of another program would take such a name for a formula.
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** All runs with their experiments, epochs and the loss of each batch; what is no number is written as a text. */
export function runsJson(runs: readonly ComparedRun[], jobs: ReadonlyMap<string, Job>): string {
  const list = runs.map((run) => ({
    name: run.name,
    seeds: jobsOf(run, jobs).map(({ experiment, status, epochs, curve, findings, problem }) => ({
      experiment,
      status,
      epochs,
      losses: [...curve.losses],
      findings,
      problem,
    })),
  }));
  const text = (_: string, value: unknown): unknown =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  return `${JSON.stringify(list, text, 1)}\n`;
}
