import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BackendError, DescentError, type EpochRecord, NumericError } from '@descent/core';
import { acquireLock, FileError, makeFolder } from '@descent/files';
import { latestCheckpoint } from '@descent/runs';
import { type LoadedConfig, loadSource } from '../../config/load.ts';
import { InterruptedError } from '../../errors.ts';
import type { Io } from '../../io.ts';
import { watchFolder } from '../../run/announce.ts';
import { createRunFolder, describeRun } from '../../run/folder.ts';
import { resumeRun } from '../../run/resume-run.ts';
import { runConfig } from '../../run/run-config.ts';
import { readTrial, runFolder, type TrialFile, type TrialJob, trialFolder } from './job.ts';
import { judgedEpoch, numbersOf, type Outcome, readOutcome, writeOutcome, writtenOutcomes } from './outcome.ts';

/**
 * Trains one trial up to `epochs`, from its newest checkpoint where there is one, and writes what it came to. One that has an outcome already is not trained
 * again. Two processes on one trial: the second waits for the first, and takes its outcome.
 * @throws InterruptedError when it was stopped, DescentError for what is no fault of the values, such as a full disk; then there is no outcome.
 */
export async function runTrial(sweep: string, { trial, epochs }: TrialJob, threads: number, io: Io): Promise<Outcome> {
  const folder = trialFolder(sweep, trial);
  const file = await readTrial(folder);
  const lock = await acquireLock(join(folder, 'trial.lock'), { signal: io.signal }).catch((error: unknown) => {
    if (io.signal.aborted) throw new InterruptedError('waiting for another process on the same trial was stopped');
    throw error;
  });
  try {
    const known = (await readOutcome(folder, epochs)) ?? (await endedBefore(folder, epochs));
    const outcome = known ?? (await trained(sweep, file, { trial, epochs }, threads, io));
    // A process that slept while another took the trial over must not write over what that one found.
    if (!(await lock.isHeld())) throw new DescentError('another process has taken this trial over', { path: folder });
    await writeOutcome(folder, outcome);
    return outcome;
  } finally {
    await lock.release();
  }
}

/** The outcome of fewer epochs, where more would change nothing: early stopping ended it, or it cannot be trained on. */
async function endedBefore(folder: string, epochs: number): Promise<Outcome | undefined> {
  const latest = (await writtenOutcomes(folder)).find((done) => done < epochs);
  const outcome = latest === undefined ? undefined : await readOutcome(folder, latest);
  return outcome === undefined || (outcome.status === 'done' && outcome.reason === null)
    ? undefined
    : { ...outcome, epochs };
}

async function trained(
  sweep: string,
  file: TrialFile,
  { trial, epochs }: TrialJob,
  threads: number,
  io: Io,
): Promise<Outcome> {
  const run = runFolder(sweep, trial);
  const judge = { metric: file.metric, mode: file.mode, keepsBest: false };
  const without = (status: 'diverged' | 'failed', error: unknown): Promise<Outcome> =>
    describe(run, (seconds) => ({
      ...{ trial, epochs, status, value: null, epoch: null, metrics: {}, seconds },
      reason: error instanceof DescentError ? error.summary : String(error),
    }));
  let config: LoadedConfig;
  try {
    config = { ...(await loadSource(file.source, file.file, file.cwd)), epochs, backend: file.backend, out: run };
  } catch (error) {
    if (isOfTheMachine(error)) throw error;
    return without('failed', error);
  }
  try {
    await train(run, config, epochs, threads, { ...io, cwd: file.cwd });
  } catch (error) {
    if (error instanceof NumericError && (await historyOf(run)).length < epochs) return without('diverged', error);
    if (isOfTheMachine(error)) throw error;
    return without('failed', error);
  }
  const history = await historyOf(run);
  const stopping = config.earlyStopping;
  const keepsBest = stopping?.restoreBest === true && stopping.metric === file.metric;
  const record = judgedEpoch(history, { ...judge, keepsBest });
  if (record === null)
    return without('diverged', new DescentError(`${file.metric} is no finite number after the last epoch`));
  const metrics = numbersOf(record);
  return describe(run, (seconds) => ({
    ...{ trial, epochs, status: 'done', value: metrics[file.metric] as number, epoch: record.epoch, metrics, seconds },
    reason: history.length < epochs ? `early stopping ended it after ${history.length} epochs` : null,
  }));
}

/** Starts the run, or goes on with it. */
async function train(run: string, config: LoadedConfig, epochs: number, threads: number, io: Io): Promise<void> {
  const checkpoint = await latestCheckpoint(join(run, 'checkpoints')).catch(() => null);
  const isRun =
    checkpoint !== null &&
    (await describeRun(run).then(
      () => true,
      () => false,
    ));
  if (isRun) {
    // All epochs were trained, and the process ended before it said so.
    if (checkpoint.position.epoch > epochs) return;
    await resumeRun(run, { epochs, threads, backend: config.backend }, io);
    return;
  }
  await makeFolder(run);
  const { source, file } = config;
  await runConfig(
    {
      config,
      openFolder: () => createRunFolder(run, { source, file, overwrite: true }, watchFolder(io)),
      cwd: io.cwd,
      quiet: false,
      threads,
    },
    io,
  );
}

/** What another attempt, or another machine, may be spared. */
function isOfTheMachine(error: unknown): boolean {
  return (
    error instanceof InterruptedError ||
    error instanceof FileError ||
    error instanceof BackendError ||
    !(error instanceof DescentError)
  );
}

async function describe(run: string, outcome: (seconds: number) => Outcome): Promise<Outcome> {
  const seconds = await describeRun(run).then(
    ({ record }) => record.seconds,
    () => 0,
  );
  return outcome(seconds);
}

/** The epochs of a run so far. */
export async function historyOf(run: string): Promise<readonly EpochRecord[]> {
  const text = await readFile(join(run, 'metrics.jsonl'), 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [revived(JSON.parse(line) as EpochRecord)];
    } catch {
      // Half a line of a process that was killed.
      return [];
    }
  });
}

/** JSON writes what is not finite as `null`. */
function revived(record: EpochRecord): EpochRecord {
  const numbers = (set: EpochRecord['train'] | null): EpochRecord['train'] | null =>
    set === null || set === undefined
      ? null
      : (Object.fromEntries(
          Object.entries(set).map(([name, value]) => [name, value === null ? Number.NaN : value]),
        ) as EpochRecord['train']);
  return {
    ...record,
    train: numbers(record.train) as EpochRecord['train'],
    validation: numbers(record.validation),
    test: numbers(record.test),
  } as EpochRecord;
}
