import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { DescentError } from '@descent/core';
import { makeFolder } from '@descent/files';
import { InterruptedError } from '../errors.ts';
import { type Io, print, shownPath, warn } from '../io.ts';
import { writeBest } from './best.ts';
import { type DefinedSweep, defineSweep, type SweepOptions } from './define.ts';
import { type EngineOptions, openEngine } from './engines/open.ts';
import { openSweepFolder, type SweepFolder } from './folder.ts';
import { writePage } from './page/write-page.ts';
import { type SweepResult, sweepResult } from './result.ts';
import { halvingRungs, type Rung } from './rungs.ts';
import { gridPoint } from './samplers/grid.ts';
import { openStudy } from './samplers/optuna.ts';
import { randomPoint } from './samplers/random.ts';
import { search } from './search.ts';
import { lastOutcome, type Trial } from './state.ts';
import { announceResult } from './table.ts';
import { trialFolder, writeTrial } from './trial/job.ts';
import { trialSource } from './trial/source.ts';
import { watchSweep } from './watch.ts';

export interface RunSweepOptions extends SweepOptions, EngineOptions {
  readonly out?: string;
  readonly overwrite?: boolean;
  readonly retryFailed?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Searches, or goes on with a search, and says what came of it. */
export async function runSweep(path: string, options: RunSweepOptions, io: Io): Promise<void> {
  const quiet = options.json === true || options.quiet === true;
  const sweep = await defineSweep(path, options, io);
  warn(sweep.warnings, io);
  const at = resolve(io.cwd, options.out ?? `runs/${sweep.name}-sweep`);
  const folder = await openSweepFolder(at, sweep, options, io);
  try {
    const rungs = rungsOf(sweep);
    const engine = await openEngine({ ...options, trials: sweep.trials, cores: availableParallelism() }, folder, io);
    if (!quiet) announceStart(sweep, rungs, engine.label, folder, io);
    const { space, metric, mode } = sweep.definition;
    const jobs = rungs.reduce((sum, { trials }) => sum + trials, 0);
    const watch = watchSweep({ space, metric, mode, jobs }, io, quiet);
    let trials: readonly Trial[] = [];
    let stopped: InterruptedError | null = null;
    try {
      trials = await search({
        rungs,
        mode,
        events: folder.journal.events,
        draw: await drawerOf(sweep, folder, () => trials),
        prepare: (trial, values) => prepare(sweep, folder, trial, values, io),
        keep: async (event) => {
          await folder.release.expectHeld();
          await folder.journal.append(event);
        },
        engine,
        signal: io.signal,
        onChange(now, running, outcome) {
          trials = now;
          watch.change(now, running, outcome);
        },
      });
    } catch (error) {
      if (!(error instanceof InterruptedError)) throw error;
      stopped = error;
    } finally {
      watch.clear();
      await engine.close();
    }
    await conclude(sweep, trials, folder, { ...options, quiet }, io);
    if (stopped !== null)
      throw new InterruptedError(`the sweep was stopped; what is done is in ${shownPath(at, io.cwd)}`, {
        fix: `the same command goes on with it${engine.whenStopped === null ? '' : `; ${engine.whenStopped}`}`,
      });
  } finally {
    await folder.release();
  }
}

function rungsOf({ definition, trials }: DefinedSweep): readonly Rung[] {
  const { halving, epochs } = definition;
  return halving === null ? [{ epochs, trials }] : halvingRungs({ ...halving, epochs });
}

/** Where values of new trials come from. */
async function drawerOf(
  { definition }: DefinedSweep,
  folder: SweepFolder,
  trials: () => readonly Trial[],
): Promise<(trial: number) => Promise<Pick<Trial, 'values' | 'optuna'>>> {
  const { sampler, space, seed, mode } = definition;
  if (sampler === 'grid') return async (trial) => ({ values: gridPoint(space, trial - 1) });
  if (sampler !== 'optuna')
    return async (trial) => ({
      values: randomPoint(
        space,
        seed,
        trial,
        trials().map(({ values }) => values),
      ),
    });
  const study = await openStudy({ space, mode, seed, folder: folder.path, name: folder.record.id });
  const told = new Set<number>();
  return async (trial) => {
    for (const one of trials()) {
      if (told.has(one.trial) || lastOutcome(one) === undefined) continue;
      await study.tell(one);
      told.add(one.trial);
    }
    return study.ask(trial);
  };
}

async function prepare(
  { definition, sources }: DefinedSweep,
  { path }: SweepFolder,
  trial: number,
  values: Trial['values'],
  { cwd }: Io,
): Promise<void> {
  const { fixed, backend, metric, mode } = definition;
  const folder = trialFolder(path, trial);
  await makeFolder(folder);
  const source = trialSource(sources, { ...values, ...fixed });
  await writeTrial(folder, { trial, values, source, file: sources.file, cwd, backend, metric, mode });
}

function announceStart(
  { definition, trials }: DefinedSweep,
  rungs: readonly Rung[],
  engine: string,
  folder: SweepFolder,
  { out, cwd }: Io,
): void {
  const { sampler, metric, mode, backend } = definition;
  const done = folder.journal.events.filter(({ event }) => event === 'outcome').length;
  const plan =
    rungs.length === 1
      ? `${trials} ${trials === 1 ? 'trial' : 'trials'} of ${epochs((rungs[0] as Rung).epochs)}`
      : rungs.map((rung) => `${rung.trials} for ${epochs(rung.epochs)}`).join(', then ');
  print(out, `${sampler}: ${plan}`);
  print(out, `${metric}, the ${mode === 'min' ? 'smaller' : 'larger'} the better; backend ${backend}`);
  print(out, `${engine}; ${shownPath(folder.path, cwd)}`);
  if (done > 0) print(out, `going on: ${done} done before`);
  print(out);
}

function epochs(count: number): string {
  return `${count} ${count === 1 ? 'epoch' : 'epochs'}`;
}

/** Writes the best config and the page, and prints the result. */
async function conclude(
  sweep: DefinedSweep,
  trials: readonly Trial[],
  folder: SweepFolder,
  { json = false, quiet }: { readonly json?: boolean; readonly quiet: boolean },
  io: Io,
): Promise<void> {
  if (!trials.some((trial) => trial.outcomes.length > 0)) return;
  const result = sweepResult(sweep.definition, folder.path, trials);
  const bestConfig =
    result.best === null ? null : await writeBest(folder.path, sweep.sources, { ...result.best.values, ...sweep.said });
  const page = await writePage(result, bestConfig).catch((error: unknown) => {
    if (!(error instanceof DescentError)) throw error;
    warn([`report.html was not written: ${error.message}`], io);
    return null;
  });
  if (json) print(io.out, JSON.stringify(jsonOf(result, bestConfig, page)));
  else announceResult(result, { bestConfig, page, quiet }, io);
  if (result.best === null && !io.signal.aborted)
    throw new DescentError('no trial came to a number', {
      received: reasonsOf(trials),
      fix: `look into ${shownPath(trialFolder(folder.path, trials[0]?.trial ?? 1), io.cwd)}/log.txt; smaller learning rates, for one, diverge less`,
    });
}

function reasonsOf(trials: readonly Trial[]): string {
  const reasons = trials
    .flatMap((trial) => lastOutcome(trial) ?? [])
    .map(({ status, reason }) => `${status}: ${reason}`);
  return [...new Set(reasons)].slice(0, 3).join('; ');
}

function jsonOf(result: SweepResult, bestConfig: string | null, page: string | null): object {
  const { folder, metric, mode, sampler, trials, best, importance } = result;
  return { folder, metric, mode, sampler, best, bestConfig, report: page, importance, trials };
}
