import { type Io, print, shownPath } from '../io.ts';
import { table } from '../ui/table.ts';
import { labelsOf } from './labels.ts';
import type { SweepResult, TrialResult } from './result.ts';
import { shownValue } from './space/parameter.ts';
import { shownNumber } from './watch.ts';

const MOST_ROWS = 10;

interface Written {
  readonly bestConfig: string | null;
  readonly page: string | null;
  readonly quiet: boolean;
}

/** Prints the best trials and where everything is; only the config of the best when `quiet`. */
export function announceResult(result: SweepResult, { bestConfig, page, quiet }: Written, io: Io): void {
  const { out, cwd } = io;
  const { best, trials, metric } = result;
  if (quiet) {
    if (bestConfig !== null) print(out, shownPath(bestConfig, cwd));
    return;
  }
  const shown = trials.slice(0, MOST_ROWS);
  print(out, `\n${resultTable(result, shown)}`);
  if (trials.length > shown.length)
    print(out, out.colors.dim(`  and ${trials.length - shown.length} more in the report`));
  const counts = (['diverged', 'failed'] as const).flatMap((status) => {
    const count = trials.filter((trial) => trial.status === status).length;
    return count === 0 ? [] : [`${count} ${status}`];
  });
  if (counts.length > 0) print(out, `  ${counts.join(', ')}`);
  print(out);
  if (best !== null) {
    print(
      out,
      `${out.colors.green('best')}: trial ${best.trial}, ${metric} ${shownNumber(best.value as number)} in epoch ${best.epoch}`,
    );
    print(out, `its run:    ${shownPath(best.run, cwd)}`);
  }
  if (bestConfig !== null) print(out, `its config: ${shownPath(bestConfig, cwd)}, for descent train`);
  if (page !== null) print(out, `report:     ${shownPath(page, cwd)}`);
}

/** Columns that fit a screen where there are few parameters, and are cut where there are many. */
export function resultTable({ space, metric }: SweepResult, trials: readonly TrialResult[]): string {
  const labels = labelsOf(space);
  const several = new Set(trials.map(({ epochs }) => epochs)).size > 1;
  const head = ['trial', ...Object.values(labels), ...(several ? ['epochs'] : []), metric, 'seconds'];
  const rows = trials.map((trial) => [
    String(trial.trial),
    ...Object.keys(labels).map((name) => shownValue(trial.values[name] ?? null)),
    ...(several ? [String(trial.epochs)] : []),
    trial.value === null ? trial.status : shownNumber(trial.value),
    trial.seconds.toFixed(1),
  ]);
  return table([head, ...rows]);
}
