import type { FoundCheckpoint } from '@descent/runs';
import { openBackend } from '../backends.ts';
import { type LoadedData, splitValidation } from '../config/data.ts';
import type { LoadedConfig } from '../config/load.ts';
import { loadData } from '../datasets/load-data.ts';
import type { Io } from '../io.ts';
import { createProgress } from '../ui/progress.ts';
import { announceEnd, announceStart } from './announce.ts';
import type { RunFolder } from './folder.ts';
import type { RunRecord } from './record.ts';
import { trainRun } from './train-run.ts';

export interface ConfiguredRun {
  readonly config: LoadedConfig;
  /** Called once everything else is known to work. */
  readonly openFolder: () => Promise<RunFolder>;
  /** Finds out, with the data at hand, where to go on; throws when it cannot. */
  readonly resume?: (data: LoadedData) => Promise<{ readonly checkpoint: FoundCheckpoint; readonly record: RunRecord }>;
  readonly cwd: string;
  readonly quiet: boolean;
}

/** Opens the backends and the data of a config, trains, and tells the user about it. */
export async function runConfig({ config, openFolder, resume, cwd, quiet }: ConfiguredRun, io: Io): Promise<void> {
  const training = await openBackend(config.backend);
  const { backend } = training;
  const inference =
    config.inference === null || config.inference === config.backend
      ? backend
      : (await openBackend(config.inference)).backend;
  try {
    const data = withValidation(await loadData(config.data, quiet, io), config);
    const resumed = await resume?.(data);
    if (!quiet) announceStart(config, data, training, io);
    const folder = await openFolder();
    const run = await trainRun({
      config,
      data,
      backend,
      inference,
      folder,
      resume: resumed,
      cwd,
      signal: io.signal,
      progress: createProgress(io, quiet),
      log: quiet ? null : (line) => io.out.stream.write(`${line}\n`),
    });
    announceEnd(run, quiet, io);
  } finally {
    await backend.dispose();
    if (inference !== backend) await inference.dispose();
  }
}

function withValidation(data: LoadedData, { validation, seed }: LoadedConfig): LoadedData {
  return validation === null ? data : { ...data, ...splitValidation(data.train, validation, seed) };
}
