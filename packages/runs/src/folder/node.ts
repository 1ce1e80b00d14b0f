import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, writeAtomically } from '@descent/files';
import type { Folder } from './folder.ts';

/** The folder at `path` of the file system. */
export function openFolder(path: string): Folder {
  return {
    list: () =>
      readdir(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      }),
    read: (name) => readFile(join(path, name)),
    async write(name, bytes) {
      await makeFolder(path, { summary: 'the folder of the checkpoints cannot be made' });
      await writeAtomically(join(path, name), bytes);
    },
    remove: (name) => rm(join(path, name), { force: true }),
    pathOf: (name) => join(path, name),
  };
}
