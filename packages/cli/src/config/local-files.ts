import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ConfigFiles } from './files.ts';
import { readTextFile } from './text-file.ts';

/** The files of this machine; paths are relative to `cwd`. */
export function localFiles(cwd: string): ConfigFiles {
  const path = (given: string): string => resolve(cwd, given);
  return {
    file: path,
    folder: path,
    isFolder: (given) =>
      stat(path(given)).then(
        (found) => found.isDirectory(),
        () => false,
      ),
    text: (given) => readTextFile(path(given)),
    nameOf: path,
  };
}
