import { drawLearningRates, type LearningRateRange, summarize } from '@descent/core';
import type { Command } from 'commander';
import type { LoadedConfig } from '../config/load.ts';
import { UsageError } from '../errors.ts';
import { type Io, print } from '../io.ts';
import { CONFIG, examples, integer, positive, SET } from '../options.ts';
import { lossCurve, shownRate } from '../ui/loss-curve.ts';
import { savePicture } from '../ui/save-picture.ts';

interface LrFindOptions {
  readonly from: number;
  readonly to: number;
  readonly steps: number;
  readonly seed?: number;
  readonly backend?: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly set?: readonly string[];
}

export function addLrFind(program: Command, io: Io): void {
  program
    .command('lr-find')
    .summary('find a learning rate by a range test')
    .description(
      'Makes one update with each of a range of learning rates, from tiny to far too large, on a network that is thrown away, and shows the loss over the rate. Where it falls fastest is a good rate. Writes no run and changes no weights.',
    )
    .argument(...CONFIG)
    .option(...SET)
    .option('--from <rate>', 'the first rate', positive, 1e-6)
    .option('--to <rate>', 'the last rate, unless the loss explodes before', positive, 10)
    .option('--steps <n>', 'how many rates are tried, at least 10', integer(10), 100)
    .option('--seed <n>', 'instead of what the config says', integer(0))
    .option('--backend <name>', 'instead of what the config says; descent backends lists them')
    .option('--out <file>', 'write the picture, an .svg file')
    .option('--json', 'print rates, losses and the suggestion as JSON, and nothing else')
    .addHelpText(
      'after',
      examples(
        'descent lr-find lenet.config.ts',
        'descent lr-find lenet.config.ts --from 1e-4 --to 1 --out lr.svg',
        'descent lr-find mlp.json --json',
      ),
    )
    .action((config: string, options: LrFindOptions) => lrFind(config, options, io));
}

async function lrFind(path: string, options: LrFindOptions, io: Io): Promise<void> {
  const { from, to, seed, backend, out, json = false, set = [] } = options;
  if (from >= to)
    throw new UsageError('the last rate is not above the first', {
      received: `--from ${from} --to ${to}`,
      expected: 'from below to',
    });
  if (out !== undefined && !out.endsWith('.svg')) {
    throw new UsageError('the picture is an SVG', { received: `--out ${out}`, expected: 'a name that ends in .svg' });
  }
  const { loadConfig } = await import('../config/load.ts');
  const { rangeOf } = await import('../run/lr-range.ts');
  const config = await loadConfig(path, io.cwd, {
    ...(seed !== undefined && { seed }),
    ...(backend !== undefined && { backend }),
    set,
  });
  // A network that cannot be built is no reason to fetch data.
  summarize(config.model, config.data.sample);
  const range = await rangeOf(config, options, json, io);
  const saved = out === undefined ? null : await savePicture(drawLearningRates(range), out, '--out', io);
  if (json) {
    print(io.out, JSON.stringify(range));
    return;
  }
  if (saved !== null) print(io.out, saved);
  announce(config, range, io);
}

function announce({ optimizer }: LoadedConfig, range: LearningRateRange, { out }: Io): void {
  const { suggestion, diverged } = range;
  print(out, lossCurve(range, out));
  print(out);
  if (diverged !== null) print(out, `The loss exploded at a rate of ${shownRate(diverged)}.`);
  if (suggestion === null) {
    print(
      out,
      'The loss fell at no rate: look at the data and the loss, try --from with a smaller rate, --to with a larger one, or --steps with more of them.',
    );
    return;
  }
  const now = typeof optimizer.lr === 'number' ? `the config has ${optimizer.lr}` : 'the config has a schedule';
  print(out, `The loss falls fastest at ${out.colors.bold(shownRate(suggestion))}; ${now}.`);
}
