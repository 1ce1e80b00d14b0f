import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DescentError } from '@descent/core';

const NAME = 'run.lock';

/**
 * Reserves `folder` for this process; returns what gives it back. A lock that a dead process of this machine left behind is taken over.
 * @throws DescentError naming the process that has it.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, NAME);
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(JSON.stringify({ pid: process.pid, host: hostname() }));
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
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
