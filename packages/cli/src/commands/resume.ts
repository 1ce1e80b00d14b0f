import { join, resolve } from 'node:path';
import { DescentError } from '@descent/core';
import type { Command } from 'commander';
import { type Io, print, shownPath, warn } from '../io.ts';
import { examples, integer } from '../options.ts';

interface ResumeOptions {
  readonly epochs?: number;
  readonly backend?: string;
  readonly quiet?: boolean;
}

export function addResume(program: Command, io: Io): void {
  program
    .command('resume')
    .summary('go on with a run that was stopped')
    .description(
      'Goes on from the newest checkpoint of a run as if it had never stopped: with the same config, seed, order of batches and state of the optimizer. On the same backend the weights are the same bit for bit.',
    )
    .argument('<run>', 'folder that descent train wrote')
    .option('--epochs <n>', 'number of the last epoch, such as more than were planned', integer(1))
    .option('--backend <name>', 'go on with another backend; descent backends lists them')
    .option('-q, --quiet', 'print nothing but the folder of the run')
    .addHelpText(
      'after',
      examples(
        'descent resume runs/lenet',
        'descent resume runs/lenet --epochs 20',
        'descent resume runs/lenet --backend tfjs:node',
      ),
    )
    .action((run: string, options: ResumeOptions) => resume(run, options, io));
}

async function resume(path: string, options: ResumeOptions, io: Io): Promise<void> {
  const { describeRun, openRunFolder } = await import('../run/folder.ts');
  const { loadSource } = await import('../config/load.ts');
  const { watchFolder } = await import('../run/announce.ts');
  const { runConfig } = await import('../run/run-config.ts');
  const { latestCheckpoint } = await import('@descent/runs');
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
      },
      io,
    );
  } finally {
    await folder.release();
  }
}
