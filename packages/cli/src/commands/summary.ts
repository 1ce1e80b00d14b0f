import { formatShape, formatSummary, summarize } from '@descent/core';
import { leavesOf } from '@descent/core/backend';
import type { Command } from 'commander';
import { type Io, print } from '../io.ts';
import { examples } from '../options.ts';
import { table } from '../ui/table.ts';

export function addSummary(program: Command, io: Io): void {
  program
    .command('summary')
    .summary('show the network of a config, layer by layer')
    .description('Shows the shapes, weights and biases of each layer, and how it would be trained. Trains nothing.')
    .argument(
      '<config>',
      'a .ts, .mts, .cts, .js, .mjs, .cjs or .json file whose default export is defineConfig({ … })',
    )
    .addHelpText('after', examples('descent summary lenet.config.ts'))
    .action((config: string) => summary(config, io));
}

async function summary(path: string, io: Io): Promise<void> {
  const { loadConfig } = await import('../config/load.ts');
  const { model, data, loss, optimizer, metrics, batchSize, epochs, seed, backend } = await loadConfig(path, io.cwd);
  const samples = leavesOf(data.sample).map(
    ([name, { shape, dtype = 'float32' }]) => `${name === '' ? '' : `${name} `}${dtype}${formatShape(shape)}`,
  );
  for (const note of data.notes ?? []) print(io.out, note);
  print(io.out, formatSummary(summarize(model, data.sample)));
  const rows = [
    ['data', `${data.name}, samples ${samples.join(', ')}`],
    ['loss', loss.label],
    ['optimizer', `${optimizer.label}, lr ${typeof optimizer.lr === 'number' ? optimizer.lr : 'by a schedule'}`],
    ['metrics', metrics.map((metric) => metric.name).join(', ') || 'none'],
    ['training', `${epochs} epochs, batch size ${batchSize}, seed ${seed}, backend ${backend}`],
  ];
  print(io.out, `\n${table(rows, '')}`);
}
