import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { TextStore } from '@descent/core/backend';
import { acquireLock, type Lock } from './lock/lock.ts';
import { makeFolder } from './make-folder.ts';
import { writeAtomically } from './write-atomically.ts';

/** So long at most does a process wait for another one that works in the same place. */
const MOST_WAIT_MS = 60_000;

/**
 * A text that is kept in a file, whose folder is made when it is first written. Processes that work on it wait for each other; where no lock can be
 * had, such as in a folder that cannot be written to, they do not.
 */
export function textFile(path: string): TextStore {
  return {
    place: path,
    read: () => readFile(path, 'utf8').catch(() => undefined),
    async write(text) {
      await makeFolder(dirname(path));
      await writeAtomically(path, text);
    },
    async exclusively(work) {
      const lock = await lockOf(path);
      try {
        return await work();
      } finally {
        await lock?.release();
      }
    },
  };
}

/** Undefined where there is none to be had, or another process has it for too long. */
async function lockOf(path: string): Promise<Lock | undefined> {
  const begun = performance.now();
  try {
    await makeFolder(dirname(path));
    return await acquireLock(`${path}.lock`, { isOver: () => performance.now() - begun > MOST_WAIT_MS });
  } catch {
    return undefined;
  }
}
