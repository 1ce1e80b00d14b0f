import { NumericError, StateError } from '@descent/core';
import type { FoundCheckpoint } from '@descent/runs';
import { available } from '../auto/available.ts';
import { type OpenedBackends, withBackends } from '../backends.ts';
import type { LoadedConfig } from '../config/load.ts';
import { type Io, shownPath, warn } from '../io.ts';
import { expectExportable } from '../onnx.ts';
import { createProgress } from '../ui/progress.ts';
import { runLog } from '../ui/run-log.ts';
import { formatCommand } from '../ui/shell.ts';
import { announceEnd, announceStart } from './announce.ts';
import type { RunFolder } from './folder.ts';
import { preparedData } from './prepared-data.ts';
import type { RunRecord } from './record.ts';
import { expectChoices, type RunChoices, runChoices } from './run-choices.ts';
import { startRecord } from './start-record.ts';
import { trainRun } from './train-run.ts';

/** A run that goes on. */
export interface Resumed {
  /** Its folder, for messages. */
  readonly path: string;
  readonly checkpoint: FoundCheckpoint;
  /** What was recorded at its start. */
  readonly record: RunRecord;
}

export interface ConfiguredRun {
  readonly config: LoadedConfig;
  /** Called once everything else is known to work. */
  readonly openFolder: () => Promise<RunFolder>;
  readonly resume?: Resumed;
  readonly cwd: string;
  readonly quiet: boolean;
  /** Threads of `onnx:cpu`. Default: one for each core. */
  readonly threads?: number;
}

/** Opens the backends and the data of a config, trains, and tells the user about it. */
export async function runConfig(run: ConfiguredRun, io: Io): Promise<void> {
  const { backend: training, inference } = run.config;
  const names = inference === null ? [training] : [training, inference];
  const choices = choicesOf(run, io);
  await withBackends(
    { training, inference },
    (opened) => trainOn(opened, run, choices, io),
    await available(io, names, { threads: run.threads, choices: choices?.options }),
  );
}

/** A run that goes on computes as it did, whatever its config says by now. */
function choicesOf({ config, resume }: ConfiguredRun, io: Io): RunChoices | null {
  if (resume !== undefined) {
    const { choices } = resume.record.settings;
    return choices === undefined || config.backend !== 'onnx:cpu' ? null : runChoices(choices, io);
  }
  if (config.choices !== 'measured') return null;
  expectChoices(config.backend);
  return runChoices({}, io);
}

async function trainOn(
  { training, inference }: OpenedBackends,
  { config, openFolder, resume, cwd, quiet }: ConfiguredRun,
  measured: RunChoices | null,
  io: Io,
): Promise<void> {
  const { backend } = training;
  const data = await preparedData(config, quiet, io);
  if (config.exported.isOpen) await expectExportable(config.model, config.exported);
  const choices = backend.name === 'onnx:cpu' ? measured : null;
  if (measured !== null && choices === null) warn([`choices: ${backend.name} has no ways to choose among`], io);
  const fresh = startRecord({ config, data, backend, choice: training.choice, choices: choices?.all(), cwd });
  const record = resume === undefined ? fresh : resumedRecord(fresh, resume);
  if (!quiet) announceStart(config, data, training, io);
  const folder = await openFolder();
  const run = await trainRun({
    config,
    data,
    backend,
    inference,
    folder,
    record,
    choices,
    resume: resume?.checkpoint,
    cwd: io.cwd,
    signal: io.signal,
    progress: createProgress(io, quiet),
    log: quiet ? null : runLog(config.epochs, io),
  }).catch((error: unknown) => {
    throw withDebug(error, shownPath(folder.path, io.cwd));
  });
  announceEnd(run, quiet, io);
}

/** A step that is not finite, with the command that looks into it. */
function withDebug(error: unknown, run: string): unknown {
  if (!(error instanceof NumericError)) return error;
  const look = `${formatCommand('descent', 'debug', run)} shows that step`;
  const { fix } = error.details;
  return new NumericError(error.summary, {
    ...error.details,
    fix: fix === undefined ? look : `${fix}; ${look}`,
    cause: error.details.cause ?? error,
  });
}

/** The record of a run that goes on. Throws a StateError when its training data are others than those it began with. */
function resumedRecord(fresh: RunRecord, { path, record }: Resumed): RunRecord {
  const { data, started, seconds } = record;
  expectSameData(path, fresh.data, data);
  return { ...fresh, started, seconds, settings: { ...fresh.settings, ...chosenBefore(fresh, record) } };
}

/** Throws a StateError unless a run at `path` that began with `data` finds the same training data again. */
export function expectSameData(path: string, there: RunRecord['data'], data: RunRecord['data']): void {
  const [now, known] = [there, data].map((sets) => sets.find(({ role }) => role === 'train'));
  if (now !== undefined && now.sha256 === known?.sha256) return;
  throw new StateError('the training data are not those that the run began with', {
    path,
    received: `${now?.name}: ${now?.items} items, sha256 ${now?.sha256}`,
    expected: `${known?.name}: ${known?.items} items, sha256 ${known?.sha256}`,
    fix: 'bring the old data back, or start a new run with descent train',
  });
}

/** What `auto` chose when the run began, unless the run goes on with another backend. */
function chosenBefore(fresh: RunRecord, { settings }: RunRecord): Partial<RunRecord['settings']> {
  const { choice, requestedBackend } = settings;
  return choice?.name === fresh.settings.requestedBackend ? { choice, requestedBackend } : {};
}
