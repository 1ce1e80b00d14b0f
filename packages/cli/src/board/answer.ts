import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { differences } from '../runs/differences.ts';
import type { Feed } from './feed.ts';
import { openInside, readInside } from './open-inside.ts';
import { boardPage, POLICY } from './page-html.ts';
import { refuse } from './refuse.ts';
import { BOARD_STYLE } from './style.ts';
import type { WatchedFolder } from './watched-folder.ts';
import type { WatchedRun } from './watched-run.ts';

/** What is served. */
export interface Site {
  readonly folder: WatchedFolder;
  readonly feed: Feed;
  /** Ends what pages follow. */
  readonly signal: AbortSignal;
  /** The folder as people know it. */
  readonly title: string;
  /** The script of the page, in one piece. */
  readonly script: string;
}

/** Pages that are told of changes at a time. */
const MOST_READERS = 40;
/** Runs asked for at a time. */
const MOST_RUNS = 500;
const MOST_CONFIG = 16 << 20;

/** A report is a page of its own, and may be of a run that came from elsewhere: nothing in it runs or loads anything. */
const REPORT_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

/** Answers a GET request that was meant for this server. No path of it becomes a path of the disk: runs are named by keys. */
export async function answer(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = URL.canParse(request.url ?? '', 'http://board') ? new URL(request.url ?? '', 'http://board') : null;
  const report = url === null ? null : /^\/runs\/(\d{1,9})\/report\.html$/.exec(url.pathname);
  if (report !== null) return sendReport(site, Number(report[1]), response);
  switch (url?.pathname) {
    case '/':
      response.setHeader('Content-Security-Policy', POLICY);
      return text(response, 'text/html', boardPage(site.title));
    case '/board.js':
      return text(response, 'text/javascript', site.script);
    case '/board.css':
      return text(response, 'text/css', BOARD_STYLE);
    case '/events':
      return follow(site, request, response);
    case '/curves':
      await known(site);
      return json(
        response,
        asked(site, url).map((run) => run.curves(pointsOf(url))),
      );
    case '/differences':
      await known(site);
      return json(response, await differencesOf(site, asked(site, url)));
    default:
      return refuse(response, 404);
  }
}

/** A server without a page has not looked yet. */
async function known({ folder, feed }: Site): Promise<void> {
  if (folder.runs().size === 0) await feed.look();
}

/** The runs of `?runs=1,2`; those that are gone are left out. */
function asked({ folder }: Site, url: URL): readonly WatchedRun[] {
  const keys = new Set((url.searchParams.get('runs') ?? '').split(',').slice(0, MOST_RUNS).map(Number));
  return [...keys].flatMap((key) => folder.runs().get(key) ?? []);
}

/** How many points of a curve are wanted, at most. */
function pointsOf(url: URL): number {
  const wanted = Number(url.searchParams.get('points') ?? Number.NaN);
  return Number.isFinite(wanted) ? Math.max(8, wanted) : Number.POSITIVE_INFINITY;
}

async function differencesOf({ folder }: Site, runs: readonly WatchedRun[]): Promise<unknown> {
  const read = async (path: string): Promise<Uint8Array> => {
    const bytes = await readInside(folder.path, path, MOST_CONFIG);
    if (bytes === null) throw new Error('the config cannot be read');
    return bytes;
  };
  const readable = runs.filter((run) => run.record() !== null);
  const found = await differences(
    readable.map((run) => ({ path: run.path, record: run.record() })),
    read,
  );
  return { keys: readable.map((run) => run.row().key), differences: found };
}

async function sendReport({ folder }: Site, key: number, response: ServerResponse): Promise<void> {
  const run = folder.runs().get(key);
  const file = run === undefined ? null : await openInside(folder.path, join(run.path, 'report.html'));
  if (file === null) return refuse(response, 404);
  response.setHeader('Content-Security-Policy', REPORT_POLICY);
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  await pipeline(file.createReadStream(), response);
}

/** Server-sent events: `data:` lines of JSON, for as long as the page is there. */
function follow({ feed, signal }: Site, request: IncomingMessage, response: ServerResponse): void {
  if (feed.readers() >= MOST_READERS) {
    response.setHeader('Retry-After', '10');
    refuse(response, 503);
    return;
  }
  response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  // The page comes back soon when this program is started again.
  response.write('retry: 1500\n\n');
  const leave = feed.join((change) => {
    if (response.writableNeedDrain) return false;
    response.write(`data: ${JSON.stringify(change)}\n\n`);
    return true;
  });
  // Also where nothing happens: a connection that is dead is found out.
  const beat = setInterval(() => response.write(': here\n\n'), BEAT_MS);
  const end = (): void => void response.end();
  signal.addEventListener('abort', end);
  response.once('close', () => {
    signal.removeEventListener('abort', end);
    clearInterval(beat);
    leave();
  });
}

const BEAT_MS = 15_000;

function json(response: ServerResponse, value: unknown): void {
  text(response, 'application/json', JSON.stringify(value));
}

function text(response: ServerResponse, type: string, body: string): void {
  response.setHeader('Content-Type', `${type}; charset=utf-8`);
  response.end(body);
}
