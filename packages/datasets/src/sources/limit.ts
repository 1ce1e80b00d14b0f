import { DataFileError } from '../errors.ts';

/** Throws a `DataFileError` for more bytes than the limit. */
export function checkLimit(size: number, limit: number, file: string): void {
  if (size <= limit) return;
  throw new DataFileError('the file is too large', {
    file,
    received: `${size} bytes`,
    expected: `at most ${limit} bytes`,
    fix: 'raise the limit option if the file can be trusted',
  });
}
