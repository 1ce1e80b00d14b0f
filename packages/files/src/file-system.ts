import * as node from 'node:fs/promises';

/** The part of the file system that is used here, so that tests can make it fail. */
export type FileSystem = Readonly<
  Pick<
    typeof node,
    | 'access'
    | 'copyFile'
    | 'link'
    | 'mkdir'
    | 'open'
    | 'readdir'
    | 'readFile'
    | 'readlink'
    | 'realpath'
    | 'rename'
    | 'rm'
    | 'stat'
    | 'statfs'
    | 'writeFile'
  >
>;

export const nodeFileSystem: FileSystem = node;

/** The error that the system would give, where it need not be asked. */
export function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code, path });
}

/** The code of a system error, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
