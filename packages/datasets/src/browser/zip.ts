// Zip archives in a browser: zip.js, loaded when the first is opened, with the browser's own inflate.
import { DataFormatError, reason } from '../errors.ts';
import type { ZipMember } from '../node/zip.ts';

/** The members of a zip archive in memory. Throws errors of the reader for one that is corrupt. */
export async function* zipMembers(bytes: Uint8Array, file: string): AsyncGenerator<ZipMember, void> {
  // No workers: their file would have to lie beside the page.
  const { Uint8ArrayReader, ZipReader } = await import('@zip.js/zip.js/lib/zip-core-custom.js');
  const zip = new ZipReader(new Uint8ArrayReader(bytes), { checkSignature: true, useWebWorkers: false });
  try {
    for await (const entry of zip.getEntriesGenerator()) {
      const { filename: name, uncompressedSize: size } = entry;
      yield { name, size, read: async () => (entry.directory ? new Uint8Array() : member(entry, size, file)) };
    }
  } finally {
    await zip.close();
  }
}

interface FileEntry {
  readonly filename: string;
  readonly encrypted: boolean;
  readonly compressionMethod: number;
  readonly signature?: number;
  getData(writable: WritableStream<Uint8Array>): Promise<unknown>;
}

/** The bytes of a member, never more than its entry says. */
async function member(entry: FileEntry, size: number, file: string): Promise<Uint8Array> {
  const fail = (received: string, cause?: unknown): DataFormatError =>
    new DataFormatError('a member of the archive is damaged', {
      file,
      received: `${entry.filename}: ${received}`,
      expected: `${size} bytes with CRC-32 ${(entry.signature ?? 0).toString(16)}`,
      fix: 'fetch the archive again, or make it again',
      cause,
    });
  if (entry.encrypted || (entry.compressionMethod !== 0 && entry.compressionMethod !== 8)) {
    throw fail(entry.encrypted ? 'it is encrypted' : `compression method ${entry.compressionMethod}, not deflate`);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  const sink = new WritableStream<Uint8Array>({
    write(piece) {
      if (at + piece.length > size) throw fail('more bytes than that');
      bytes.set(piece, at);
      at += piece.length;
    },
  });
  try {
    await entry.getData(sink);
  } catch (cause) {
    throw cause instanceof DataFormatError ? cause : fail(reason(cause), cause);
  }
  if (at !== size) throw fail(`${at} bytes`);
  return bytes;
}
