import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { DownloadOptions } from '../datasets/download.ts';
import type { ListOptions } from '../datasets/list.ts';
import type { Io } from '../io.ts';
import { examples } from '../options.ts';

const ROOT = [
  '--root <folder>',
  'folder of the data sets (default: DESCENT_DATA_HOME, else a folder in your cache)',
] as const;

export function addDatasets(program: Command, io: Io): void {
  const datasets = program
    .command('datasets')
    .summary('list, describe and fetch the named data sets')
    .description(
      'Lists the data sets that configs may name, says everything about one, and fetches them ahead of training.',
    )
    .addHelpText(
      'after',
      examples(
        'descent datasets list',
        'descent datasets info emnist',
        'descent datasets download mnist fashion-mnist',
        'descent datasets download cifar10 --mirror https://mirror.example/data',
      ),
    );

  datasets
    .command('list', { isDefault: true })
    .summary('list the named data sets and whether they are there')
    .description(
      'Lists the named data sets: items, shape of an item, classes, size of the download, whether it is there, licence.',
    )
    .option(...ROOT)
    .option('--json', 'print JSON: a list with one object for each data set, with files, hashes and addresses')
    .addHelpText(
      'after',
      examples('descent datasets', 'descent datasets list --root data', 'descent datasets list --json'),
    )
    .argument('[name]', 'only this one, as descent datasets info')
    .action(async (name: string | undefined, options: ListOptions) => {
      if (name !== undefined) {
        // `descent datasets mnist` comes here, and so does a command with a typing error.
        await info(name, options, io);
        return;
      }
      const { listSets } = await import('../datasets/list.ts');
      await listSets(rooted(options, io), io);
    });

  datasets
    .command('info')
    .summary('say everything about one of them')
    .description(
      'Prints classes, splits, licence, citation, files with hashes and addresses, and how to use the data set.',
    )
    .argument('<name>', 'as descent datasets list shows it')
    .option(...ROOT)
    .option('--json', 'print JSON')
    .addHelpText('after', examples('descent datasets info kmnist', 'descent datasets info emnist --json'))
    .action((name: string, options: ListOptions) => info(name, options, io));

  datasets
    .command('download')
    .summary('fetch what is missing of them')
    .description(
      'Fetches the files that are missing and checks their hashes. Ctrl-C keeps what was fetched, and the same command goes on from there, also from another mirror. Two commands that want the same file fetch it once.',
    )
    .argument('<names...>', 'as descent datasets list shows them')
    .option(...ROOT)
    .option(
      '--mirror <address>',
      "ask this address in place of the publisher; give it again for more, 'published' stands for the publisher (default: DESCENT_MIRRORS)",
      (address: string, before: readonly string[] = []) => [...before, address],
    )
    .option('--split <name>', 'the split of emnist that has to be there; one download holds all')
    .option('--train', 'only the training data')
    .option('--test', 'only the test data')
    .option('--offline', 'use no network: fail when something is missing')
    .option('-q, --quiet', 'print nothing but warnings')
    .addHelpText(
      'after',
      `${examples(
        'descent datasets download mnist',
        'descent datasets download cifar10 cifar100 --root data',
        'descent datasets download mnist --mirror https://mirror.example/data --mirror published',
      )}
https://mirror.example/data stands for https://mirror.example/data/{set}/{file};
any address with {set} and {file} will do.
`,
    )
    .action(async (names: readonly string[], options: DownloadOptions) => {
      const { downloadSets } = await import('../datasets/download.ts');
      await downloadSets(names, rooted(options, io), io);
    });
}

async function info(name: string, options: ListOptions, io: Io): Promise<void> {
  const { showSet } = await import('../datasets/info.ts');
  await showSet(name, rooted(options, io), io);
}

/** Paths on a command line start from the folder that it runs in. */
function rooted<T extends { readonly root?: string }>(options: T, { cwd }: Io): T {
  return options.root === undefined ? options : { ...options, root: resolve(cwd, options.root) };
}
