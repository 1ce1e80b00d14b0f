import { describeValue, ValueError } from '@descent/core';
import { localPath, readPath, streamPath } from '#platform/files.js';
import { redact } from '../download/address.ts';
import { DataFileError, reason } from '../errors.ts';
import { fetchBytes, fetchStream } from './fetched.ts';
import { checkLimit } from './limit.ts';
import { piecesOf } from './pieces.ts';

/**
 * What readers read: the path of a file (in a browser, an address, absolute or relative to the page), a URL, a `File` or other `Blob`, or bytes.
 */
export type DataSource = string | URL | Blob | Uint8Array;

/** What readers of lines and rows read besides, once and from its start: a stream of bytes, such as standard input. */
export type StreamSource = DataSource | ReadableStream<Uint8Array>;

/** As `expectSource`, for readers that take a stream, too. */
export function expectStream(what: string, source: unknown): asserts source is StreamSource {
  if (!isStream(source)) expectSource(what, source);
}

function isStream(source: unknown): source is ReadableStream<Uint8Array> {
  return typeof ReadableStream !== 'undefined' && source instanceof ReadableStream;
}

/** Throws a `ValueError` for what is no source; `what` is the function that was given it. */
export function expectSource(what: string, source: unknown): asserts source is DataSource {
  if (typeof source === 'string' || source instanceof Uint8Array || source instanceof URL || source instanceof Blob)
    return;
  const fix =
    source instanceof ArrayBuffer
      ? 'pass new Uint8Array(buffer)'
      : source instanceof Promise
        ? 'await it'
        : 'the path comes first, options after it';
  throw new ValueError(`${what}: this is neither a path nor bytes`, {
    received: describeValue(source),
    expected: 'the path of a file, a URL, a File or Blob, or bytes as a Uint8Array',
    fix,
  });
}

/** What errors call a source; `otherwise` for bytes. */
export function sourceName(source: unknown, otherwise: string): string {
  if (typeof source === 'string') return source;
  if (source instanceof URL) return redact(source.href);
  const { name, webkitRelativePath } = (source ?? {}) as { name?: unknown; webkitRelativePath?: unknown };
  const path = source instanceof Blob && (webkitRelativePath || name);
  return typeof path === 'string' && path !== '' ? path : otherwise;
}

/** The bytes that `what` was given, or those of the file, of which `file` is the name in errors. */
export async function sourceBytes(what: string, source: unknown, limit: number, file: string): Promise<Uint8Array> {
  expectSource(what, source);
  if (typeof source === 'string') return readPath(source, limit);
  if (source instanceof URL) {
    return source.protocol === 'file:' ? readPath(localPath(source), limit) : fetchBytes(source.href, limit);
  }
  if (source instanceof Blob) {
    checkLimit(source.size, limit, file);
    return new Uint8Array(
      await source.arrayBuffer().catch((cause: unknown) => {
        throw unreadable(file, cause);
      }),
    );
  }
  checkLimit(source.length, limit, file);
  return source;
}

/** The bytes of a source as they lie there, in pieces. */
export async function* sourceStream(
  source: StreamSource,
  limit: number,
  file: string,
): AsyncGenerator<Uint8Array, void> {
  if (typeof source === 'string') yield* streamPath(source, limit);
  else if (source instanceof URL) {
    yield* source.protocol === 'file:' ? streamPath(localPath(source), limit) : fetchStream(source.href, limit);
  } else if (isStream(source)) {
    // Of what was interrupted nobody knows the end; how much comes, `byteStream` counts.
    yield* piecesOf(source);
  } else if (source instanceof Blob) {
    checkLimit(source.size, limit, file);
    try {
      yield* piecesOf(source.stream() as ReadableStream<Uint8Array>);
    } catch (cause) {
      throw unreadable(file, cause);
    }
  } else {
    checkLimit(source.length, limit, file);
    for (let at = 0; at < source.length; at += 65_536) yield source.subarray(at, at + 65_536);
  }
}

/** A browser lets nobody read a file that changed after it was chosen. */
function unreadable(file: string, cause: unknown): DataFileError {
  return new DataFileError('the file cannot be read', {
    file,
    received: reason(cause),
    fix: 'choose the file again: it may have been changed, moved or locked since',
    cause,
  });
}
