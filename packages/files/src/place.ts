import { dirname, resolve } from 'node:path';
import { codeOf, type FileSystem } from './file-system.ts';

export type Kind = 'file' | 'folder' | 'special';

/** What is there; `special` is a device, a pipe or a socket. Undefined when nothing is, or nobody may look. */
export async function kindOf(path: string, fs: Pick<FileSystem, 'stat'>): Promise<Kind | undefined> {
  return fs.stat(path).then(
    (found) => (found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'special'),
    () => undefined,
  );
}

/** More than any system follows. */
const MOST_LINKS = 40;

/** The path that a write to `path` is a write to: links are followed, also one to a file that is not there yet. Throws for links that lead to each other. */
export async function placeOf(path: string, fs: Pick<FileSystem, 'readlink' | 'realpath'>): Promise<string> {
  let place = path;
  for (let links = 0; links < MOST_LINKS; links++) {
    try {
      return await fs.realpath(place);
    } catch (error) {
      if (codeOf(error) === 'ELOOP') throw error;
      if (codeOf(error) !== 'ENOENT') return place;
    }
    const target = await fs.readlink(place).catch(() => undefined);
    if (target === undefined) return place;
    place = resolve(dirname(place), target);
  }
  return path;
}
