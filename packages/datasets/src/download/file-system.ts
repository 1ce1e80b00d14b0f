import { copyFile, link, mkdir, open, readdir, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
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

/**
 * Makes a folder and those above it. Not by the option `recursive`, which does not end where the system says of a folder that it can neither be made nor is
 * there, as in `/proc`.
 */
export async function makeFolder(fs: Pick<FileSystem, 'mkdir' | 'stat'>, path: string): Promise<void> {
  try {
    await fs.mkdir(path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && (await fs.stat(path)).isDirectory()) return;
    const above = dirname(path);
    if (codeOf(error) !== 'ENOENT' || above === path) throw error;
    await makeFolder(fs, above);
    await fs.mkdir(path).catch(async (cause: unknown) => {
      if (codeOf(cause) !== 'EEXIST' || !(await fs.stat(path)).isDirectory()) throw cause;
    });
  }
}

/** How to choose another folder for downloads. */
const BY_ROOT = 'with the root option, or with DESCENT_DATA_HOME where there is none';

/** What the operating system said about a file of ours, in terms of what to do about it; `choice` is how another folder is chosen. */
export function localError(cause: unknown, path: string, doing: string, choice: string = BY_ROOT): DataFileError {
  const code = codeOf(cause);
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  const unusable = ['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EEXIST', 'ELOOP', 'ENAMETOOLONG'].includes(
    code ?? '',
  );
  return new DataFileError(full ? 'the disk is full' : `${doing} failed`, {
    file: path,
    received: cause instanceof Error ? cause.message : String(cause),
    fix: full
      ? `free some space, after which a download goes on where it was; or choose another folder, ${choice}`
      : unusable
        ? `choose a folder that can be written to, ${choice}`
        : 'check the disk and the folder',
    cause,
  });
}
