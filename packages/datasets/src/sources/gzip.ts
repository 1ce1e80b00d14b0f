import { gunzip, gunzipStream } from '#platform/compression.js';
import { DataFileError, DataFormatError, reason } from '../errors.ts';
import { checkLimit } from './limit.ts';
import { type StreamSource, sourceStream } from './source.ts';

/** The bytes of a source in pieces, unpacked when they are gzip data; at most `limit` bytes before and after unpacking. */
export async function* byteStream(source: StreamSource, limit: number, file: string): AsyncGenerator<Uint8Array, void> {
  const pieces = sourceStream(source, limit, file);
  const first = (await pieces.next()).value;
  if (first === undefined) return;
  const whole = rejoined(first, pieces);
  let total = 0;
  try {
    for await (const piece of isGzip(first) ? gunzipStream(whole) : whole) {
      total += piece.length;
      checkLimit(total, limit, file);
      yield piece;
    }
  } catch (cause) {
    if (cause instanceof DataFileError) throw cause;
    throw corruptGzip(file, `data that end in: ${reason(cause)}`, cause);
  } finally {
    await whole.return();
  }
}

async function* rejoined(first: Uint8Array, rest: AsyncGenerator<Uint8Array, void>): AsyncGenerator<Uint8Array, void> {
  try {
    yield first;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Decompresses gzip data, stopping as soon as it exceeds `limit` bytes; other data is returned as it is. */
export async function gunzipIfNeeded(bytes: Uint8Array, limit: number, file: string): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes;
  let unpacked: Uint8Array | undefined;
  try {
    unpacked = await gunzip(bytes, limit);
  } catch (cause) {
    throw corruptGzip(file, `${bytes.length} compressed bytes that end in: ${reason(cause)}`, cause);
  }
  if (unpacked === undefined) checkLimit(Number.POSITIVE_INFINITY, limit, file);
  return unpacked as Uint8Array;
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
