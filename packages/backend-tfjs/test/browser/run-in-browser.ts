import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export interface BrowserReport {
  readonly backend: string;
  readonly count: number;
  readonly failures: readonly string[];
  /** Tensors that many training steps have left behind. */
  readonly growth: number;
}

/** The browser to use: `DESCENT_CHROMIUM`, or a Chromium or Chrome on the PATH; `null` when there is none. */
export function findBrowser(): string | null {
  const candidates = [process.env['DESCENT_CHROMIUM'], 'chromium', 'chromium-browser', 'google-chrome'];
  return (
    candidates.find((name) => name !== undefined && spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0) ??
    null
  );
}

/** Serves the page on a port of its own and opens it in a headless browser with an empty profile; what the page reports. */
export async function runInBrowser(
  browser: string,
  query: string,
  flags: readonly string[],
  seconds: number,
): Promise<BrowserReport> {
  const script = await bundle();
  const wasm = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
  const profile = mkdtempSync(join(tmpdir(), 'descent-browser-'));
  const { promise, resolve, reject } = withResolvers<BrowserReport>();

  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0] as string;
    if (request.method === 'POST') {
      let body = '';
      request.on('data', (chunk) => {
        body += String(chunk);
      });
      request.on('end', () => {
        response.end();
        resolve(JSON.parse(body) as BrowserReport);
      });
    } else if (path === '/page.js') response.setHeader('content-type', 'text/javascript').end(script);
    else if (/^\/wasm\/[\w.-]+\.wasm$/.test(path)) {
      response.setHeader('content-type', 'application/wasm').end(readFileSync(join(wasm, basename(path))));
    } else
      response
        .setHeader('content-type', 'text/html')
        .end('<!doctype html><script type="module" src="/page.js"></script>');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/?${query}`;
  const quiet = [
    '--headless=new',
    '--no-sandbox',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  const child = spawn(browser, [...quiet, '--disable-dev-shm-usage', `--user-data-dir=${profile}`, ...flags, address], {
    stdio: 'ignore',
    detached: true,
  });
  child.on('exit', (code) => reject(new Error(`the browser ended with ${code} before the page reported`)));
  const timer = setTimeout(() => reject(new Error(`the page did not report within ${seconds} s`)), seconds * 1000);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
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

async function bundle(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('page.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2023',
    platform: 'browser',
    conditions: ['@descent/source'],
    logLevel: 'error',
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
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
