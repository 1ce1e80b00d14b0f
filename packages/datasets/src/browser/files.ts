// What a path stands for in a browser: an address, absolute or relative to the page.
import { DataFileError } from '../errors.ts';
import { fetchBytes, fetchStream } from '../sources/fetched.ts';

/** @throws DataFileError always. */
export function localPath(url: URL): string {
  throw new DataFileError('a browser cannot open a file by its path', {
    file: url.href,
    received: 'a file: URL',
    expected: 'an http(s), blob or data URL, or a File that the user chose or dropped',
    fix: 'serve the file beside the page, and pass its address',
  });
}

/** Fetches what is at an address, at most `limit` bytes. */
export function readPath(address: string, limit: number): Promise<Uint8Array> {
  return fetchBytes(address, limit);
}

/** What is at an address, at most `limit` bytes, in pieces. */
export function streamPath(address: string, limit: number): AsyncGenerator<Uint8Array, void> {
  return fetchStream(address, limit);
}
