import { constants } from 'node:fs';
import { type FileHandle, lstat, open, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, relative } from 'node:path';

// A reader that follows no link; Windows has neither flag, and its links are found by `lstat`.
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a file below `root` for reading; null when there is none. A link, a pipe or a device is none, and neither is what a folder on the
 * way puts elsewhere. The caller closes it.
 */
export async function openInside(root: string, path: string): Promise<FileHandle | null> {
  try {
    if (!(await lstat(path)).isFile()) return null;
    const inside = relative(await realpath(root), await realpath(dirname(path)));
    if (inside.startsWith('..') || isAbsolute(inside)) return null;
    const file = await open(path, FLAGS);
    if ((await file.stat()).isFile()) return file;
    await file.close();
  } catch {
    // Not there, not readable, or gone in between.
  }
  return null;
}

/** The bytes of a file below `root`; null when there is none, or more than `most` bytes in it. */
export async function readInside(root: string, path: string, most: number): Promise<Buffer | null> {
  const file = await openInside(root, path);
  if (file === null) return null;
  try {
    return (await file.stat()).size > most ? null : await file.readFile();
  } catch {
    return null;
  } finally {
    await file.close();
  }
}
