// Zip archives in Node: yauzl finds the members, zlib unpacks them.
import { pipeline } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { DataFormatError, reason } from '../errors.ts';
import { joined } from '../sources/pieces.ts';

/** A member of a zip archive. */
export interface ZipMember {
  readonly name: string;
  /** What its entry says that it unpacks to, in bytes. */
  readonly size: number;
  /** Its bytes, never more than that. Throws a DataFormatError when it is damaged, encrypted, or compressed in another way than deflate. */
  read(): Promise<Uint8Array>;
}

/** The members of a zip archive in memory. Throws errors of the reader for one that is corrupt. */
export async function* zipMembers(bytes: Uint8Array, file: string): AsyncGenerator<ZipMember, void> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const zip = await fromBufferPromise(buffer, { validateEntrySizes: true });
  try {
    for await (const entry of zip.eachEntry()) {
      const read = async (): Promise<Uint8Array> => joined(entryBytes(zip, entry, file));
      yield { name: entry.fileName, size: entry.uncompressedSize, read };
    }
  } finally {
    zip.close();
  }
}

/**
 * The bytes of a member of a zip archive, in pieces, never more than its entry says, with length and checksum checked at the end. Unpacked here, since the
 * zip reader checks no checksums, and tells an error to nobody when it comes before reading begins.
 * @throws DataFormatError when the member is damaged, encrypted, or compressed in another way than deflate.
 */
export async function* entryBytes(zip: ZipFile, entry: Entry, file: string): AsyncGenerator<Uint8Array, void> {
  const fail = (received: string, cause?: unknown): DataFormatError =>
    new DataFormatError('a member of the archive is damaged', {
      file,
      received: `${entry.fileName}: ${received}`,
      expected: `${entry.uncompressedSize} bytes with CRC-32 ${entry.crc32.toString(16)}`,
      fix: 'fetch the archive again, or make it again',
      cause,
    });
  if (entry.isEncrypted() || (entry.compressionMethod !== 0 && entry.compressionMethod !== 8)) {
    throw fail(entry.isEncrypted() ? 'it is encrypted' : `compression method ${entry.compressionMethod}, not deflate`);
  }
  const raw = await zip.openReadStreamPromise(entry, { decodeFileData: false });
  const output = entry.compressionMethod === 8 ? pipeline(raw, createInflateRaw(), () => {}) : raw;
  let size = 0;
  let crc = 0;
  try {
    for await (const piece of output as AsyncIterable<Uint8Array>) {
      size += piece.length;
      if (size > entry.uncompressedSize) throw fail('more bytes than that');
      crc = crc32(piece, crc);
      yield piece;
    }
  } catch (cause) {
    throw cause instanceof DataFormatError ? cause : fail(reason(cause), cause);
  } finally {
    raw.destroy();
    output.destroy();
  }
  if (size !== entry.uncompressedSize) throw fail(`${size} bytes`);
  if (crc !== entry.crc32) throw fail(`a wrong checksum, ${crc.toString(16)}`);
}
