import { DescentError, type ErrorDetails } from '@descent/core';

/** What an error about a file can add: its name and the byte where reading stopped. */
export interface FileErrorDetails extends ErrorDetails {
  readonly file?: string | undefined;
  readonly offset?: number | undefined;
}

/** A file is missing, cannot be opened, or is larger than the limit. */
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

  constructor(summary: string, details: FileErrorDetails = {}) {
    super(summary, withPath(details));
    this.file = details.file;
    this.offset = details.offset;
  }
}

function withPath(details: FileErrorDetails): FileErrorDetails {
  const { file, offset } = details;
  if (details.path !== undefined || file === undefined) return details;
  return { ...details, path: offset === undefined ? file : `${file} at byte ${offset}` };
}
