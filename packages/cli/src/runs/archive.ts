import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { Readable } from 'node:stream';
import { DescentError } from '@descent/core';
import { writeAtomically } from '@descent/files';
import { Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import { shownPath } from '../io.ts';
import type { RunOverview } from './overview.ts';

/** An archive is made in memory, so that it is there whole or not at all. */
const MOST_BYTES = 2 ** 30;

/**
 * Writes the files of a run as a zip archive to `file`; inside it they lie in a folder named after the run. Returns how many there are.
 * @throws DescentError for a run that a process has now, for one above 1 GiB, and when `file` cannot be written.
 */
export async function archiveRun({ path, state, bytes }: RunOverview, file: string, cwd: string): Promise<number> {
  if (state === 'training') {
    throw new DescentError('a run that trains is not archived', {
      received: shownPath(path, cwd),
      fix: 'wait until it has ended, or stop it with Ctrl-C where it runs',
    });
  }
  if (bytes > MOST_BYTES) {
    throw new DescentError('the run is too large for an archive', {
      received: `${bytes} bytes`,
      expected: `at most ${MOST_BYTES}`,
      fix: `remove checkpoints that are not needed from ${shownPath(join(path, 'checkpoints'), cwd)}, or copy the folder`,
    });
  }
  const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  const names = await filesIn(path);
  for (const name of names) {
    const from = join(path, name);
    const inside = [basename(path), ...name.split(sep)].join('/');
    const { mtime } = await stat(from);
    await zip.add(inside, Readable.toWeb(createReadStream(from)) as ReadableStream, { lastModDate: mtime });
  }
  await writeAtomically(file, await zip.close());
  return names.length;
}

/** Files below `folder` by their paths in it, in order; no links, and no locks. */
async function filesIn(folder: string, at: string = folder): Promise<readonly string[]> {
  const entries = (await readdir(at, { withFileTypes: true })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const names = entries.map(async (entry) => {
    const path = join(at, entry.name);
    if (entry.isDirectory()) return filesIn(folder, path);
    return entry.isFile() && !entry.name.startsWith('run.lock') ? [relative(folder, path)] : [];
  });
  return (await Promise.all(names)).flat();
}
