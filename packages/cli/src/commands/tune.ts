import type { Command } from 'commander';
import type { Io } from '../io.ts';
import { CONFIG, examples, integer, positive, SET } from '../options.ts';

interface TuneOptions {
  readonly backend?: string;
  readonly seconds: number;
  readonly max?: number;
  readonly json?: boolean;
  readonly set?: readonly string[];
}

export function addTune(program: Command, io: Io): void {
  const tune = program
    .command('tune')
    .summary('find the largest batch that fits, the fastest one, and how many threads are best')
    .description(
      'Trains a config for a moment with several batch sizes, or numbers of threads, each in a process of its own, and says which is best here. Writes no run.',
    )
    .addHelpText('after', examples('descent tune batch lenet.config.ts', 'descent tune threads mlp.json'));
  const common = (command: Command): Command =>
    command
      .argument(...CONFIG)
      .option(...SET)
      .option('--seconds <s>', 'how long each is trained, once it runs', positive, 2)
      .option('--json', 'print what was measured as JSON, and nothing else');
  common(
    tune
      .command('batch')
      .summary('the largest batch that fits, and the fastest')
      .description(
        'Doubles the batch, from 1 on, until memory does not suffice or it has all training samples. A size that would need more memory than there is, by the growth so far, is not tried.',
      ),
  )
    .option('--backend <name>', 'instead of what the config says; descent backends lists them')
    .option('--max <n>', 'the largest that is tried (default: all training samples)', integer(1))
    .addHelpText(
      'after',
      examples('descent tune batch lenet.config.ts', 'descent tune batch mlp.json --max 4096 --seconds 1 --json'),
    )
    .action(async (config: string, options: TuneOptions) => {
      const { tuneBatch } = await import('../tune/tune.ts');
      await tuneBatch(config, { ...options, json: options.json === true }, io);
    });
  common(
    tune
      .command('threads')
      .summary('the fastest number of threads of onnx:cpu')
      .description('Tries 1, 2, 4, … threads, and as many as there are cores.'),
  )
    .option('--backend <name>', 'onnx:cpu, whose threads can be chosen')
    .option('--max <n>', 'the most that are tried (default: the cores)', integer(1))
    .addHelpText('after', examples('descent tune threads lenet.config.ts', 'descent tune threads mlp.json --json'))
    .action(async (config: string, options: TuneOptions) => {
      const { tuneThreads } = await import('../tune/tune.ts');
      await tuneThreads(config, { ...options, json: options.json === true }, io);
    });
  tune
    .command('measure', { hidden: true })
    .description('Measures one setting: what the processes of descent tune run.')
    .argument('<job>', 'as JSON')
    .addHelpText('after', examples('descent tune measure \'{"config": "mlp.json", "batchSize": 64, "seconds": 1}\''))
    .action(async (job: string) => {
      const { measureForParent } = await import('../tune/apart.ts');
      await measureForParent(job, io);
    });
}
