import { DataFileError } from '../errors.ts';

/** @throws DataFileError always: a page has no files to write. */
export async function writeAtomically(
  path: string,
  _: Uint8Array | string,
  options: { readonly summary?: string } = {},
): Promise<void> {
  throw new DataFileError(options.summary ?? 'the file cannot be written', {
    file: path,
    received: 'a path, in a browser',
    expected: 'Node, where a path names a file',
    fix: 'make the bytes with npyBytes or pngBytes, and offer new Blob([bytes]) as a download',
  });
}
