import { type Backend, DescentError, formatSummary, summarize } from '@descent/core';
import type { LockFolderOptions } from '@descent/runs';
import type { LoadedData } from '../config/data.ts';
import type { LoadedConfig } from '../config/load.ts';
import { type Io, print, shownName, shownPath } from '../io.ts';
import { count, counted } from '../ui/count.ts';
import { formatOptimizer } from '../ui/optimizer.ts';
import { formatProof } from '../ui/proof.ts';
import type { TrainedRun } from './train-run.ts';

/** Prints what is going to be trained on what, and how. */
export function announceStart(
  config: LoadedConfig,
  data: LoadedData,
  { backend, why }: { readonly backend: Backend; readonly why: string | null },
  io: Io,
): void {
  const { batchSize, epochs, seed, optimizer } = config;
  const sets = [
    `${count(data.train.length)} to train`,
    ...(data.validation === null ? [] : [`${count(data.validation.length)} to validate`]),
    ...(data.test === null ? [] : [`${count(data.test.length)} to test`]),
  ];
  print(io.out, `${shownName(data.train.name, io.cwd)}: ${sets.join(', ')}`);
  for (const note of config.data.notes ?? []) print(io.out, note);
  print(io.out, `backend ${backend.name}${why === null ? '' : ` (auto: ${why})`}`);
  const length = counted(epochs, 'epoch');
  print(io.out, `${formatOptimizer(optimizer)}; batch size ${batchSize}, ${length}, seed ${seed}\n`);
  print(io.out, `${formatSummary(summarize(config.model, config.data.sample))}\n`);
}

/** Prints where the run is and what it came to; only the folder when `quiet`. Warnings always. */
export function announceEnd(
  { folder, stopped, seconds, exported, reportError }: TrainedRun,
  quiet: boolean,
  io: Io,
): void {
  const shown = shownPath(folder.path, io.cwd);
  const warn = (what: string, error: DescentError): void =>
    print(io.err, `${io.err.colors.yellow('warning:')} ${what} was not written: ${error.message}`);
  if (quiet) print(io.out, shown);
  else {
    if (stopped !== null) print(io.out, `\nended early: ${stopped}`);
    print(io.out, `\n${io.out.colors.green('done')} in ${seconds.toFixed(1)} s: ${shown}`);
  }
  if (exported instanceof DescentError) warn('model.onnx', exported);
  else if (!quiet) print(io.out, `model.onnx ${formatProof(exported)}`);
  if (reportError !== null) warn('report.html', reportError);
  else if (!quiet) print(io.out, `report: ${shownPath(folder.reportPath, io.cwd)}`);
}

/** What is said while it cannot be seen whether another process still has the folder of a run. */
export function watchFolder(io: Io): LockFolderOptions {
  const onWait = (owner: string): void =>
    print(io.err, `waiting for a sign of life of ${owner}, which locked the folder; half a minute at most`);
  return { onWait, signal: io.signal };
}
