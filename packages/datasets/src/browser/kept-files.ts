// The files that a page keeps, in Cache Storage: each is there whole or not at all, and read only if it still has the hash that it was written with.
import { reason } from '../errors.ts';
import { sha256 } from './hash.ts';
import { warn } from './warning.ts';

/** A file as it was kept. */
export interface KeptFile {
  readonly bytes: Uint8Array;
  readonly sha256: string;
  /** The hash of the archive that it came out of. */
  readonly archive: string | undefined;
}

export interface KeptFiles {
  /** Undefined for a file that is not there; one that is damaged is removed. */
  read(path: string): Promise<KeptFile | undefined>;
  /** Keeps a file. Where there is no room it says so, and goes on without. */
  write(path: string, file: KeptFile): Promise<void>;
}

interface CacheStorage {
  open(name: string): Promise<Cache>;
}

interface Cache {
  match(address: string): Promise<Response | undefined>;
  put(address: string, response: Response): Promise<void>;
  delete(address: string): Promise<boolean>;
}

const HASH = 'x-descent-sha256';
const ARCHIVE = 'x-descent-archive';

/** What the page keeps under the name `root`; undefined, with a word, where the browser keeps nothing, as some private windows do. */
export async function keptFiles(root: string): Promise<KeptFiles | undefined> {
  const { caches, location } = globalThis as unknown as {
    readonly caches?: CacheStorage;
    readonly location: { readonly origin: string };
  };
  let cache: Cache;
  try {
    if (caches === undefined) throw new Error('the page has no Cache Storage');
    cache = await caches.open(root);
  } catch (cause) {
    warn(`this page keeps no data, which are fetched again each time: ${reason(cause)}`, 'no storage');
    return undefined;
  }
  const address = (path: string): string => new URL(`/.descent/${encodeURI(path)}`, location.origin).href;
  return {
    async read(path) {
      const response = await cache.match(address(path)).catch(() => undefined);
      const hash = response?.headers.get(HASH);
      if (response === undefined || hash === null || hash === undefined) return undefined;
      const bytes = await response.arrayBuffer().then(
        (buffer) => new Uint8Array(buffer),
        () => undefined,
      );
      if (bytes !== undefined && (await sha256(bytes)) === hash) {
        return { bytes, sha256: hash, archive: response.headers.get(ARCHIVE) ?? undefined };
      }
      await cache.delete(address(path));
      return undefined;
    },
    async write(path, { bytes, sha256: hash, archive }) {
      const headers = { [HASH]: hash, ...(archive !== undefined && { [ARCHIVE]: archive }) };
      try {
        await cache.put(address(path), new Response(bytes as Uint8Array<ArrayBuffer>, { headers }));
      } catch (cause) {
        warn(`${path} is not kept, and fetched again the next time: ${await problem(cause, bytes.length)}`, 'not kept');
      }
    },
  };
}

/** Why a file could not be kept: most often the share of the disk that the browser gives to a page is used up. */
async function problem(cause: unknown, bytes: number): Promise<string> {
  if (!(cause instanceof Error) || cause.name !== 'QuotaExceededError') return reason(cause);
  const { navigator } = globalThis as unknown as { readonly navigator?: { readonly storage?: Storage } };
  const { usage, quota } = (await navigator?.storage?.estimate().catch(() => undefined)) ?? {};
  const room = usage === undefined || quota === undefined ? '' : `, of which ${usage} of ${quota} bytes are in use`;
  return `its ${bytes} bytes are more than this browser lets the page keep${room}; free some of the disk, or clear what the site keeps`;
}

interface Storage {
  estimate(): Promise<{ readonly usage?: number; readonly quota?: number }>;
}
