import { basename, extname, resolve } from 'node:path';
import { DescentError, formatSummary, summarize } from '@descent/core';
import type { Command } from 'commander';
import { openBackend } from '../backends.ts';
import type { LoadedConfig } from '../config/load.ts';
import { type Io, print, shownPath } from '../io.ts';
import { examples, integer } from '../options.ts';
import { createProgress } from '../ui/progress.ts';

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
      'Trains what a config says and writes a run: its config, metrics.jsonl (a line an epoch), model.safetensors and model.onnx.\nCtrl-C stops it and keeps what there is.',
    )
    .argument('<config>', 'a .ts, .mts, .js, .mjs or .json file whose default export is defineConfig({ … })')
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
  const { expectNoRun, freeFolder } = await import('../run/folder.ts');
  const { trainRun } = await import('../run/train-run.ts');
  const config = override(await loadConfig(path, io.cwd), options);
  const summary = summarize(config.model, config.data.sample);
  const folder = resolve(io.cwd, config.out ?? (await freeFolder(resolve(io.cwd, 'runs'), runName(config.file))));
  if (options.overwrite !== true) await expectNoRun(folder);
  const { backend, why } = await openBackend(config.backend);
  const data = await config.data.load();
  const quiet = options.quiet === true;
  if (!quiet) {
    const { batchSize, epochs, seed, optimizer } = config;
    print(io.out, `${data.train.name}: ${count(data.train.length)} to train, ${count(data.test?.length ?? 0)} to test`);
    print(io.out, `backend ${backend.name}${why === null ? '' : ` (auto: ${why})`}`);
    print(io.out, `${optimizer.label}, batch size ${batchSize}, ${epochs} epochs, seed ${seed}\n`);
    print(io.out, `${formatSummary(summary)}\n`);
  }
  try {
    const run = await trainRun({
      config,
      data,
      backend,
      folder,
      overwrite: options.overwrite === true,
      cwd: io.cwd,
      signal: io.signal,
      progress: createProgress(io, quiet),
      log: quiet ? null : (line) => print(io.out, line),
    });
    const shown = shownPath(folder, io.cwd);
    if (quiet) print(io.out, shown);
    else print(io.out, `\n${io.out.colors.green('done')} in ${run.seconds.toFixed(1)} s: ${shown}`);
    if (run.exported instanceof DescentError) {
      print(io.err, `${io.err.colors.yellow('warning:')} model.onnx was not written: ${run.exported.message}`);
    } else if (!quiet) {
      const { maxAbsDifference, samples } = run.exported;
      print(
        io.out,
        `model.onnx differs from the network by ${maxAbsDifference.toExponential(1)} at most, on ${samples} real samples`,
      );
    }
  } finally {
    await backend.dispose();
  }
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

function count(n: number): string {
  return n.toLocaleString('en-US');
}
