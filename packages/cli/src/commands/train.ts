import { basename, extname, resolve } from 'node:path';
import { summarize } from '@descent/core';
import type { Command } from 'commander';
import type { LoadedConfig } from '../config/load.ts';
import type { Io } from '../io.ts';
import { examples, integer } from '../options.ts';

interface TrainOptions {
  readonly epochs?: number;
  readonly seed?: number;
  readonly backend?: string;
  readonly out?: string;
  readonly overwrite?: boolean;
  readonly quiet?: boolean;
}

export function addTrain(program: Command, io: Io): void {
  program
    .command('train')
    .summary('train the network of a config')
    .description(
      'Trains what a config says and writes a run: its config, metrics.jsonl (a line an epoch), checkpoints, events for TensorBoard, model.safetensors, model.onnx and report.html. Ctrl-C stops it and keeps what there is; descent resume goes on.',
    )
    .argument(
      '<config>',
      'a .ts, .mts, .cts, .js, .mjs, .cjs or .json file whose default export is defineConfig({ … })',
    )
    .option('--epochs <n>', 'instead of what the config says', integer(1))
    .option('--seed <n>', 'instead of what the config says', integer(0))
    .option('--backend <name>', 'instead of what the config says; descent backends lists them')
    .option('--out <folder>', 'folder of the run (default: a new one in runs, named after the config)')
    .option('--overwrite', 'replace the run that is in the folder')
    .option('-q, --quiet', 'print nothing but the folder of the run')
    .addHelpText(
      'after',
      examples(
        'descent train lenet.config.ts',
        'descent train lenet.config.ts --epochs 3 --seed 7 --out runs/lenet-7',
        'descent train mlp.json --backend onnx:cpu --quiet',
      ),
    )
    .action((config: string, options: TrainOptions) => train(config, options, io));
}

async function train(path: string, options: TrainOptions, io: Io): Promise<void> {
  const { loadConfig } = await import('../config/load.ts');
  const { createRunFolder, expectNoRun, freeFolder } = await import('../run/folder.ts');
  const { watchFolder } = await import('../run/announce.ts');
  const { runConfig } = await import('../run/run-config.ts');
  const config = override(await loadConfig(path, io.cwd), options);
  // A network that cannot be built is no reason to fetch data.
  summarize(config.model, config.data.sample);
  const folder = resolve(io.cwd, config.out ?? (await freeFolder(resolve(io.cwd, 'runs'), runName(config.file))));
  const overwrite = options.overwrite === true;
  if (!overwrite) await expectNoRun(folder);
  const { source, file } = config;
  const openFolder = () => createRunFolder(folder, { source, file, overwrite }, watchFolder(io));
  await runConfig({ config, openFolder, cwd: io.cwd, quiet: options.quiet === true }, io);
}

function override(config: LoadedConfig, { epochs, seed, backend, out }: TrainOptions): LoadedConfig {
  return {
    ...config,
    ...(epochs !== undefined && { epochs }),
    ...(seed !== undefined && { seed }),
    ...(backend !== undefined && { backend }),
    ...(out !== undefined && { out }),
  };
}

/** `lenet.config.ts` as `lenet`. */
function runName(file: string): string {
  return basename(file, extname(file)).replace(/\.config$/, '') || 'run';
}
