import { setTimeout as sleep } from 'node:timers/promises';
import type { BoardChange } from './protocol.ts';
import type { WatchedFolder } from './watched-folder.ts';

/** Tells pages what changes in a folder, for as long as there are some. */
export interface Feed {
  /** `send` is given everything, then what changed; it returns whether it can take more now. Call what comes back when the page has gone. */
  join(send: (change: BoardChange) => boolean): () => void;
  /** Pages that are told. */
  readers(): number;
  /** Looks once, for an answer to who has not joined. */
  look(): Promise<void>;
}

interface Reader {
  readonly send: (change: BoardChange) => boolean;
  /** What it was told of each run, by its key. */
  readonly told: Map<number, number>;
  isThere: boolean | null;
}

/** Between two looks. A look that takes long is followed by a longer pause, so that at most a tenth of a core is spent. */
const PAUSE_MS = 700;
const SHARE = 0.1;
/** Between two words to pages while a look goes on. */
const SOON_MS = 250;

/** The feed of `folder`. While nobody listens, nothing is read. `signal` ends it. */
export function createFeed(folder: WatchedFolder, signal: AbortSignal): Feed {
  const readers = new Set<Reader>();
  let isRunning = false;
  let looking: Promise<boolean> | null = null;

  const tellAll = (): void => {
    for (const reader of readers) tell(reader, folder);
  };
  let told = 0;
  const look = (): Promise<boolean> => {
    looking ??= folder
      .look(() => {
        if (performance.now() - told < SOON_MS) return;
        told = performance.now();
        tellAll();
      })
      .finally(() => {
        looking = null;
      });
    return looking;
  };
  const run = async (): Promise<void> => {
    if (isRunning) return;
    isRunning = true;
    try {
      while (readers.size > 0 && !signal.aborted) {
        const begun = process.cpuUsage();
        // Whatever is in the way of one look, such as too many open files, may be gone at the next.
        const isMore = await look().catch(() => false);
        tellAll();
        const { user, system } = process.cpuUsage(begun);
        const took = (user + system) / 1000;
        await sleep(isMore ? 0 : Math.max(PAUSE_MS, took / SHARE), undefined, { signal });
      }
    } catch {
      // The signal woke it.
    } finally {
      isRunning = false;
    }
  };
  return {
    join(send) {
      const reader: Reader = { send, told: new Map(), isThere: null };
      readers.add(reader);
      void run();
      return () => void readers.delete(reader);
    },
    readers: () => readers.size,
    async look() {
      await look();
    },
  };
}

/** Tells a reader what it does not know yet; a slow one is told later, all at once. */
function tell(reader: Reader, folder: WatchedFolder): void {
  const runs = folder.runs();
  const rows = [...runs.values()]
    .map((run) => run.row())
    // What was not looked at yet is not told.
    .filter(({ key, revision }) => revision > 0 && reader.told.get(key) !== revision);
  const gone = [...reader.told.keys()].filter((key) => !runs.has(key));
  const isThere = folder.isThere();
  if (rows.length === 0 && gone.length === 0 && isThere === reader.isThere) return;
  if (!reader.send({ isThere, rows, gone })) return;
  reader.isThere = isThere;
  for (const { key, revision } of rows) reader.told.set(key, revision);
  for (const key of gone) reader.told.delete(key);
}
