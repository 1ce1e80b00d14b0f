import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, type FileSystem, nodeFileSystem } from '../file-system.ts';
import { COUNTER, startHeartbeat } from './heartbeat.ts';
import { type LockOwner, parseOwner, processOf, thisOwner } from './owner.ts';
import { inspect, type Seen, type Watch, watchOver } from './watch.ts';

export interface Lock {
  readonly owner: LockOwner;
  /** Whether an earlier holder is known to have ended (`dead`), stopped giving signs of life (`silent`), or there was none. */
  readonly previous: 'none' | 'dead' | 'silent';
  /** Whether the lock is still this one: a process that slept for long, unseen by others, may have lost it. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}

/** What is known of a lock that somebody else has. */
export interface Held {
  /** Undefined when the file does not say. */
  readonly owner: LockOwner | undefined;
  /** Known to be alive, by its process or by its signs of life; else it is being watched. */
  readonly alive: boolean;
}

export interface LockOptions {
  /** Called while another has the lock: true when there is no point in waiting any longer. Default: never. */
  readonly isOver?: (held: Held) => boolean | Promise<boolean>;
  readonly signal?: AbortSignal | undefined;
  /** Default 200 ms. */
  readonly pollMs?: number | undefined;
  /** How often a holder gives a sign of life. Default 2 s. */
  readonly heartbeatMs?: number | undefined;
  /** A holder whose process cannot be seen and that gave no sign of life for so long is taken to be gone. Default 30 s. */
  readonly staleMs?: number | undefined;
  /** Seam of the tests. */
  readonly fs?: FileSystem | undefined;
}

/** What file systems without hard links say. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EMLINK'];

/**
 * Takes the lock file `path`, waiting for whoever has it; undefined when `isOver` became true meanwhile.
 *
 * The file appears with all that it says, by a hard link, so that nobody ever sees a half one. A holder whose process can be seen (same machine, same
 * container) is alive exactly as long as that process; others count up in their file. Only one process may replace a lock that was left behind: the one
 * that has the lock on doing so, which is another such file.
 * @throws what the file system throws, such as on a read-only disk, and the reason of `signal`.
 */
export function acquireLock(path: string, options?: LockOptions & { readonly isOver?: undefined }): Promise<Lock>;
export function acquireLock(path: string, options?: LockOptions): Promise<Lock | undefined>;
export async function acquireLock(path: string, options: LockOptions = {}): Promise<Lock | undefined> {
  const { isOver, signal, pollMs = 200, fs = nodeFileSystem } = options;
  const owner = thisOwner();
  const text = `${JSON.stringify(owner)}\n`;
  const own = await ownFile(path, owner, text, fs);
  let taken = false;
  try {
    let watch: Watch | undefined;
    for (;;) {
      signal?.throwIfAborted();
      const now = await linked(own, path, owner, text, fs);
      if (now !== undefined) {
        taken = true;
        return held(path, now, owner, 'none', text.length, options, fs);
      }
      const seen = await inspect(fs, path);
      if (seen === undefined) continue;
      watch = await watchOver(seen, watch, own.file, options);
      if (watch.verdict === 'dead' || watch.verdict === 'silent') {
        if (await takeOver(path, own.path, seen, options, fs)) {
          taken = true;
          return held(path, own.file, owner, watch.verdict, text.length, options, fs);
        }
        continue;
      }
      if ((await isOver?.({ owner: seen.owner, alive: watch.verdict === 'alive' })) === true) return undefined;
      await sleep(pollMs, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
        signal?.throwIfAborted();
        throw error;
      });
    }
  } finally {
    if (!taken) await own.file.close().catch(() => {});
    await fs.rm(own.path, { force: true });
  }
}

interface OwnFile {
  readonly path: string;
  readonly file: FileHandle;
}

/** A file beside the lock with everything that the lock will say. */
async function ownFile(path: string, owner: LockOwner, text: string, fs: FileSystem): Promise<OwnFile> {
  const own = `${path}.${owner.token}.${owner.pid}.own`;
  const file = await fs.open(own, 'wx+');
  try {
    await file.writeFile(`${text}${'0'.repeat(COUNTER)}`);
    return { path: own, file };
  } catch (error) {
    await file.close().catch(() => {});
    await fs.rm(own, { force: true }).catch(() => {});
    throw error;
  }
}

/** The open file of the lock when it is ours now; undefined when somebody else has it. */
async function linked(
  own: OwnFile,
  path: string,
  owner: LockOwner,
  text: string,
  fs: FileSystem,
): Promise<FileHandle | undefined> {
  try {
    await fs.link(own.path, path);
    return own.file;
  } catch (error) {
    const code = codeOf(error) ?? '';
    // The answer of a server may have been lost, and the question asked again.
    if (code === 'EEXIST') return (await inspect(fs, path))?.owner?.token === owner.token ? own.file : undefined;
    if (!NO_LINKS.includes(code)) throw error;
  }
  try {
    const file = await fs.open(path, 'wx+');
    // Whoever sees the empty file waits for signs of life, as for every holder that it does not know.
    await file.writeFile(`${text}${'0'.repeat(COUNTER)}`);
    await own.file.close().catch(() => {});
    return file;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return undefined;
    throw error;
  }
}

/** Replaces the lock that was `seen`, unless it is another by now, or another process is doing that. */
async function takeOver(path: string, own: string, seen: Seen, options: LockOptions, fs: FileSystem): Promise<boolean> {
  const isSame = async (): Promise<boolean> => (await inspect(fs, path))?.state === seen.state;
  const { signal, heartbeatMs, staleMs } = options;
  const claim = await acquireLock(`${path}.${seen.owner?.token ?? 'unknown'}.takeover`, {
    ...{ signal, heartbeatMs, staleMs, fs, pollMs: 10 },
    isOver: async () => !(await isSame()),
  });
  if (claim === undefined) return false;
  try {
    if (!(await isSame())) return false;
    await fs.rename(own, path);
    return true;
  } finally {
    await claim.release();
  }
}

async function held(
  path: string,
  file: FileHandle,
  owner: LockOwner,
  previous: Lock['previous'],
  position: number,
  { heartbeatMs = 2_000 }: LockOptions,
  fs: FileSystem,
): Promise<Lock> {
  const stop = startHeartbeat(file, position, heartbeatMs);
  const isHeld = async (): Promise<boolean> => (await inspect(fs, path))?.owner?.token === owner.token;
  await sweep(path, fs);
  let released = false;
  return {
    owner,
    previous,
    isHeld,
    async release() {
      if (released) return;
      released = true;
      // Before the file is closed: its number may then belong to another.
      await stop();
      await file.close().catch(() => {});
      if (await isHeld()) await fs.rm(path, { force: true });
    },
  };
}

/** Removes what processes left beside the lock that were killed while they took it. */
async function sweep(path: string, fs: FileSystem): Promise<void> {
  const [folder, start] = [dirname(path), `${basename(path)}.`];
  const names: readonly string[] = await fs.readdir(folder).catch(() => []);
  for (const name of names.filter((one) => one.startsWith(start) && /\.(?:own|takeover)$/.test(one))) {
    const file = join(folder, name);
    const left = parseOwner(await fs.readFile(file, 'utf8').catch(() => ''));
    if (left !== undefined && processOf(left) === 'dead') await fs.rm(file, { force: true }).catch(() => {});
  }
}
