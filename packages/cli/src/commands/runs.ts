import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { InterruptedError, UsageError } from '../errors.ts';
import { type Io, print, shownPath } from '../io.ts';
import { examples } from '../options.ts';
import { fileSize } from '../ui/table.ts';

interface JsonOption {
  readonly json?: boolean;
}

/** Where runs are looked for; before the first one there is no such folder. */
const DEFAULT_FOLDER = 'runs';

export function addRuns(program: Command, io: Io): void {
  const runs = program
    .command('runs')
    .summary('list, show, compare, remove and archive runs')
    .description('Looks after the runs that descent train wrote, by default those in runs/.')
    .addHelpText(
      'after',
      examples(
        'descent runs',
        'descent runs show lenet',
        'descent runs compare runs/mlp runs/lenet',
        'descent runs archive lenet',
        'descent runs remove mlp-2 mlp-3 --yes',
      ),
    );

  runs
    .command('list', { isDefault: true })
    .summary('one line a run, the newest first')
    .description('Lists the runs in a folder and below: how each stands, epochs, last numbers, size.')
    .argument('[folder]', 'where to look', DEFAULT_FOLDER)
    .option('--json', 'print JSON: a list of runs with their records and epochs')
    .addHelpText('after', examples('descent runs', 'descent runs list experiments --json'))
    .action(async (folder: string, { json = false }: JsonOption) => {
      const { overviews } = await import('../runs/overview.ts');
      const { showRuns } = await import('../runs/list.ts');
      const path = resolve(io.cwd, folder);
      if (folder !== DEFAULT_FOLDER) await expectFolder(path, folder);
      const found = await overviews(path);
      if (json) print(io.out, JSON.stringify(found, null, 2));
      else showRuns(found, path, io);
    });

  runs
    .command('show')
    .summary('say everything about one run')
    .description('Prints data, network, settings, machine and the last epochs of a run.')
    .argument('<run>', 'the folder of a run, or its name in runs/')
    .option('--json', 'print JSON')
    .addHelpText('after', examples('descent runs show lenet', 'descent runs show runs/demo/lenet --json'))
    .action(async (name: string, { json = false }: JsonOption) => {
      const [run] = await chosen([name], io);
      if (json) return print(io.out, JSON.stringify(run, null, 2));
      const { showRun } = await import('../runs/show.ts');
      return showRun(run, io);
    });

  runs
    .command('compare')
    .summary('by what runs differ, and their last numbers')
    .description(
      'Prints the last numbers of runs side by side, and the settings by which they differ. Whether a difference is more than chance, one run of each cannot tell: descent compare trains several.',
    )
    .argument('<runs...>', 'two runs or more: folders, or names in runs/')
    .option('--json', 'print JSON: the runs, and the settings by which they differ')
    .addHelpText('after', examples('descent runs compare mlp lenet', 'descent runs compare runs/a runs/b --json'))
    .action(async (names: readonly string[], { json = false }: JsonOption) => {
      const several = await chosen(names, io);
      if (several.length < 2) {
        throw new UsageError('there is nothing to compare', {
          received: names.join(' '),
          expected: 'two runs or more',
        });
      }
      if (json) {
        const { differences } = await import('../runs/differences.ts');
        return print(io.out, JSON.stringify({ runs: several, differences: await differences(several) }, null, 2));
      }
      const { showDifferences } = await import('../runs/show.ts');
      return showDifferences(several, io);
    });

  runs
    .command('remove')
    .summary('remove runs')
    .description(
      'Removes the files that runs wrote, and their folders when nothing else lies there. Asks before, on a terminal; elsewhere it wants --yes. A run that trains is not removed.',
    )
    .argument('<runs...>', 'folders, or names in runs/')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', examples('descent runs remove mlp-2', 'descent runs remove runs/a runs/b --yes'))
    .action((names: readonly string[], options: { readonly yes?: boolean }) => remove(names, options, io));

  runs
    .command('archive')
    .summary('put a run into a zip archive')
    .description('Writes all files of a run into one zip archive, which the playground opens, too. The run stays.')
    .argument('<run>', 'the folder of a run, or its name in runs/')
    .option('-o, --out <file>', 'where to (default: the name of the run and .zip, here)')
    .addHelpText('after', examples('descent runs archive lenet', 'descent runs archive runs/a --out ../a.zip'))
    .action(async (name: string, { out }: { readonly out?: string }) => {
      const [run] = await chosen([name], io);
      const { basename } = await import('node:path');
      const file = resolve(io.cwd, out ?? `${basename(run.path)}.zip`);
      if (!file.endsWith('.zip')) {
        throw new UsageError('the archive is a zip', {
          received: `--out ${out}`,
          expected: 'a name that ends in .zip',
        });
      }
      const { archiveRun } = await import('../runs/archive.ts');
      const count = await archiveRun(run, file, io.cwd);
      print(io.out, `${shownPath(file, io.cwd)}: ${count} files, ${fileSize((await stat(file)).size)}`);
    });
}

/** Throws a UsageError for what is no folder: a mistyped command is taken for the name of one. */
async function expectFolder(path: string, name: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory() === true) return;
  throw new UsageError('there is no such folder', {
    received: name,
    expected: 'a folder with runs, or list, show, compare, remove or archive',
    fix: 'descent runs lists those in runs/',
  });
}

type Run = import('../runs/overview.ts').RunOverview;

async function chosen(names: readonly string[], io: Io): Promise<readonly [Run, ...Run[]]> {
  const { chooseRun } = await import('../runs/choose-run.ts');
  const found = await Promise.all(names.map((name) => chooseRun(name, io.cwd)));
  // `lenet` and `runs/lenet` are one.
  const runs = [...new Map(found.map((run) => [run.path, run])).values()];
  return runs as readonly Run[] as [Run, ...Run[]];
}

async function remove(names: readonly string[], { yes = false }: { readonly yes?: boolean }, io: Io): Promise<void> {
  const runs = await chosen(names, io);
  const shown = runs.map(({ path }) => shownPath(path, io.cwd));
  if (!yes && !(await agrees(shown, io))) {
    print(io.out, 'nothing was removed');
    return;
  }
  const { removeRuns } = await import('../runs/remove.ts');
  await removeRuns(runs, io.cwd);
  for (const path of shown) print(io.out, `removed ${path}`);
}

async function agrees(shown: readonly string[], { out, err, signal }: Io): Promise<boolean> {
  if (!out.isTerminal || process.stdin.isTTY !== true) {
    throw new UsageError('there is nobody to ask', {
      received: 'no terminal',
      expected: '--yes, when the runs are to go',
      fix: `descent runs remove ${shown.join(' ')} --yes`,
    });
  }
  const lines = createInterface({ input: process.stdin, output: err.stream });
  try {
    return /^y(es)?$/i.test((await lines.question(`Remove ${shown.join(', ')}? [y/N] `, { signal })).trim());
  } catch (cause) {
    throw new InterruptedError('nothing was removed', { cause });
  } finally {
    lines.close();
  }
}
