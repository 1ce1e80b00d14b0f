import { join, resolve } from 'node:path';
import { DescentError } from '@descent/core';
import { latestCheckpoint } from '@descent/runs';
import { loadSource } from '../config/load.ts';
import { type Io, print, shownPath, warn } from '../io.ts';
import { watchFolder } from './announce.ts';
import { describeRun, openRunFolder } from './folder.ts';
import { runConfig } from './run-config.ts';

export interface ResumeOptions {
  /** Number of the last epoch, instead of what the run began with. */
  readonly epochs?: number;
  /** Instead of the one that it began with. */
  readonly backend?: string;
  readonly quiet?: boolean;
  /** Threads of `onnx:cpu`. Default: one for each core. */
  readonly threads?: number;
}

/** Goes on with the run in the folder `path`, as `descent resume` does. */
export async function resumeRun(path: string, options: ResumeOptions, io: Io): Promise<void> {
  const folderPath = resolve(io.cwd, path);
  const shown = shownPath(folderPath, io.cwd);
  // Locked from the start: another process may be about to write the next checkpoint.
  const folder = await openRunFolder(folderPath, watchFolder(io));
  try {
    const { record, source, warnings } = await describeRun(folderPath);
    warn(warnings, io);
    const { settings, config: copied } = record;
    const config = {
      ...(await loadSource(source, copied.original, copied.cwd)),
      epochs: options.epochs ?? settings.epochs,
      seed: settings.seed,
      // Not measured anew: other numbers would follow from another backend.
      backend: options.backend ?? settings.choice?.name ?? settings.requestedBackend,
    };
    const checkpoint = await latestCheckpoint(folder.checkpointsPath);
    warn(
      (checkpoint?.damaged ?? []).map((problem) => `passed over a checkpoint: ${problem}`),
      io,
    );
    if (checkpoint === null) {
      throw new DescentError('the run has no checkpoint to go on from', {
        path: shown,
        received: `a run that is ${record.status}`,
        fix: `train it again: descent train ${copied.original}`,
      });
    }
    const { epoch } = checkpoint.position;
    if (epoch > config.epochs) {
      throw new DescentError('there is nothing left to train', {
        path: shown,
        received: `a run of ${config.epochs} epochs that has done ${epoch - 1}`,
        fix: `give more: descent resume ${path} --epochs ${2 * (epoch - 1)}`,
      });
    }
    if (checkpoint.position.step > 0 && config.batchSize !== settings.batchSize) {
      throw new DescentError('the batch size was changed in the middle of an epoch', {
        path: join(shown, copied.file),
        received: String(config.batchSize),
        expected: String(settings.batchSize),
        fix: 'change it back, or start a new run with descent train',
      });
    }
    if (options.quiet !== true) {
      const { state, position } = checkpoint;
      print(io.out, `going on with ${shown} after ${state.step} steps, in epoch ${position.epoch} of ${config.epochs}`);
    }
    await runConfig(
      {
        config,
        openFolder: async () => folder,
        resume: { path: shown, checkpoint, record },
        cwd: copied.cwd,
        quiet: options.quiet === true,
        ...(options.threads !== undefined && { threads: options.threads }),
      },
      io,
    );
  } finally {
    await folder.release();
  }
}
