import { link, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';

/** The part of the file system that locks use, so that tests can make it fail. */
export interface LockFiles {
  readonly link: typeof link;
  readonly open: typeof open;
  readonly readdir: typeof readdir;
  readonly readFile: typeof readFile;
  readonly rename: typeof rename;
  readonly rm: typeof rm;
  readonly stat: typeof stat;
}

export const lockFiles: LockFiles = { link, open, readdir, readFile, rename, rm, stat };

export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}
