import { type Io, print, shownPath } from '../io.ts';
import { fileSize, table } from '../ui/table.ts';
import type { RunOverview } from './overview.ts';

/** Columns of numbers, at most: so many fit beside the rest. */
const NUMBERS = 2;

/** Prints one line for each run: how it stands, how far it is, and its last numbers on data that were not trained on. */
export function showRuns(runs: readonly RunOverview[], folder: string, { out, cwd }: Io): void {
  if (runs.length === 0) {
    print(out, `no runs in ${shownPath(folder, cwd)}`);
    print(out, out.colors.dim('next: descent train <config>, or descent demo'));
    return;
  }
  const names = shownNumbers(runs);
  const heading = ['run', 'state', 'started', 'epochs', ...names.map(spaced), 'size'];
  const rows = runs.map((run) => [
    shownPath(run.path, cwd),
    run.state,
    started(run),
    `${run.epochs.at(-1)?.epoch ?? 0}/${run.record?.settings.epochs ?? '?'}`,
    ...names.map((name) => number(run.last[name])),
    fileSize(run.bytes),
  ]);
  const [head = '', ...lines] = table([heading, ...rows], '').split('\n');
  print(out, out.colors.bold(head));
  print(out, lines.join('\n'));
}

/** The numbers that most runs have, test before validation before training, the loss last. */
function shownNumbers(runs: readonly RunOverview[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { last } of runs) for (const name of Object.keys(last)) counts.set(name, (counts.get(name) ?? 0) + 1);
  const rank = (name: string): number => {
    const part = ['test', 'validation', 'train'].indexOf(name.split('_', 1)[0] as string);
    return 2 * part + (name.endsWith('_loss') ? 1 : 0);
  };
  const names = [...counts.keys()].sort((a, b) => rank(a) - rank(b));
  return names.slice(0, NUMBERS);
}

function spaced(name: string): string {
  return name.replaceAll('_', ' ');
}

/** `2026-11-27 21:09`, by the clock of this place. */
function started({ record }: RunOverview): string {
  if (record === null) return '';
  const at = new Date(record.started);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Four significant digits. */
export function number(value: number | undefined): string {
  return value === undefined ? '' : String(Number(value.toPrecision(4)));
}
