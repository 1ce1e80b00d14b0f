import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGunzip, gunzipSync } from 'node:zlib';
import { describeValue, ValueError } from '@descent/core';
import { DataFileError, DataFormatError } from '../errors.ts';

/** Throws a `ValueError` for what is neither a path nor bytes; `what` is the function that was given it. */
export function expectSource(what: string, source: unknown): asserts source is string | Uint8Array {
  if (typeof source === 'string' || source instanceof Uint8Array) return;
  const fix =
    source instanceof URL
      ? 'pass fileURLToPath(url), of node:url'
      : source instanceof ArrayBuffer
        ? 'pass new Uint8Array(buffer)'
        : source instanceof Promise
          ? 'await it'
          : 'the path comes first, options after it';
  throw new ValueError(`${what}: this is neither a path nor bytes`, {
    received: describeValue(source),
    expected: 'the path of a file, or its bytes as a Uint8Array',
    fix,
  });
}

/** The bytes that `what` was given, or those of the file, of which `file` is the name in errors. */
export async function sourceBytes(what: string, source: unknown, limit: number, file: string): Promise<Uint8Array> {
  expectSource(what, source);
  if (typeof source === 'string') return readBytes(source, limit);
  checkLimit(source.length, limit, file);
  return source;
}

/** Reads a whole file of at most `limit` bytes. */
export async function readBytes(path: string, limit: number): Promise<Uint8Array> {
  await checkFile(path, limit);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new DataFileError('the file cannot be read', { file: path, received: reason(cause), cause });
  });
  return plain(bytes);
}

/** Fails unless `path` is a file of at most `limit` bytes; returns its size. */
export async function checkFile(path: string, limit: number): Promise<number> {
  const info = await stat(path).catch((cause: unknown) => {
    throw new DataFileError('the file cannot be opened', { file: path, received: reason(cause), cause });
  });
  if (!info.isFile()) {
    throw new DataFileError('this is not a file', {
      file: path,
      received: info.isDirectory() ? 'a folder' : 'a device',
      ...(info.isDirectory() && { fix: `name the files in it, such as with ${join(path, '*')} in a shell` }),
    });
  }
  checkLimit(info.size, limit, path);
  return info.size;
}

/** The size of a file, or what the end of a gzipped one claims that it unpacks to. */
export async function unpackedSize(path: string): Promise<{ readonly size: number; readonly isClaim: boolean }> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const [start, end] = [Buffer.alloc(2), Buffer.alloc(4)];
    await file.read(start, 0, 2, 0);
    if (size < 18 || start[0] !== 0x1f || start[1] !== 0x8b) return { size, isClaim: false };
    await file.read(end, 0, 4, size - 4);
    return { size: end.readUInt32LE(), isClaim: true };
  } finally {
    await file.close();
  }
}

/** The bytes of a file or of memory in pieces, unpacked when they are gzip data; at most `limit` bytes before and after unpacking. */
export async function* byteStream(
  source: string | Uint8Array,
  limit: number,
  file: string,
): AsyncGenerator<Uint8Array, void> {
  if (typeof source === 'string') await checkFile(source, limit);
  else checkLimit(source.length, limit, file);
  const raw = (typeof source === 'string' ? createReadStream(source) : slices(source)) as Pieces;
  const pieces = peeked(raw, file);
  const first = (await pieces.next()).value;
  if (first === undefined) return;
  const packed = first[0] === 0x1f && first[1] === 0x8b;
  const whole = rejoined(first, pieces);
  const unpacked = packed ? pipeline(Readable.from(whole), createGunzip(), () => {}) : undefined;
  let total = 0;
  try {
    for await (const piece of (unpacked ?? whole) as AsyncIterable<Uint8Array>) {
      total += piece.length;
      checkLimit(total, limit, file);
      yield plain(piece);
    }
  } catch (cause) {
    if (cause instanceof DataFileError) throw cause;
    throw corruptGzip(file, `data that end in: ${reason(cause)}`, cause);
  } finally {
    unpacked?.destroy();
    await whole.return();
  }
}

type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** What reading itself throws becomes an error about the file. */
async function* peeked(raw: Pieces, file: string): AsyncGenerator<Uint8Array, undefined> {
  try {
    yield* raw;
  } catch (cause) {
    throw new DataFileError('the file cannot be read', { file, received: reason(cause), cause });
  }
  return undefined;
}

async function* rejoined(
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array, undefined>,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield first;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

function* slices(bytes: Uint8Array): Generator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
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
    throw corruptGzip(file, `${bytes.length} compressed bytes that end in: ${reason(cause)}`, cause);
  }
}

function corruptGzip(file: string, received: string, cause: unknown): DataFormatError {
  return new DataFormatError('the gzip data is corrupt or truncated', {
    file,
    received,
    expected: 'one complete gzip stream',
    fix: 'fetch the file again',
    cause,
  });
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
function plain(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

export function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
