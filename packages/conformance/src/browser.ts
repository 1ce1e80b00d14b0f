import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type BrowserStart, startOf } from './other-browsers.ts';

/** A page to open in a browser. */
export interface BrowserPage {
  /** Its only script, an ES module that sends its report as JSON by POST to `/report`. */
  readonly script: Uint8Array | string;
  /** Folders whose files are served, by their address with slashes at both ends, such as `/wasm/`. */
  readonly folders?: Readonly<Record<string, string>>;
  /** What stands behind the `?` of the page's address. */
  readonly query?: string;
  /** Arguments for the browser. */
  readonly flags?: readonly string[];
  /** Whether the page may share memory among threads: it is cross-origin isolated then. Default false. */
  readonly isolated?: boolean;
  /** Called with each text that the page sends by POST to `/progress`, such as what it has found so far. */
  readonly onProgress?: (text: string) => void;
  /** After which the page has failed. Default 600. */
  readonly seconds?: number;
  /** Seconds without a word to `/progress` after which the page has failed: it hangs. Default: as many as it likes. */
  readonly silentSeconds?: number;
}

/** The browser to use: `DESCENT_CHROMIUM`, or a Chromium or Chrome on the PATH; `null` when there is none. */
export function findBrowser(): string | null {
  const candidates = [process.env['DESCENT_CHROMIUM'], 'chromium', 'chromium-browser', 'google-chrome'];
  return (
    candidates.find((name) => name !== undefined && spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0) ??
    null
  );
}

const QUIET = [
  ...['--headless=new', '--no-sandbox', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
];

/**
 * Serves the page on a port of its own and opens it in a headless browser with an empty profile; what the page reports. `browser` is a Chromium, or the
 * word `firefox` or `webkit` for the one that is installed, which takes no flags.
 * @throws Error when the browser ends, or the page does not report in time.
 */
export async function runInBrowser<Report>(browser: string, page: BrowserPage): Promise<Report> {
  const { query = '', flags = [], seconds = 600, silentSeconds = Number.POSITIVE_INFINITY } = page;
  const profile = mkdtempSync(join(tmpdir(), 'descent-browser-'));
  const { promise, resolve, reject } = withResolvers<Report>();
  const fail = (message: string) => () => reject(new Error(message));
  const startSilence = (): NodeJS.Timeout | undefined =>
    Number.isFinite(silentSeconds)
      ? setTimeout(fail(`the page said nothing for ${silentSeconds} s`), silentSeconds * 1000)
      : undefined;
  let silence = startSilence();
  const onProgress = (text: string): void => {
    clearTimeout(silence);
    silence = startSilence();
    page.onProgress?.(text);
  };
  const server = createServer(answers({ ...page, onProgress }, (text) => resolve(JSON.parse(text) as Report)));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/?${query}`;
  const start = startOfAny(browser, profile, address, flags);
  const child = spawn(start.command, start.words, {
    env: { ...process.env, ...start.environment },
    stdio: 'ignore',
    detached: true,
  });
  child.on('exit', (code) => reject(new Error(`the browser ended with ${code} before the page reported`)));
  const timer = setTimeout(fail(`the page did not report within ${seconds} s`), seconds * 1000);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    clearTimeout(silence);
    child.removeAllListeners('exit');
    const ended = new Promise((done) => child.once('exit', done));
    // The browser is a family of processes, which is killed as a group.
    process.kill(-(child.pid as number), 'SIGKILL');
    await ended;
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  }
}

function startOfAny(browser: string, profile: string, address: string, flags: readonly string[]): BrowserStart {
  if (browser !== 'firefox' && browser !== 'webkit') {
    return { command: browser, words: [...QUIET, `--user-data-dir=${profile}`, ...flags, address], environment: {} };
  }
  const start = startOf(browser, profile, address);
  if ('missing' in start) throw new Error(start.missing);
  return start;
}

const TYPES: Readonly<Record<string, string>> = {
  wasm: 'application/wasm',
  js: 'text/javascript',
  mjs: 'text/javascript',
};

function answers(
  { script, folders = {}, isolated = false, onProgress }: BrowserPage,
  report: (text: string) => void,
): RequestListener {
  return (request, response) => {
    const path = (request.url ?? '/').split('?')[0] as string;
    if (isolated) {
      response.setHeader('cross-origin-opener-policy', 'same-origin');
      response.setHeader('cross-origin-embedder-policy', 'require-corp');
    }
    const folder = Object.keys(folders).find((prefix) => path === prefix + basename(path));
    if (request.method === 'POST') {
      let body = '';
      request.on('data', (chunk) => {
        body += String(chunk);
      });
      request.on('end', () => {
        response.end();
        if (path === '/progress') onProgress?.(body);
        else report(body);
      });
    } else if (path === '/page.js') response.setHeader('content-type', 'text/javascript').end(script);
    else if (folder !== undefined) {
      const type = TYPES[path.split('.').at(-1) as string] ?? 'application/octet-stream';
      const file = join(folders[folder] as string, basename(path));
      if (existsSync(file)) response.setHeader('content-type', type).end(readFileSync(file));
      else response.writeHead(404).end();
    } else {
      const html = '<!doctype html><script type="module" src="/page.js"></script>';
      response.setHeader('content-type', 'text/html').end(html);
    }
  };
}

/** `Promise.withResolvers`, which Node 20 does not have. */
function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: Error) => void } {
  let resolve: (value: T) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
