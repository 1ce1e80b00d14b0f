import { copyFile, link, mkdir, open, readdir, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { DataFileError } from '../errors.ts';

/** The part of the file system that downloads use, so that tests can make it fail. */
export interface FileSystem {
  readonly copyFile: typeof copyFile;
  readonly link: typeof link;
  readonly mkdir: typeof mkdir;
  readonly open: typeof open;
  readonly readdir: typeof readdir;
  readonly readFile: typeof readFile;
  readonly rename: typeof rename;
  readonly rm: typeof rm;
  readonly stat: typeof stat;
  readonly statfs: typeof statfs;
  readonly writeFile: typeof writeFile;
}

export const nodeFileSystem: FileSystem = {
  copyFile,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  statfs,
  writeFile,
};

export async function exists(fs: FileSystem, path: string): Promise<boolean> {
  return fs.stat(path).then(
    () => true,
    () => false,
  );
}

export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

/** What the operating system said about a file of ours, in terms of what to do about it. */
export function localError(cause: unknown, path: string, doing: string): DataFileError {
  const code = codeOf(cause);
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  const forbidden = code === 'EACCES' || code === 'EPERM' || code === 'EROFS';
  return new DataFileError(full ? 'the disk is full' : `${doing} failed`, {
    file: path,
    received: cause instanceof Error ? cause.message : String(cause),
    fix: full
      ? 'free some space, or choose another folder with the root option or DESCENT_DATA_HOME; what was fetched so far is kept and goes on from there'
      : forbidden
        ? 'choose a folder that you may write to, with the root option or DESCENT_DATA_HOME'
        : 'check the disk and the folder',
    cause,
  });
}
