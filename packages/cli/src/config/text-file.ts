import { readFile } from 'node:fs/promises';
import { DataFileError } from '@descent/datasets';
import { reason } from '../errors.ts';
import { decodeText } from './files.ts';

/** The most bytes of a text that is read at once. */
const LIMIT = 2 ** 29;

/**
 * The text of a file of UTF-8, without a byte order mark.
 * @throws DataFileError when it cannot be read or is too large, DataFormatError for what is not UTF-8.
 */
export async function readTextFile(path: string): Promise<string> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const isFolder = cause.code === 'EISDIR';
    throw new DataFileError(cause.code === 'ENOENT' ? 'there is no such file' : 'the file cannot be read', {
      file: path,
      received: isFolder ? 'a folder' : (cause.code ?? reason(cause)),
      expected: 'a file of UTF-8 text',
      fix: isFolder
        ? 'join its texts into one file'
        : 'check the path, which is relative to the folder that the command runs in',
      cause,
    });
  });
  if (bytes.length > LIMIT) {
    throw new DataFileError('the text does not fit into memory', {
      file: path,
      received: `${bytes.length} bytes`,
      expected: `at most ${LIMIT}`,
    });
  }
  return decodeText(bytes, path);
}
