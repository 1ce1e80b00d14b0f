import type { FileHandle } from 'node:fs/promises';
import { codeOf, type FileSystem } from '../file-system.ts';
import type { LockOptions } from './lock.ts';
import { type LockOwner, parseOwner, processOf } from './owner.ts';

/** A lock file as it was at one moment. */
export interface Seen {
  /** Differs whenever the holder gave a sign of life, or is another. */
  readonly state: string;
  readonly owner: LockOwner | undefined;
  readonly mtimeMs: number;
}

/** What is known of a lock file after looking at it again and again. */
export interface Watch {
  readonly seen: Seen;
  /** By the clock of this process: clocks of two hosts need not agree. */
  readonly since: number;
  readonly verdict: 'alive' | 'dead' | 'silent' | 'unknown';
}

/** Undefined when there is no such file. */
export async function inspect(fs: FileSystem, path: string): Promise<Seen | undefined> {
  try {
    const text = await fs.readFile(path, 'utf8');
    const { mtimeMs } = await fs.stat(path);
    return { state: `${mtimeMs} ${text}`, owner: parseOwner(text), mtimeMs };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Judges a lock by its process where that can be seen, else by signs of life. `own` is a file beside it, written to for the time of the disk. */
export async function watchOver(
  seen: Seen,
  before: Watch | undefined,
  own: FileHandle,
  { heartbeatMs = 2_000, staleMs = 30_000 }: LockOptions,
): Promise<Watch> {
  const now = performance.now();
  const known = seen.owner === undefined ? 'unknown' : processOf(seen.owner);
  const same = before?.seen.state === seen.state;
  const watch = { seen, since: same ? before.since : now };
  if (known !== 'unknown') return { ...watch, verdict: known };
  const beats = before !== undefined && !same && before.seen.owner?.token === seen.owner?.token;
  if (beats) return { ...watch, verdict: seen.owner === undefined ? 'unknown' : 'alive' };
  const watched = now - watch.since;
  // Silent for long already: then a few missing signs of life are enough, for the whole machine may just have woken up.
  const confirmed = watched >= Math.min(staleMs, 2.5 * heartbeatMs);
  const silent = watched >= staleMs || (confirmed && (await timeOfDisk(own)) - seen.mtimeMs >= staleMs);
  return { ...watch, verdict: silent ? 'silent' : 'unknown' };
}

/** What the disk's own clock says, which a server may keep for several hosts. */
async function timeOfDisk(own: FileHandle): Promise<number> {
  await own.write('0', (await own.stat()).size - 1);
  return (await own.stat()).mtimeMs;
}
