import { answerFor, cacheName, cachePrefix, mayKeep, type OfflinePlan } from './plan.ts';

/** What the build puts here. */
declare const OFFLINE_PLAN: OfflinePlan;

/** What of a service worker's global scope is used; the compiler knows that of a page. */
interface Scope {
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(
    type: 'install' | 'activate',
    listener: (event: { waitUntil(done: Promise<void>): void }) => void,
  ): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(
    type: 'fetch',
    listener: (event: { readonly request: Request; respondWith(answer: Promise<Response>): void }) => void,
  ): void;
}

const worker = globalThis as unknown as Scope;
const { scope } = worker.registration;
const plan: OfflinePlan = OFFLINE_PLAN;
const name = cacheName(scope, plan.version);

/** With these a page may share memory among threads, whatever its host sends. */
const ISOLATION = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

worker.addEventListener('install', (event) => event.waitUntil(install()));
worker.addEventListener('activate', (event) => event.waitUntil(activate()));
worker.addEventListener('message', ({ data }) => {
  if (data === 'take over') void worker.skipWaiting();
});
worker.addEventListener('fetch', (event) => {
  const answer = answerFor(event.request, scope, plan);
  if (answer.from !== 'host') event.respondWith(kept(answer.url));
});

async function install(): Promise<void> {
  const cache = await caches.open(name);
  await Promise.all(
    plan.shell.map(async (path) => {
      const url = new URL(path, scope).href;
      const answer = await fetch(url, { cache: 'no-cache' });
      if (!mayBeKept(url, answer)) throw new TypeError(`${url} came with status ${answer.status}, ${typeOf(answer)}`);
      await cache.put(url, answer);
    }),
  );
}

/** Takes over from the build before: what is the same file in both, such as an engine, is not fetched again; all else is forgotten. */
async function activate(): Promise<void> {
  const cache = await caches.open(name);
  for (const other of await caches.keys()) {
    if (!other.startsWith(cachePrefix(scope)) || other === name) continue;
    const old = await caches.open(other);
    for (const path of plan.onDemand) {
      const url = new URL(path, scope).href;
      const answer = await old.match(url);
      if (answer !== undefined) await cache.put(url, answer);
    }
    await caches.delete(other);
  }
  await worker.clients.claim();
}

async function kept(url: string): Promise<Response> {
  const cache = await caches.open(name);
  const found = await cache.match(url);
  if (found !== undefined) return isolated(found);
  const answer = await fetch(url);
  // A full disk is no reason to keep the page from its file.
  if (mayBeKept(url, answer)) await cache.put(url, answer.clone()).catch(() => undefined);
  return isolated(answer);
}

function isolated(answer: Response): Response {
  const headers = new Headers(answer.headers);
  for (const [header, value] of Object.entries(ISOLATION)) headers.set(header, value);
  return new Response(answer.body, { status: answer.status, statusText: answer.statusText, headers });
}

function mayBeKept(url: string, answer: Response): boolean {
  return mayKeep(url, scope, { status: answer.status, type: typeOf(answer) });
}

function typeOf(answer: Response): string | null {
  return answer.headers.get('content-type');
}
