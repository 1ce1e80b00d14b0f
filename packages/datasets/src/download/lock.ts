import { randomUUID } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, type FileSystem, localError } from './file-system.ts';

/** Who holds a lock, as its file says. */
export interface LockOwner {
  readonly token: string;
  readonly pid: number;
  /** The host and its process numbering, which containers on one host do not share. */
  readonly machine: string;
  readonly host: string;
}

export interface Lock {
  readonly owner: LockOwner;
  /** Whether an earlier holder is known to have ended (`dead`), stopped giving signs of life (`silent`), or there was none. */
  readonly previous: 'none' | 'dead' | 'silent';
  release(): Promise<void>;
}

export interface LockOptions {
  readonly fs: FileSystem;
  /** While waiting: is there nothing left to do? Then no lock is taken. */
  readonly done: () => Promise<boolean>;
  readonly onWait?: (owner: LockOwner | undefined) => void;
  readonly signal?: AbortSignal | undefined;
  /** Default 200 ms. */
  readonly pollMs?: number | undefined;
  /** How often a holder touches its file. Default 5 s. */
  readonly heartbeatMs?: number | undefined;
  /** A holder that did not touch its file for so long is taken to be gone. Default 30 s. */
  readonly staleMs?: number | undefined;
}

/**
 * Takes the lock file `path`, waiting for whoever holds it; undefined when `done` became true meanwhile.
 *
 * A lock saves two processes from doing the same work. It is not what keeps the result right: every holder writes files of its own name,
 * and moves a file to its final name only when it is complete and checked, so two holders would merely both do it.
 * @throws DataFileError when the file cannot be written.
 */
export async function acquireLock(path: string, options: LockOptions): Promise<Lock | undefined> {
  const { fs, done, onWait, signal, pollMs = 200, heartbeatMs = 5_000, staleMs = 30_000 } = options;
  const owner: LockOwner = { token: randomUUID(), pid: process.pid, machine: machine(), host: hostname() };
  let previous: Lock['previous'] = 'none';
  let seen: { readonly state: string; readonly since: number } | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const handle = await create(fs, path, owner);
    if (handle !== undefined) return held(path, handle, owner, previous, fs, heartbeatMs);
    const found = await inspect(fs, path);
    if (found === undefined) continue;
    // Time is measured here, by how long the file was seen unchanged, so that clocks of two hosts need not agree.
    if (seen?.state !== found.state) seen = { state: found.state, since: performance.now() };
    const silent = performance.now() - seen.since >= staleMs;
    const dead = found.owner !== undefined && found.owner.machine === owner.machine && !alive(found.owner.pid);
    if (dead || silent) {
      // Somebody else may have replaced it since: then this is another lock.
      if ((await inspect(fs, path))?.state === found.state) {
        await fs.rm(path, { force: true });
        previous = dead ? 'dead' : 'silent';
      }
      continue;
    }
    if (await done()) return undefined;
    onWait?.(found.owner);
    await sleep(pollMs, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
  }
}

async function create(fs: FileSystem, path: string, owner: LockOwner): Promise<FileHandle | undefined> {
  try {
    const handle = await fs.open(path, 'wx');
    try {
      await handle.writeFile(JSON.stringify(owner));
      return handle;
    } catch (error) {
      await handle.close();
      await fs.rm(path, { force: true });
      throw error;
    }
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return undefined;
    throw localError(error, path, 'writing the lock file');
  }
}

function held(
  path: string,
  handle: FileHandle,
  owner: LockOwner,
  previous: Lock['previous'],
  fs: FileSystem,
  heartbeatMs: number,
): Lock {
  // Through the handle, so that it never touches the lock of somebody who took over.
  const beat = setInterval(() => {
    const now = new Date();
    handle.utimes(now, now).catch(() => {});
  }, heartbeatMs);
  beat.unref();
  return {
    owner,
    previous,
    async release() {
      clearInterval(beat);
      await handle.close().catch(() => {});
      if ((await inspect(fs, path))?.owner?.token === owner.token) await fs.rm(path, { force: true });
    },
  };
}

async function inspect(
  fs: FileSystem,
  path: string,
): Promise<{ readonly state: string; readonly owner: LockOwner | undefined } | undefined> {
  try {
    const text = await fs.readFile(path, 'utf8');
    const { mtimeMs } = await fs.stat(path);
    return { state: `${mtimeMs} ${text}`, owner: parseOwner(text) };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw localError(error, path, 'reading the lock file');
  }
}

/** Undefined for what was not written completely, or by somebody else. */
function parseOwner(text: string): LockOwner | undefined {
  try {
    const { token, pid, machine, host } = JSON.parse(text) as Partial<LockOwner>;
    if (typeof token !== 'string' || !Number.isInteger(pid) || typeof machine !== 'string') return undefined;
    return { token, pid: pid as number, machine, host: String(host) };
  } catch {
    return undefined;
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

function machine(): string {
  let namespace = '';
  try {
    namespace = readlinkSync('/proc/self/ns/pid');
  } catch {
    // Only Linux has it.
  }
  return `${hostname()} ${namespace}`.trim();
}
