import { join } from 'node:path';
import { DescentError } from '@descent/core';
import { acquireLock, fileError, type Held, type Lock, type LockHolder, lockHolder, makeFolder } from '@descent/files';
import { expectPath } from './expect-path.ts';

const NAME = 'run.lock';

/** Gives a folder back that was this process's own; once only. */
export interface FolderLock {
  (): Promise<void>;
  /** Throws a DescentError when another process has taken the folder over, since this one gave no sign of life for long. */
  expectHeld(): Promise<void>;
}

export interface LockFolderOptions {
  /** Called once when it cannot be seen whether the process that has the folder is alive: it is then watched for half a minute at most. */
  readonly onWait?: (owner: string) => void;
  readonly signal?: AbortSignal;
  /** How long a holder may be silent, whose process cannot be seen from here. Default 30 s. */
  readonly staleMs?: number;
}

/**
 * Reserves `folder` for this process, and makes it when it is missing; returns what gives it back. A lock whose process is gone is taken over: at once on the same machine and in the
 * same container, else when it gave no sign of life for 30 s.
 * @throws DescentError naming the process that has it, or saying why the folder cannot be written.
 */
export async function lockFolder(folder: string, options: LockFolderOptions = {}): Promise<FolderLock> {
  expectPath('lockFolder', folder, 'folder');
  const { onWait, ...rest } = options;
  await makeFolder(folder, { summary: 'the folder of the run cannot be made' });
  const path = join(folder, NAME);
  let waits = false;
  const isOver = (held: Held): boolean => {
    if (held.alive) throw inUse(folder, path, nameOf(held));
    if (!waits) onWait?.(nameOf(held));
    waits = true;
    return false;
  };
  const lock = await acquireLock(path, { ...rest, isOver }).catch((error: unknown) => {
    if (error instanceof DescentError || options.signal?.aborted === true) throw error;
    throw fileError('the folder cannot be locked', folder, error);
  });
  // Only `isOver` ends the wait, and it never says so.
  return folderLock(lock as Lock, folder);
}

/** Who has reserved `folder`, as far as one look tells; undefined when nobody has. Takes nothing. */
export function folderHolder(folder: string): Promise<LockHolder | undefined> {
  expectPath('folderHolder', folder, 'folder');
  return lockHolder(join(folder, NAME));
}

function folderLock(lock: Lock, folder: string): FolderLock {
  const expectHeld = async (): Promise<void> => {
    if (await lock.isHeld().catch(() => false)) return;
    throw new DescentError('another process has taken this folder over', {
      path: folder,
      received: 'a lock that is no longer this one’s: this process was stopped for long, or the lock was removed',
      fix: 'let the other one train; start this run again in another folder',
    });
  };
  return Object.assign(() => lock.release(), { expectHeld });
}

function inUse(folder: string, path: string, owner: string): DescentError {
  return new DescentError('another run is using this folder', {
    path: folder,
    received: owner,
    fix: `give this run another folder; if that process is gone, remove ${path}`,
  });
}

function nameOf({ owner }: Held): string {
  return owner === undefined ? 'a process that did not say which' : `process ${owner.pid} on ${owner.host}`;
}
