import { join } from 'node:path';
import type { Backend } from '@descent/core';
import { checkpointSteps } from '@descent/runs';
import { available } from '../auto/available.ts';
import { openBackend } from '../backends.ts';
import type { LoadedData } from '../config/data.ts';
import { type LoadedConfig, loadSource } from '../config/load.ts';
import type { Io } from '../io.ts';
import { type LoggedEpoch, readEpochs } from '../run/epoch-log.ts';
import { describeRun } from '../run/folder.ts';
import { preparedData } from '../run/prepared-data.ts';
import type { RunRecord } from '../run/record.ts';
import { recordedChoices } from '../run/run-choices.ts';
import { expectSameData } from '../run/run-config.ts';
import { dataRecord } from '../run/start-record.ts';
import { version } from '../version.ts';

/** A run as it can be replayed. Its folder is read, and nothing is written there. */
export interface DebuggedRun {
  readonly path: string;
  /** For messages. */
  readonly shown: string;
  readonly record: RunRecord;
  readonly config: LoadedConfig;
  readonly data: LoadedData;
  readonly backend: Backend;
  readonly epochs: readonly LoggedEpoch[];
  readonly checkpointsPath: string;
  /** Updates after which there are checkpoints. */
  readonly checkpoints: readonly number[];
  /** What may keep the replay from having the bits of the run. */
  readonly warnings: readonly string[];
}

export interface OpenOptions {
  readonly backend?: string;
  readonly threads?: number;
  readonly quiet: boolean;
}

/**
 * Opens a run with its data and the backend that trained it; the caller disposes of the backend.
 * @throws StateError when its training data are others by now, DescentError when it cannot be read, BackendError when the backend is not there.
 */
export async function openRun(path: string, shown: string, options: OpenOptions, io: Io): Promise<DebuggedRun> {
  const { record, source, warnings } = await describeRun(path);
  const { settings, config: copied, descent } = record;
  const trained = settings.choice?.name ?? settings.requestedBackend;
  const config: LoadedConfig = {
    ...(await loadSource(source, copied.original, copied.cwd)),
    epochs: settings.epochs,
    seed: settings.seed,
    backend: options.backend ?? trained,
  };
  const data = await preparedData(config, options.quiet, io);
  expectSameData(shown, dataRecord(data), record.data);
  const choices = config.backend === trained ? recordedChoices(settings.choices, io) : undefined;
  const cpu = { threads: options.threads, choices };
  const { backend } = await openBackend(config.backend, await available(io, [config.backend], cpu));
  const checkpointsPath = join(path, 'checkpoints');
  return {
    ...{ path, shown, record, config, data, backend, checkpointsPath },
    epochs: await readEpochs(path),
    checkpoints: await checkpointSteps(checkpointsPath),
    warnings: [
      ...warnings,
      ...(config.backend === trained
        ? []
        : [`the run was trained on ${trained}; on ${config.backend} the last bits differ, and with them what follows`]),
      ...(config.batchSize === settings.batchSize
        ? []
        : [
            `the run had batches of ${settings.batchSize}; these are of ${config.batchSize}, so that its steps were others`,
          ]),
      ...(descent === version()
        ? []
        : [`the run was trained by Descent ${descent}; this is ${version()}, whose numbers may differ`]),
    ],
  };
}
