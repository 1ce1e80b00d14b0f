import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { examples, gathered, integer, oneOf } from '../options.ts';

interface CompareOptions {
  readonly seeds?: number;
  readonly epochs?: number;
  readonly backend?: string;
  readonly set: readonly string[];
  readonly metric?: string;
  readonly mode?: 'min' | 'max';
  readonly jobs?: number;
  readonly threads?: number;
  readonly out: string;
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

export function addCompare(program: Command, io: Io): void {
  program
    .command('compare')
    .summary('train several configs with several seeds, and say which is better')
    .description(
      "Trains each config once a seed, one training after the other unless --jobs says so, and puts them side by side: parameters, FLOPs, time, and a number of held-out data as mean ± standard deviation. Says which differences are more than chance, by Welch's t test of each pair, corrected by Holm's method. Folders of finished runs are compared as they are. Ctrl-C keeps what is finished; the same command goes on from there and repeats nothing.",
    )
    .argument('<recipes...>', 'configs, folders of finished runs, or folders with such runs inside')
    .option('--seeds <n>', 'trainings of each config, with the seeds 0 to n - 1 (default: 5)', integer(1))
    .option('--epochs <n>', 'instead of what the configs say', integer(1))
    .option('--backend <name>', 'instead of what the configs say; descent backends lists them')
    .option('--set <place=value>', 'put a value into each config: optimizer.lr=0.1; as often as wanted', gathered, [])
    .option(
      '--metric <path>',
      'what is compared, such as test.accuracy (default: an accuracy of held-out data, else their loss)',
    )
    .option('--mode <mode>', 'min or max: which way it gets better (default: as the metric says)', oneOf('min', 'max'))
    .option(
      '--jobs <n>',
      'trainings at a time, each in a process of its own; the results are the same to the bit, and times longer (default: 1)',
      integer(1),
    )
    .option(
      '--threads <n>',
      'of each training on onnx:cpu: with --jobs 4 on 8 cores 2 are fastest; another number changes the last bits (default: one for each core)',
      integer(1),
    )
    .option('--out <folder>', 'where the runs and the page go', 'runs/compare')
    .option('--overwrite', 'train everything anew')
    .option('--json', 'print JSON, and nothing else')
    .addHelpText(
      'after',
      examples(
        'descent compare mlp.config.ts deep.config.ts lenet.config.ts --seeds 5',
        'descent compare lr-01.json lr-02.json --seeds 3 --epochs 5 --metric validation.loss',
        'descent compare mlp.json deep.json --set data.test=0.2 --set batchSize=64',
        'descent compare mlp.json deep.json --jobs 2',
        'descent compare runs/mlp runs/lenet --json',
      ),
    )
    .action(async (paths: readonly string[], { set, ...options }: CompareOptions) => {
      const { compare } = await import('../compare/compare.ts');
      const changes = set.length === 0 ? {} : { set };
      await compare(
        paths,
        { ...options, ...changes, overwrite: options.overwrite === true, json: options.json === true },
        io,
      );
    });
}
