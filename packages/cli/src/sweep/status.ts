import { resolve } from 'node:path';
import { DescentError } from '@descent/core';
import { folderHolder } from '@descent/runs';
import { type Io, print, shownPath } from '../io.ts';
import { counted } from '../ui/count.ts';
import { readSweep } from './definition.ts';
import { readJournal } from './journal.ts';
import { type SweepResult, sweepResult } from './result.ts';
import { lastOutcome, trialsAfter } from './state.ts';
import { resultTable } from './table.ts';
import { shownNumber } from './watch.ts';

/** Trials that are shown. */
const SHOWN = 5;

/** Says how far the sweep in a folder is and what is best so far. Writes nothing and waits for nobody, so that it works while the sweep runs. */
export async function sweepStatus(
  folder: string,
  { json = false }: { readonly json?: boolean },
  io: Io,
): Promise<void> {
  const path = resolve(io.cwd, folder);
  const record = await readSweep(path);
  if (record === undefined) {
    throw new DescentError('there is no sweep in this folder', {
      path: folder,
      expected: 'a folder that descent sweep wrote, with a sweep.json in it',
      fix: 'descent sweep names its folder when it begins; by default it is runs/<config>-sweep',
    });
  }
  const trials = trialsAfter(await readJournal(path));
  const result = sweepResult(record.definition, path, trials);
  const open = trials.filter((trial) => lastOutcome(trial) === undefined).map(({ trial }) => trial);
  const holder = nameOf(await folderHolder(path));
  if (json) print(io.out, JSON.stringify(jsonOf(result, { open, holder, started: record.started })));
  else show(result, { open, holder, epochs: record.definition.epochs }, io);
}

/** Who works on it, for people; null where that process is gone or nobody is. */
function nameOf(holder: Awaited<ReturnType<typeof folderHolder>>): string | null {
  if (holder === undefined || holder.process === 'dead') return null;
  return holder.owner === undefined ? 'another process' : `process ${holder.owner.pid} on ${holder.owner.host}`;
}

interface Now {
  /** Trials that began and came to nothing yet. */
  readonly open: readonly number[];
  /** The process that has the folder. */
  readonly holder: string | null;
}

function show(result: SweepResult, { open, holder, epochs }: Now & { readonly epochs: number }, io: Io): void {
  const { out, cwd } = io;
  const { trials, best, metric, sampler, mode, folder } = result;
  print(out, `${shownPath(folder, cwd)}: ${sampler}, ${counted(epochs, 'epoch')} at most`);
  print(out, `${metric}, the ${mode === 'min' ? 'smaller' : 'larger'} the better`);
  print(out, holder === null ? 'nobody works on it' : `${holder} works on it`);
  const done = [`${counted(trials.length, 'trial')} done`];
  for (const status of ['diverged', 'failed'] as const) {
    const number = trials.filter((trial) => trial.status === status).length;
    if (number > 0) done.push(`${number} ${status}`);
  }
  if (open.length > 0) done.push(`begun and not done: ${open.join(', ')}`);
  print(out, done.join('; '));
  if (trials.length > 0) print(out, `\n${resultTable(result, trials.slice(0, SHOWN))}`);
  if (best === null) return;
  print(
    out,
    `\n${out.colors.green('best so far')}: trial ${best.trial}, ${metric} ${shownNumber(best.value as number)} in epoch ${best.epoch}`,
  );
}

function jsonOf(
  { folder, sampler, metric, mode, best, trials }: SweepResult,
  { open, holder, started }: Now & { readonly started: string },
): object {
  return { folder, started, isRunning: holder !== null, sampler, metric, mode, open, best, trials };
}
