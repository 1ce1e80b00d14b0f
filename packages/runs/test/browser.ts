// A browser driven over its own protocol (https://chromedevtools.github.io/devtools-protocol), through a pair of pipes.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

type Fields = Readonly<Record<string, unknown>>;
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Fields;
  readonly result?: Fields;
  readonly error?: { readonly message: string };
}

/** The browser to use: `DESCENT_CHROMIUM`, or a Chromium or Chrome on the PATH; `null` when there is none. */
export function findBrowser(): string | null {
  const candidates = [process.env['DESCENT_CHROMIUM'], 'chromium', 'chromium-browser', 'google-chrome'];
  return (
    candidates.find((name) => name !== undefined && spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0) ??
    null
  );
}

/** One page of a browser. */
export interface Page {
  /** Calls a method of the protocol on the page. */
  send(method: string, params?: Fields): Promise<Fields>;
  /** What the page has said so far under this name, such as `Network.requestWillBeSent`. */
  events(method: string): readonly Fields[];
  /** Resolves at the next event of that name. */
  next(method: string): Promise<Fields>;
  /** The value of an expression in the page. */
  evaluate(expression: string): Promise<unknown>;
}

/** Opens an empty page in a headless browser with an empty profile, for as long as `use` takes. */
export async function withPage<T>(browser: string, use: (page: Page) => Promise<T>): Promise<T> {
  const profile = mkdtempSync(join(tmpdir(), 'descent-browser-'));
  const child = spawn(
    browser,
    [
      '--headless=new',
      '--no-sandbox',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
      '--hide-scrollbars',
      `--user-data-dir=${profile}`,
      '--remote-debugging-pipe',
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], detached: true },
  );
  try {
    return await use(await openPage(child));
  } finally {
    const ended = new Promise((done) => child.once('exit', done));
    // The browser is a family of processes, which is ended as a group.
    if (child.exitCode === null && child.pid !== undefined) {
      process.kill(-child.pid, 'SIGKILL');
      await ended;
    }
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  }
}

async function openPage(child: ChildProcess): Promise<Page> {
  const [, , , input, output] = child.stdio as unknown as [null, null, null, Writable, Readable];
  const calls = new Map<number, (message: Message) => void>();
  const log: Message[] = [];
  let waiting: readonly { readonly method: string; readonly resolve: (params: Fields) => void }[] = [];
  let rest = '';
  let id = 0;
  output.setEncoding('utf8').on('data', (text: string) => {
    const parts = `${rest}${text}`.split('\0');
    rest = parts.pop() ?? '';
    for (const message of parts.map((part) => JSON.parse(part) as Message)) {
      if (message.id !== undefined) calls.get(message.id)?.(message);
      else {
        log.push(message);
        for (const { method, resolve } of waiting) if (method === message.method) resolve(message.params ?? {});
        waiting = waiting.filter(({ method }) => method !== message.method);
      }
    }
  });
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the browser ended with ${code}`)));
  });
  failed.catch(() => {});
  const call = async (method: string, params: Fields, sessionId?: string): Promise<Fields> => {
    const answer = new Promise<Message>((resolve) => calls.set(++id, resolve));
    input.write(`${JSON.stringify({ id, method, params, ...(sessionId !== undefined && { sessionId }) })}\0`);
    const { result, error } = await Promise.race([answer, failed]);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result ?? {};
  };
  const { targetId } = await call('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = (await call('Target.attachToTarget', { targetId, flatten: true })) as { sessionId: string };
  const send = (method: string, params: Fields = {}): Promise<Fields> => call(method, params, sessionId);
  return {
    send,
    events: (method) => log.flatMap((m) => (m.method === method ? [m.params ?? {}] : [])),
    next: (method) =>
      Promise.race([
        failed,
        new Promise<Fields>((resolve) => {
          waiting = [...waiting, { method, resolve }];
        }),
      ]),
    async evaluate(expression) {
      const { result, exceptionDetails } = await send('Runtime.evaluate', {
        expression,
        returnByValue: true,
        awaitPromise: true,
      });
      if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
      return (result as { value?: unknown }).value;
    },
  };
}
