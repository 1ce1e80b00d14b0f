import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { examples, integer } from '../options.ts';
import type { ResumeOptions } from '../run/resume-run.ts';

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
  const { resumeRun } = await import('../run/resume-run.ts');
  await resumeRun(path, options, io);
}
