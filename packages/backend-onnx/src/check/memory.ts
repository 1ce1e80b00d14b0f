import { digestOf, pageStore, type TextStore } from '@descent/core/backend';

/**
 * Checks that a device has passed in other pages. What is kept is one digest for each: of the device, and of everything that was run there and what it
 * gave. So a lowering, a case or a reference that is another now is checked anew, whatever its version, and a text that was damaged says nothing.
 */
export interface CheckMemory {
  /** The digest of a check: of its inputs, its models and their results. */
  digest(parts: readonly (string | Uint8Array)[]): Promise<string>;
  has(digest: string): boolean;
  add(digest: string): void;
  /** Keeps what was added. What cannot be kept is checked anew next time. */
  save(): Promise<void>;
}

/** Drivers change without a trace that a page could see. */
const MOST_DAYS = 30;
const DAY_MS = 86_400_000;
/** Digests of many devices and versions; then everything begins anew. */
const MOST = 5000;

interface Kept {
  /** Part of every digest, so that it cannot be changed. */
  readonly since: string;
  readonly passed: readonly string[];
}

/** What is remembered of a device; undefined where nothing can be. */
export async function openMemory(
  device: string,
  store: TextStore | undefined = pageStore('onnx-checks'),
  now: Date = new Date(),
): Promise<CheckMemory | undefined> {
  if (store === undefined || (await digestOf('')) === undefined) return undefined;
  const { since, passed } = readKept(await store.read(), now);
  const known = new Set(passed);
  const added: string[] = [];
  return {
    digest: async (parts) => (await digestOf(device, since, ...parts)) as string,
    has: (digest) => known.has(digest),
    add(digest) {
      known.add(digest);
      added.push(digest);
    },
    async save() {
      if (added.length === 0) return;
      // Another page may have kept something meanwhile.
      const other = readKept(await store.read(), now);
      const all = new Set([...(other.since === since ? other.passed : []), ...known]);
      added.length = 0;
      await store.write(JSON.stringify({ since, passed: [...all] } satisfies Kept)).catch(() => {});
    },
  };
}

function readKept(text: string | undefined, now: Date): Kept {
  const empty = { since: now.toISOString(), passed: [] };
  try {
    const { since, passed } = JSON.parse(text ?? '') as Kept;
    const age = now.getTime() - Date.parse(since);
    const isValid = Array.isArray(passed) && passed.length <= MOST && age >= 0 && age < MOST_DAYS * DAY_MS;
    return isValid ? { since, passed: passed.filter((digest) => typeof digest === 'string') } : empty;
  } catch {
    return empty;
  }
}
