import { DataFileError, DataFormatError } from '../errors.ts';

/** An image of more pixels than the option allows. */
export function tooManyPixels(file: string, received: string, maxPixels: number, cause?: unknown): DataFileError {
  return new DataFileError('the image is too large', {
    file,
    received,
    expected: `at most ${maxPixels} pixels`,
    fix: 'make the picture smaller, or raise maxPixels if it can be trusted',
    cause,
  });
}

/** An image of which the library makes nothing; `message` is what it says. */
export function corruptImage(file: string, size: number, message: string, cause?: unknown): DataFormatError {
  return new DataFormatError('the image is corrupt or truncated', {
    file,
    received: `${size} bytes that cannot be decoded: ${message.split('\n', 1)[0]}`,
    expected: 'a complete image',
    fix: 'open and save the picture again',
    cause,
  });
}
