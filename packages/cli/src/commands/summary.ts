import { formatShape, formatSummary, summarize } from '@descent/core';
import { leavesOf } from '@descent/core/backend';
import type { Command } from 'commander';
import { UsageError } from '../errors.ts';
import { type Io, print } from '../io.ts';
import { CONFIG, examples, integer, SET } from '../options.ts';
import { counted } from '../ui/count.ts';
import { formatOptimizer } from '../ui/optimizer.ts';
import { savePicture } from '../ui/save-picture.ts';
import { table } from '../ui/table.ts';

interface SummaryOptions {
  readonly set?: readonly string[];
  readonly svg?: string;
  readonly depth?: number;
}

export function addSummary(program: Command, io: Io): void {
  program
    .command('summary')
    .summary('show the network of a config, layer by layer')
    .description('Shows the shapes, weights and biases of each layer, and how it would be trained. Trains nothing.')
    .argument(...CONFIG)
    .option(...SET)
    .option('--svg <file>', 'write a picture of the network, too')
    .option(
      '--depth <n>',
      'how many containers inside each other the picture opens (default: 2, less for large networks)',
      integer(0),
    )
    .addHelpText(
      'after',
      examples('descent summary lenet.config.ts', 'descent summary lenet.config.ts --svg lenet.svg'),
    )
    .action((config: string, options: SummaryOptions) => summary(config, options, io));
}

async function summary(path: string, { svg, depth, set = [] }: SummaryOptions, io: Io): Promise<void> {
  if (depth !== undefined && svg === undefined) {
    throw new UsageError('--depth is about the picture, and none is asked for', {
      received: `--depth ${depth}`,
      fix: 'name a file for the picture: --svg network.svg',
    });
  }
  const { formatInit } = await import('../config/init.ts');
  const { loadConfig } = await import('../config/load.ts');
  const { model, data, loss, optimizer, metrics, init, batchSize, epochs, seed, backend } = await loadConfig(
    path,
    io.cwd,
    { set },
  );
  const samples = leavesOf(data.sample).map(
    ([name, { shape, dtype = 'float32' }]) => `${name === '' ? '' : `${name} `}${dtype}${formatShape(shape)}`,
  );
  for (const note of data.notes ?? []) print(io.out, note);
  print(io.out, formatSummary(summarize(model, data.sample)));
  const rows = [
    ['data', `${data.name}, samples ${samples.join(', ')}`],
    ['loss', loss.label],
    ['optimizer', formatOptimizer(optimizer)],
    ['metrics', metrics.map((metric) => metric.name).join(', ') || 'none'],
    ...(init.length > 0 ? [['init', formatInit(init)]] : []),
    ['training', `${counted(epochs, 'epoch')}, batch size ${batchSize}, seed ${seed}, backend ${backend}`],
  ];
  print(io.out, `\n${table(rows, '')}`);
  if (svg === undefined) return;
  const { drawModel } = await import('@descent/core/draw');
  const picture = drawModel(model, { sample: data.sample, ...(depth !== undefined && { depth }) });
  print(io.out, `\n${await savePicture(picture, svg, '--svg', io)}`);
}
