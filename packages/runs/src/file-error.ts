import { DescentError } from '@descent/core';

/** What the codes of the operating system mean, and what to do. */
const REASONS: Readonly<Record<string, readonly [received: string, fix: string]>> = {
  ENOSPC: [
    'the disk is full',
    'make room, such as by removing old runs, or give a folder on another disk; then resume',
  ],
  EDQUOT: ['the quota of this user is used up', 'remove files, or give a folder elsewhere; then resume'],
  EFBIG: [
    'the file is larger than this disk or process may write',
    'give a folder on another disk, or raise the limit',
  ],
  EACCES: ['this user may not write there', 'change the permissions of the folder, or give another one'],
  EPERM: ['this user may not write there', 'change the permissions of the folder, or give another one'],
  EROFS: ['the file system is read-only', 'give a folder on a disk that can be written'],
  ENOTDIR: ['a part of the path is a file, not a folder', 'give another folder'],
  EEXIST: ['there is a file where a folder is needed', 'give another folder, or remove that file'],
  EISDIR: ['there is a folder where the file is to be', 'give another name, or remove that folder'],
  ENOENT: ['the folder is not there', 'make the folder first, and leave it there while training runs'],
  EMFILE: ['this process has too many files open', 'close some, or raise the limit (ulimit -n)'],
  EIO: ['the disk reports an error', 'look at the disk before you trust it with more'],
};

/** The error of the file system as one that says what happened to which file and what to do. */
export function fileError(summary: string, path: string, cause: unknown): DescentError {
  const { code = '', message = String(cause) } = cause as { readonly code?: string; readonly message?: string };
  const [received, fix] = REASONS[code] ?? [message, undefined];
  return new DescentError(summary, {
    path,
    received: code === '' || received.includes(code) ? received : `${received} (${code})`,
    fix,
    cause,
  });
}
