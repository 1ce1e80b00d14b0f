import { readFile, stat } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { DataFileError, DataFormatError } from '../errors.ts';

/** Reads a whole file of at most `limit` bytes. */
export async function readBytes(path: string, limit: number): Promise<Uint8Array> {
  const info = await stat(path).catch((cause: unknown) => {
    throw new DataFileError('the file cannot be opened', { file: path, received: reason(cause), cause });
  });
  if (!info.isFile()) {
    throw new DataFileError('this is not a file', {
      file: path,
      received: info.isDirectory() ? 'a folder' : 'a device',
    });
  }
  checkLimit(info.size, limit, path);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new DataFileError('the file cannot be read', { file: path, received: reason(cause), cause });
  });
  return plain(bytes);
}

export function checkLimit(size: number, limit: number, file: string): void {
  if (size <= limit) return;
  throw new DataFileError('the file is too large', {
    file,
    received: `${size} bytes`,
    expected: `at most ${limit} bytes`,
    fix: 'raise the limit option if the file can be trusted',
  });
}

/** Decompresses gzip data, stopping as soon as it exceeds `limit` bytes; other data is returned as it is. */
export function gunzipIfNeeded(bytes: Uint8Array, limit: number, file: string): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return plain(gunzipSync(bytes, { maxOutputLength: limit, chunkSize: chunkSize(bytes, limit) }));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      checkLimit(Number.POSITIVE_INFINITY, limit, file);
    throw new DataFormatError('the gzip data is corrupt or truncated', {
      file,
      received: `${bytes.length} compressed bytes that end in: ${reason(cause)}`,
      expected: 'one complete gzip stream',
      fix: 'fetch the file again',
      cause,
    });
  }
}

/**
 * The size that the last four bytes of a gzip file claim, so that it unpacks into one buffer, at twice the speed.
 * It is only a hint, kept within what so many bytes can unpack to, and one larger, for a full buffer makes zlib ask for another.
 */
function chunkSize(bytes: Uint8Array, limit: number): number {
  if (bytes.length < 18) return 64;
  const claimed = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4).getUint32(0, true);
  return 1 + Math.max(64, Math.min(claimed, limit, 1032 * bytes.length));
}

/** A Buffer as a Uint8Array on the same memory: a Buffer's `slice` would share, not copy. */
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
