import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { UsageError } from '../errors.ts';
import type { Io } from '../io.ts';
import { examples, port } from '../options.ts';

interface BoardOptions {
  readonly port?: number;
  readonly open?: boolean;
  readonly json?: boolean;
}

/** As `descent runs` has it; before the first run there is no such folder. */
const DEFAULT_FOLDER = 'runs';

export function addBoard(program: Command, io: Io): void {
  program
    .command('board')
    .summary('a page over all runs: table, curves, differences')
    .description(
      'Serves a page on this machine that shows the runs in a folder and below, as they train: a table to sort and filter, the curves of chosen runs over each other, and the settings by which they differ. Other machines cannot reach it. Nothing is written. Ctrl-C ends it.',
    )
    .argument('[folder]', 'where to look', DEFAULT_FOLDER)
    .option('--port <n>', 'where the page is served; 0 takes a free one (default: 7007, or a free one)', port)
    .option('--open', 'open the page in a browser')
    .option('--json', 'print the address as JSON')
    .addHelpText(
      'after',
      examples('descent board', 'descent board experiments --open', 'descent board --port 0 --json'),
    )
    .action(async (folder: string, options: BoardOptions) => {
      const path = resolve(io.cwd, folder);
      const isFolder = (await stat(path).catch(() => null))?.isDirectory() === true;
      if (!isFolder && folder !== DEFAULT_FOLDER) {
        throw new UsageError('there is no such folder', {
          received: folder,
          expected: 'a folder with runs',
          fix: 'descent board shows those in runs/',
        });
      }
      const { runBoard } = await import('../board/run-board.ts');
      await runBoard(path, options, io);
    });
}
