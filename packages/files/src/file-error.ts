import { DescentError, type ErrorDetails } from '@descent/core';
import { codeOf } from './file-system.ts';

/** What the system said, and what may help: room, permission to write elsewhere, or neither. */
export interface FileFault {
  readonly kind: 'full' | 'place' | 'other';
  readonly received: string;
  readonly fix?: string;
}

type Row = readonly [kind: FileFault['kind'], received: string, fix: string];

/** What the codes of the operating system mean, and what to do. */
const FAULTS: Readonly<Record<string, Row>> = {
  ENOSPC: ['full', 'the disk is full', 'make room, or give a folder on another disk'],
  EDQUOT: ['full', 'the quota of this user is used up', 'remove files, or give a folder elsewhere'],
  EFBIG: [
    'other',
    'the file is larger than this disk or process may write',
    'give a folder on another disk, or raise the limit',
  ],
  EACCES: ['place', 'this user may not write there', 'change the permissions of the folder, or give another one'],
  EPERM: ['place', 'this user may not write there', 'change the permissions of the folder, or give another one'],
  EROFS: ['place', 'the file system is read-only', 'give a folder on a disk that can be written'],
  ENOTDIR: ['place', 'a part of the path is a file, not a folder', 'give another folder'],
  EEXIST: ['place', 'there is a file where a folder is needed', 'give another folder, or remove that file'],
  EISDIR: ['place', 'there is a folder where the file is to be', 'give the name of a file, such as one in that folder'],
  ENOENT: ['place', 'the folder is not there', 'make the folder first, and leave it there'],
  ELOOP: ['place', 'links in the path lead to each other', 'give another path, or mend the links'],
  ENAMETOOLONG: ['place', 'the name is longer than this disk allows', 'give a shorter name'],
  EMFILE: ['other', 'this process has too many files open', 'close some, or raise the limit (ulimit -n)'],
  EIO: ['other', 'the disk reports an error', 'look at the disk before you trust it with more'],
};

/** What an error of the file system means; a `FileError` means what its cause does. */
export function faultOf(cause: unknown): FileFault {
  if (cause instanceof FileError) return faultOf(cause.cause);
  const code = codeOf(cause);
  const row = code === undefined ? undefined : FAULTS[code];
  if (row !== undefined) return { kind: row[0], received: `${row[1]} (${code})`, fix: row[2] };
  return { kind: 'other', received: cause instanceof Error ? cause.message : String(cause) };
}

/** A file or folder cannot be written, made or read; `cause` is what the system said, `details.path` the place. */
export class FileError extends DescentError {
  override readonly name = 'FileError';
  /** The code of the system, such as `ENOSPC`. */
  readonly code: string | undefined;

  constructor(summary: string, details: ErrorDetails = {}) {
    super(summary, details);
    this.code = codeOf(details.cause);
  }
}

/** The error of the file system as one that says what happened to which file and what to do. */
export function fileError(summary: string, path: string, cause: unknown): FileError {
  const system = cause instanceof FileError ? cause.cause : cause;
  const { received, fix } = faultOf(system);
  return new FileError(summary, { path, received, fix, cause: system });
}
