import { DescentError } from '@descent/core';

/** The most bytes of a file that the page opens, and of all that an archive unpacks to. */
export const MAX_BYTES: number = 256 * 2 ** 20;
/** The most members of an archive: folders and what systems add are among them, so that a set of as many pictures as the page takes has room. */
export const MAX_MEMBERS = 10_000;

/** The bytes of a file that the user gave. Throws a DescentError for one that is too large, before it is read. */
export async function bytesOf(file: Blob & { readonly name: string }): Promise<Uint8Array> {
  if (file.size > MAX_BYTES) {
    throw new DescentError('the file is too large for this page', {
      path: file.name,
      received: `${file.size} bytes`,
      expected: `at most ${MAX_BYTES} bytes`,
      fix: 'open it with the descent command',
    });
  }
  return new Uint8Array(await file.arrayBuffer());
}
