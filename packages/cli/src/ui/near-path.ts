import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { closest } from '../config/suggest.ts';
import { shownPath } from '../io.ts';

/** `; did you mean 'runs/lenet'?` where a path is not there and its folder has a name that is nearly its own; else nothing. */
export async function nearPath(path: string, cwd: string): Promise<string> {
  const folder = dirname(path);
  const names = await readdir(folder).catch(() => []);
  const found = closest(basename(path), names);
  return found === undefined ? '' : `; did you mean '${shownPath(join(folder, found), cwd)}'?`;
}
