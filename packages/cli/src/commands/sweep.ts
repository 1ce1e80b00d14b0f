import { type Command, InvalidArgumentError } from 'commander';
import type { Io } from '../io.ts';
import { CONFIG, examples, gathered, integer, oneOf, positive } from '../options.ts';
import { SAMPLERS } from '../sweep/definition.ts';
import type { WorkerWords } from '../sweep/engines/bullmq/start-worker.ts';
import { ENGINES } from '../sweep/engines/names.ts';
import type { RunSweepOptions } from '../sweep/run-sweep.ts';

export function addSweep(program: Command, io: Io): void {
  const sweep = program
    .command('sweep')
    .summary('search the values of a config that train best')
    .description(
      'Trains a config with many values in place of its ranges and says which did best: a grid, random values, successive halving, or the sampler of Optuna. Trials are runs like any other, each in a process of its own. Ctrl-C stops it, and the same command goes on: nothing that is finished is trained again.',
    )
    .argument(...CONFIG)
    .option(
      '--over <place=values>',
      'what to try: optimizer.lr=0.01,0.1 or optimizer.lr=log:1e-3..1; as often as wanted',
      gathered,
      [],
    )
    .option('--sampler <name>', 'grid (default where all are lists), random, halving or optuna', oneOf(...SAMPLERS))
    .option('--trials <n>', 'how many values are tried, but for a grid (default: 20)', integer(1))
    .option('--epochs <n>', 'of a trial, instead of what the config says', integer(1))
    .option('--min-epochs <n>', 'of halving: of all trials (default: 1)', integer(1))
    .option('--eta <n>', 'of halving: one in so many is trained for so many times as long (default: 3)', integer(2))
    .option('--metric <path>', 'what is compared (default: what early stopping watches, else validation.loss)')
    .option('--mode <mode>', 'min or max, where the metric does not say which is better', oneOf('min', 'max'))
    .option('--validation <share>', 'of the training data, kept back to compare trials on', share)
    .option('--seed <n>', 'of the values that are drawn; training has that of the config (default: 0)', integer(0))
    .option('--backend <name>', 'instead of what the config says; descent backends lists them')
    .option('--engine <name>', 'local (default), bullmq: workers on any machine, slurm: job arrays', oneOf(...ENGINES))
    .option('--redis <address>', 'of the server of bullmq and its workers: redis://host:6379')
    .option('--queue <name>', 'of bullmq and its workers (default: descent-sweeps)')
    .option(
      '--sbatch <option>',
      'handed to sbatch by slurm, such as --partition=short; as often as wanted',
      gathered,
      [],
    )
    .option('--parallel <n>', 'trials at a time (default: as many as there are cores)', integer(1))
    .option('--threads <n>', 'of each trial (default: cores by trials at a time)', integer(1))
    .option(
      '--retries <n>',
      'how often a trial whose process died goes on from its checkpoint (default: 2)',
      integer(0),
    )
    .option('--retry-failed', 'train trials again that failed before')
    .option('--out <folder>', 'folder of the sweep (default: one in runs, named after the config)')
    .option('--overwrite', 'replace the sweep that is in the folder')
    .option('--json', 'print the result as JSON, and nothing else')
    .option('-q, --quiet', 'print nothing but the config of the best trial')
    .addHelpText(
      'after',
      examples(
        'descent sweep lenet.config.ts --over optimizer.lr=0.01,0.1,0.2,0.15,0.165 --validation 0.1',
        'descent sweep mlp.json --over optimizer.lr=log:1e-3..1 --over batchSize=int:16..256 --trials 30',
        'descent sweep mlp.json --sampler halving --trials 27 --epochs 9',
        'descent sweep mlp.json --sampler optuna --trials 40 --parallel 1',
        'descent sweep mlp.json --engine bullmq --redis redis://queue.example:6379',
        'descent sweep mlp.json --engine slurm --sbatch --partition=short --sbatch --time=30',
        'descent sweep worker --redis redis://queue.example:6379 --slots 2',
        'descent sweep status runs/mlp-sweep',
      ),
    )
    .action(async (config: string, options: RunSweepOptions) => {
      const { runSweep } = await import('../sweep/run-sweep.ts');
      await runSweep(config, options, io);
    });
  sweep
    .command('worker')
    .summary('train trials of sweeps of --engine bullmq, on any machine')
    .description(
      'Takes trials from the queue of a Redis server and trains them, until Ctrl-C. The folders of the sweeps must be at the same paths as where descent sweep runs, such as on storage that all machines share.',
    )
    .option('--redis <address>', 'of the server: redis://host:6379')
    .option('--queue <name>', 'in it (default: descent-sweeps)')
    .option('--slots <n>', 'trials at a time', integer(1), 1)
    .option('--threads <n>', 'of each trial (default: cores by slots)', integer(1))
    .option('--patience <seconds>', 'silence after which its trials are given to others', positive, 30)
    .addHelpText(
      'after',
      examples(
        'descent sweep mlp.json --engine slurm --sbatch --partition=short --sbatch --time=30',
        'descent sweep worker --redis redis://queue.example:6379',
        'descent sweep worker --redis rediss://:password@queue.example:6379 --slots 4 --threads 2',
      ),
    )
    .action(async (_: unknown, command: Command) => {
      // Options that descent sweep has as well are read by that command, wherever they stand.
      const options = command.optsWithGlobals<WorkerWords>();
      const { worker } = await import('../sweep/engines/bullmq/start-worker.ts');
      await worker(options, io);
    });
  sweep
    .command('status')
    .summary('say how far a sweep is, also while it runs')
    .description('Shows what the trials of a sweep came to so far, and which is best. Writes nothing.')
    .argument('<folder>', 'of the sweep')
    .addHelpText(
      'after',
      examples('descent sweep status runs/lenet-sweep', 'descent sweep status runs/lenet-sweep --json'),
    )
    .action(async (folder: string, _: unknown, command: Command) => {
      // --json is an option of descent sweep, which reads it wherever it stands.
      const { sweepStatus } = await import('../sweep/status.ts');
      await sweepStatus(folder, command.optsWithGlobals<{ readonly json?: boolean }>(), io);
    });
  sweep
    .command('trial', { hidden: true })
    .description('Trains one trial of a sweep: what the processes of descent sweep run.')
    .argument('<folder>', 'of the sweep')
    .argument('<trial>', 'its number', integer(1))
    // No options: commander would give those that descent sweep has as well to that command.
    .argument('<epochs>', 'the last epoch', integer(1))
    .argument('[threads]', 'of onnx:cpu', integer(1), 1)
    .addHelpText('after', examples('descent sweep trial runs/lenet-sweep 3 5'))
    .action(async (folder: string, trial: number, epochs: number, threads: number) => {
      const { trialProcess } = await import('../sweep/trial/process.ts');
      await trialProcess(folder, { trial, epochs }, threads, io);
    });
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value < 1) return value;
  throw new InvalidArgumentError('Expected a share above 0 and below 1, such as 0.1.');
}
