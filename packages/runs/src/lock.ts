import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DescentError } from '@descent/core';
import { fileError } from './file-error.ts';

const NAME = 'run.lock';

/**
 * Reserves `folder` for this process; returns what gives it back. A lock that a dead process of this machine left behind is taken over.
 * @throws DescentError naming the process that has it, or saying why the folder cannot be written.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw fileError('the folder of the run cannot be made', folder, cause);
  });
  const path = join(folder, NAME);
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(JSON.stringify({ pid: process.pid, host: hostname() }));
      await file.close();
      let held = true;
      return async () => {
        // Once only: later it may be another's.
        if (held) await rm(path, { force: true });
        held = false;
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw fileError('the folder cannot be locked', folder, error);
      }
      const owner = await readOwner(path);
      if (owner !== null && !(owner.host === hostname() && !isAlive(owner.pid))) {
        throw new DescentError('another run is using this folder', {
          path: folder,
          received: `process ${owner.pid} on ${owner.host}`,
          fix: `give this run another folder; if that process is gone, remove ${path}`,
        });
      }
      await rm(path, { force: true });
    }
  }
  throw new DescentError('the folder could not be locked', { path: folder, fix: 'try again' });
}

/** Who holds the lock; `null` when the file says nothing, since its writer died in between. */
async function readOwner(path: string): Promise<{ readonly pid: number; readonly host: string } | null> {
  try {
    const owner = JSON.parse(await readFile(path, 'utf8')) as { pid?: unknown; host?: unknown };
    return typeof owner.pid === 'number' && typeof owner.host === 'string'
      ? { pid: owner.pid, host: owner.host }
      : null;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
