/// <reference lib="dom" />
// Files of named sets in a page: fetched, checked, kept, and fetched again where what was kept is damaged. Small sets stand for the large ones.

import { neededFiles } from '../../src/browser/downloads.ts';
import type { DatasetDefinition, DownloadEvent } from '../../src/public/index.ts';
import { within } from './within.ts';

type Options = Partial<Parameters<typeof neededFiles>[2]>;

/** Runs a download and says what came of it. */
async function outcome(definition: DatasetDefinition, options: Options = {}): Promise<unknown> {
  const events: string[] = [];
  const warnings: string[] = [];
  const { warn } = console;
  console.warn = (text: string) => warnings.push(text);
  const onProgress = (event: DownloadEvent): void => {
    if (event.type !== 'progress' || event.received === event.total) events.push(event.type);
  };
  try {
    const files = await within(
      20,
      neededFiles(definition, 'train', {
        root: 'test',
        download: true,
        retryWaitMs: 1,
        onProgress,
        ...options,
      }),
    );
    const texts = Array.from(files, ([what, { source }]) => [
      what,
      new TextDecoder().decode(source as Uint8Array).slice(0, 20),
    ]);
    return { files: Object.fromEntries(texts), events, warnings };
  } catch (error) {
    return { error: `${(error as Error).name}: ${(error as Error).message}`, events, warnings };
  } finally {
    console.warn = warn;
  }
}

/** Puts other bytes in the place of a kept file, as a fault of a disk would. */
async function damage(path: string): Promise<void> {
  const cache = await caches.open('test');
  const address = new URL(`/.descent/${path}`, location.origin).href;
  const kept = (await cache.match(address)) as Response;
  await cache.put(address, new Response('other bytes', { headers: kept.headers }));
}

export async function downloads(server: string): Promise<Record<string, unknown>> {
  const sets = (await (await fetch(`${server}/sets.json`)).json()) as Record<string, DatasetDefinition>;
  const set = (name: string): DatasetDefinition => sets[name] as DatasetDefinition;
  const first = await outcome(set('plain'));
  const again = await outcome(set('plain'), { download: false });
  await damage('plain/raw/plain.bin');
  const damaged = await outcome(set('plain'), { download: false });
  const repaired = await outcome(set('plain'));
  const controller = new AbortController();
  controller.abort(new Error('the user stopped'));
  const without = async <T>(name: 'caches', stand: unknown, work: () => Promise<T>): Promise<T> => {
    const real = Object.getOwnPropertyDescriptor(globalThis, name) as PropertyDescriptor;
    Object.defineProperty(globalThis, name, { configurable: true, value: stand });
    try {
      return await work();
    } finally {
      Object.defineProperty(globalThis, name, real);
    }
  };
  const full = {
    open: async () => ({
      match: async () => undefined,
      put: async () => {
        throw new DOMException('Quota exceeded.', 'QuotaExceededError');
      },
    }),
  };
  return {
    first,
    again,
    damaged,
    repaired,
    tar: await outcome(set('tar')),
    tarAgain: await outcome(set('tar'), { download: false }),
    zip: await outcome(set('zip')),
    wrong: await outcome(set('wrong')),
    second: await outcome(set('second')),
    flaky: await outcome(set('flaky')),
    page: await outcome(set('page')),
    closed: await outcome(set('closed'), { retries: 0 }),
    silent: await outcome(set('silent'), { timeoutMs: 200, retries: 0 }),
    packed: await outcome(set('packed')),
    relative: await outcome(set('relative'), { mirrors: '/files' }),
    badMirror: await outcome(set('offline'), { mirrors: 'ftp://x' }),
    offline: await outcome(set('offline'), { offline: true }),
    stopped: await outcome(set('offline'), { signal: controller.signal }),
    none: await without('caches', undefined, () => outcome(set('none'))),
    full: await without('caches', full, () => outcome(set('none'))),
  };
}
