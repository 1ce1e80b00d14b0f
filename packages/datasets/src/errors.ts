import { DescentError, type ErrorDetails } from '@descent/core';

/** What an error about a file can add: its name and the place where reading stopped. */
export interface FileErrorDetails extends ErrorDetails {
  readonly file?: string | undefined;
  /** The byte, after decompression. */
  readonly offset?: number | undefined;
  /** The line of a text file, from 1. */
  readonly line?: number | undefined;
}

/** A file is missing, cannot be opened or written, or is larger than the limit. */
export class DataFileError extends DescentError {
  override readonly name = 'DataFileError';
  readonly file: string | undefined;

  constructor(summary: string, details: FileErrorDetails = {}) {
    super(summary, withPath(details));
    this.file = details.file;
  }
}

/** A file was read but its bytes are not what its format demands: corrupt, truncated, or of another format. */
export class DataFormatError extends DescentError {
  override readonly name = 'DataFormatError';
  readonly file: string | undefined;
  /** The byte (after decompression) where the format is broken. */
  readonly offset: number | undefined;
  /** The line of a text file, from 1. */
  readonly line: number | undefined;

  constructor(summary: string, details: FileErrorDetails = {}) {
    super(summary, withPath(details));
    this.file = details.file;
    this.offset = details.offset;
    this.line = details.line;
  }
}

/** One try to fetch a file that failed. */
export interface FailedAttempt {
  /** The address, without user name and password. */
  readonly url: string;
  readonly problem: string;
}

/** Every address of a file failed, or none may be used; `attempts` says how, in order. */
export class DownloadError extends DescentError {
  override readonly name = 'DownloadError';
  readonly file: string | undefined;
  readonly attempts: readonly FailedAttempt[];

  constructor(summary: string, details: FileErrorDetails & { readonly attempts?: readonly FailedAttempt[] } = {}) {
    super(summary, withPath(details));
    this.file = details.file;
    this.attempts = details.attempts ?? [];
  }
}

function withPath(details: FileErrorDetails): FileErrorDetails {
  const { file, offset, line } = details;
  if (details.path !== undefined || file === undefined) return details;
  const place = line !== undefined ? ` line ${line}` : offset !== undefined ? ` at byte ${offset}` : '';
  return { ...details, path: `${file}${place}` };
}

/** What an error of somebody else says. */
export function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
