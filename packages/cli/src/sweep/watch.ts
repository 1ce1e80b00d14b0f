import type { Mode } from '@descent/core';
import cliProgress from 'cli-progress';
import { type Io, print } from '../io.ts';
import { columns, cut, labelsOf } from './labels.ts';
import { type Space, shownValue } from './space/parameter.ts';
import { compared, lastOutcome, type Trial } from './state.ts';
import type { TrialJob } from './trial/job.ts';
import type { Outcome } from './trial/outcome.ts';

/** Shows how far a sweep is. */
export interface SweepWatch {
  readonly change: (trials: readonly Trial[], running: readonly TrialJob[], outcome: Outcome | null) => void;
  /** Takes the bar away. */
  readonly clear: () => void;
}

export interface WatchedSweep {
  readonly space: Space;
  readonly metric: string;
  readonly mode: Mode;
  /** Jobs in all. */
  readonly jobs: number;
}

/** Of a line: number, epochs, value, seconds, a mark and the spaces between. */
const OTHER_COLUMNS = 44;
const LINE = 80;

/** A line for each trial that is done; on a terminal, a bar below them. */
export function watchSweep({ space, metric, mode, jobs }: WatchedSweep, io: Io, quiet: boolean): SweepWatch {
  if (quiet) return { change: () => {}, clear: () => {} };
  const { out } = io;
  const labels = labelsOf(space);
  const width = LINE - OTHER_COLUMNS;
  let bar: cliProgress.SingleBar | null = null;
  let best: Outcome | undefined;
  let headed = false;
  const clear = (): void => {
    bar?.stop();
    bar = null;
  };
  const head = (): void => {
    if (headed) return;
    headed = true;
    const name = metric.length > 15 ? metric.slice(metric.indexOf('.') + 1) : metric;
    print(
      out,
      out.colors.dim(row('trial', columns(Object.values(labels), labels), 'epochs', cut(name, 15), 'seconds')),
    );
  };
  const row = (...[trial, values, epochs, value, seconds]: readonly [string, string, string, string, string]): string =>
    `${trial.padStart(5)}  ${cut(values, width).padEnd(width)}  ${epochs.padStart(6)}  ${value.padStart(15)}  ${seconds.padStart(7)}`;
  return {
    clear,
    change(trials, running, outcome) {
      if (best === undefined)
        best = [...trials.flatMap((one) => lastOutcome(one) ?? [])].sort((a, b) => compared(a, b, mode))[0];
      if (outcome !== null) {
        clear();
        head();
        const trial = trials.find((one) => one.trial === outcome.trial);
        const isBest = outcome.value !== null && compared(outcome, best, mode) <= 0;
        if (isBest) best = outcome;
        const line = row(
          String(outcome.trial),
          columns(
            Object.keys(labels).map((one) => shownValue(trial?.values[one] ?? null)),
            labels,
          ),
          String(outcome.epochs),
          outcome.value === null ? outcome.status : shownNumber(outcome.value),
          outcome.seconds.toFixed(1),
        );
        print(out, isBest ? `${line} ${out.colors.green('←')}` : line);
        if (outcome.status === 'failed') print(out, `       ${out.colors.yellow(cut(outcome.reason ?? '', LINE - 7))}`);
      }
      const done = trials.reduce((sum, one) => sum + one.outcomes.length, 0);
      if (!out.isTerminal || running.length === 0) return;
      bar ??= started(io, jobs);
      bar.update(Math.min(done, jobs), { running: running.map(({ trial }) => trial).join(', ') });
    },
  };
}

/** Four significant digits. */
export function shownNumber(value: number): string {
  const size = Math.abs(value);
  return value === 0 || (size >= 1e-3 && size < 1e5) ? value.toPrecision(4) : value.toExponential(3);
}

function started({ out }: Io, total: number): cliProgress.SingleBar {
  const bar = new cliProgress.SingleBar(
    {
      stream: out.stream as NodeJS.WriteStream,
      format: `  ${out.colors.cyan('{bar}')}  {value} of {total} done, running: trial {running}`,
      barsize: 20,
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false,
      stopOnComplete: false,
    },
    cliProgress.Presets.shades_classic,
  );
  bar.start(total, 0, { running: '' });
  return bar;
}
