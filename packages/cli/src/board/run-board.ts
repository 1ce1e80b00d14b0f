import { readFile } from 'node:fs/promises';
import { DescentError } from '@descent/core';
import { type Io, print, shownPath, warn } from '../io.ts';
import { createFeed } from './feed.ts';
import { openInBrowser } from './open-in-browser.ts';
import { type BoardServer, serveBoard } from './server.ts';
import { watchFolder } from './watched-folder.ts';

export interface RunBoardOptions {
  /** Undefined for the usual one, or a free one where another program has that. */
  readonly port?: number | undefined;
  readonly open?: boolean;
  readonly json?: boolean;
}

/** The port when none is asked for. */
const PORT = 7007;

/** Serves the board of the folder `path` until the user stops it. */
export async function runBoard(
  path: string,
  { port, open = false, json = false }: RunBoardOptions,
  io: Io,
): Promise<void> {
  const script = await scriptOfPage();
  const folder = watchFolder(path);
  const title = shownPath(path, io.cwd);
  const site = { folder, feed: createFeed(folder, io.signal), signal: io.signal, title, script };
  const server = await started(site, port);
  if (json) print(io.out, JSON.stringify({ url: server.url, folder: path }));
  else {
    print(io.out, `${io.out.colors.bold(server.url)}  the runs in ${title}`);
    print(io.out, io.out.colors.dim('Ctrl-C ends it'));
  }
  if (open && !(await openInBrowser(server.url))) warn([`no browser could be opened: open ${server.url} yourself`], io);
  await aborted(io.signal);
  await server.close();
}

async function started(site: Parameters<typeof serveBoard>[0], port: number | undefined): Promise<BoardServer> {
  if (port !== undefined) return serveBoard(site, port);
  return serveBoard(site, PORT).catch(() => serveBoard(site, 0));
}

/** The script of the page is joined when the package is built. */
async function scriptOfPage(): Promise<string> {
  const file = new URL('./page.js', import.meta.url);
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new DescentError('the script of the page is not there', {
      path: file.pathname,
      fix: 'install @descent/cli again; in its repository, run pnpm build',
      cause,
    });
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
