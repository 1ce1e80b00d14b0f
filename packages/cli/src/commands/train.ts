import { basename, extname, join, resolve } from 'node:path';
import { summarize } from '@descent/core';
import { type Command, Option } from 'commander';
import type { Overrides } from '../config/load.ts';
import { UsageError } from '../errors.ts';
import type { Io } from '../io.ts';
import { CONFIG, examples, integer, SET } from '../options.ts';

interface TrainOptions extends Overrides {
  readonly overwrite?: boolean;
  readonly quiet?: boolean;
  readonly threads?: number;
}

export function addTrain(program: Command, io: Io): void {
  program
    .command('train')
    .summary('train the network of a config')
    .description(
      'Trains what a config says and writes a run: its config, metrics.jsonl (a line an epoch), checkpoints, events for TensorBoard, model.safetensors, model.onnx and report.html. Ctrl-C stops it and keeps what there is; descent resume goes on.',
    )
    .argument(...CONFIG)
    .option('--epochs <n>', 'instead of what the config says', integer(1))
    .option('--seed <n>', 'instead of what the config says', integer(0))
    .option('--backend <name>', 'instead of what the config says; descent backends lists them')
    .addOption(
      new Option(
        '--choices <how>',
        'ways of computing of onnx:cpu: by rules, or the fastest by measurement (default: rules)',
      ).choices(['rules', 'measured']),
    )
    .option(...SET)
    .option(
      '--threads <n>',
      'of onnx:cpu (default: one for each core; descent tune threads finds the fastest)',
      integer(1),
    )
    .option('--out <folder>', 'folder of the run (default: a new one in runs, named after the config)')
    .option(
      '--overwrite',
      'replace the run that is in the folder; without --out that is the one named after the config',
    )
    .option('-q, --quiet', 'print nothing but the folder of the run')
    .addHelpText(
      'after',
      examples(
        'descent train lenet.config.ts',
        'descent train lenet.config.ts --epochs 3 --seed 7 --out runs/lenet-7',
        'descent train mlp.yaml --set optimizer.lr=0.1 --set data.test=0.2',
        'descent train mlp.json --backend onnx:cpu --quiet',
        'descent train lenet.config.ts --backend onnx:cpu --choices measured',
      ),
    )
    .action((config: string, options: TrainOptions) => train(config, options, io));
}

async function train(path: string, options: TrainOptions, io: Io): Promise<void> {
  const { loadConfig } = await import('../config/load.ts');
  const { createRunFolder, expectNoRun, freeFolder } = await import('../run/folder.ts');
  const { watchFolder } = await import('../run/announce.ts');
  const { runConfig } = await import('../run/run-config.ts');
  const config = await loadConfig(path, io.cwd, options);
  // A network that cannot be built is no reason to fetch data.
  summarize(config.model, config.data.sample);
  const overwrite = options.overwrite === true;
  const [runs, name] = [resolve(io.cwd, 'runs'), runName(config.file)];
  const folder = resolve(io.cwd, config.out ?? (overwrite ? join(runs, name) : await freeFolder(runs, name)));
  if (!overwrite) await expectNoRun(folder);
  const { source, file } = config;
  const openFolder = () => createRunFolder(folder, { source, file, overwrite }, watchFolder(io));
  const threads = options.threads === undefined ? {} : { threads: expectThreads(options.threads, config.backend) };
  await runConfig({ config, openFolder, cwd: io.cwd, quiet: options.quiet === true, ...threads }, io);
}

/** Throws a UsageError for a backend whose threads are its own, which would run as if nothing was said. */
function expectThreads(threads: number, backend: string): number {
  if (backend === 'onnx:cpu') return threads;
  throw new UsageError('the threads of this backend are its own', {
    path: '--threads',
    received: backend,
    expected: "'onnx:cpu'",
    fix: 'leave --threads out, or train with --backend onnx:cpu',
  });
}

/** `lenet.config.ts` as `lenet`. */
function runName(file: string): string {
  return basename(file, extname(file)).replace(/\.config$/, '') || 'run';
}
