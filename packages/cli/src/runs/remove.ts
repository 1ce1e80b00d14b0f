import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DescentError } from '@descent/core';
import { shownPath } from '../io.ts';
import { RUN_FILES } from '../run/folder.ts';
import type { RunOverview } from './overview.ts';

/**
 * Removes the files that a run wrote, and its folder when nothing else lies there.
 * @throws DescentError for a run that a process has now: of none of the others is anything removed.
 */
export async function removeRuns(runs: readonly RunOverview[], cwd: string): Promise<void> {
  const busy = runs.find(({ state }) => state === 'training');
  if (busy !== undefined) {
    throw new DescentError('a run that trains is not removed', {
      received: shownPath(busy.path, cwd),
      fix: 'stop it first, with Ctrl-C where it runs',
    });
  }
  for (const { path } of runs) {
    for (const name of RUN_FILES) await rm(join(path, name), { recursive: true, force: true });
    // Other files of the user keep the folder.
    await rmdir(path).catch(() => {});
  }
}
