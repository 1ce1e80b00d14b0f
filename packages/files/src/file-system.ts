import {
  access,
  copyFile,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  statfs,
  writeFile,
} from 'node:fs/promises';

/** The part of the file system that is used here, so that tests can make it fail. */
export interface FileSystem {
  readonly access: typeof access;
  readonly copyFile: typeof copyFile;
  readonly link: typeof link;
  readonly mkdir: typeof mkdir;
  readonly open: typeof open;
  readonly readdir: typeof readdir;
  readonly readFile: typeof readFile;
  readonly readlink: typeof readlink;
  readonly realpath: typeof realpath;
  readonly rename: typeof rename;
  readonly rm: typeof rm;
  readonly stat: typeof stat;
  readonly statfs: typeof statfs;
  readonly writeFile: typeof writeFile;
}

export const nodeFileSystem: FileSystem = {
  access,
  copyFile,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  statfs,
  writeFile,
};

/** The error that the system would give, where it need not be asked. */
export function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code, path });
}

/** The code of a system error, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
