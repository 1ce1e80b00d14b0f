import { DescentError } from '@descent/core';
import type { Entry, FileEntry } from '@zip.js/zip.js';
import { MAX_BYTES, MAX_MEMBERS } from './limits.ts';

/** Files by their paths in an archive. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** No workers: their file would have to lie beside the page. */
const HERE = { useWebWorkers: false } as const;

/** A zip archive of `files`, in their order. */
export async function zipOf(files: Files): Promise<Uint8Array> {
  const { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } = await import('@zip.js/zip.js/lib/zip-core-custom.js');
  const zip = new ZipWriter(new Uint8ArrayWriter(), HERE);
  for (const [path, bytes] of files) await zip.add(path, new Uint8ArrayReader(bytes));
  return zip.close();
}

/**
 * The files of an archive whose paths `wanted` takes; others are not unpacked.
 * @throws DescentError for what is no archive, for one with a path that leads out of its folder, and for one that is or says it is larger than the page takes.
 */
export async function unzipped(bytes: Uint8Array, name: string, wanted: (path: string) => boolean): Promise<Files> {
  const { Uint8ArrayReader, ZipReader } = await import('@zip.js/zip.js/lib/zip-core-custom.js');
  const zip = new ZipReader(new Uint8ArrayReader(bytes), { ...HERE, checkSignature: true });
  const files = new Map<string, Uint8Array>();
  let left = MAX_BYTES;
  try {
    const entries = await listed(zip.getEntriesGenerator(), name);
    for (const entry of entries) {
      if (entry.directory || !wanted(entry.filename)) continue;
      const file = await unpacked(entry, name, left);
      left -= file.length;
      files.set(entry.filename, file);
    }
  } catch (cause) {
    throw cause instanceof DescentError
      ? cause
      : leadsOut(cause)
        ? outside(name, cause.filename)
        : damaged(name, cause);
  } finally {
    await zip.close();
  }
  return files;
}

/** The entries of an archive: not too many, and each path once. zip.js refuses paths that lead out of a folder. */
async function listed(found: AsyncGenerator<Entry, unknown>, name: string): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  const paths = new Set<string>();
  for await (const entry of found) {
    const path = entry.filename;
    if (paths.has(path)) throw refused(name, `${path} twice`, 'each path once');
    if (entries.length >= MAX_MEMBERS)
      throw refused(name, `more than ${MAX_MEMBERS} files`, `at most ${MAX_MEMBERS} files`);
    paths.add(path);
    entries.push(entry);
  }
  return entries;
}

/** The bytes of a member: never more than its entry says, nor than `most`. */
async function unpacked(entry: FileEntry, name: string, most: number): Promise<Uint8Array> {
  const size = entry.uncompressedSize;
  if (size > most) throw refused(name, `${entry.filename} of ${size} bytes`, `at most ${MAX_BYTES} bytes in all`);
  const bytes = new Uint8Array(size);
  let at = 0;
  const sink = new WritableStream<Uint8Array>({
    write(piece) {
      if (at + piece.length > size)
        throw refused(name, `${entry.filename} of more than the ${size} bytes that it says`, 'an honest archive');
      bytes.set(piece, at);
      at += piece.length;
    },
  });
  await entry.getData(sink, HERE);
  if (at === size) return bytes;
  throw refused(name, `${entry.filename} of ${at} bytes`, `the ${size} bytes that it says`);
}

function refused(path: string, received: string, expected: string): DescentError {
  return new DescentError('the archive is not opened', {
    path,
    received,
    expected,
    fix: 'pack the folder of the run again, with the program of the system or of this page',
  });
}

/** Nothing is written to a disk here, but an archive with such a path was made to do harm, or by mistake. */
function outside(name: string, path: string): DescentError {
  return refused(name, `the path ${JSON.stringify(path)}`, 'paths inside the folder, such as run/run.json');
}

/** What zip.js says of a path that is absolute or goes up. */
function leadsOut(error: unknown): error is { readonly filename: string } {
  return error instanceof Error && 'filename' in error && typeof error.filename === 'string';
}

function damaged(path: string, cause: unknown): DescentError {
  return new DescentError('the archive is damaged, or none', {
    path,
    received: cause instanceof Error ? cause.message : String(cause),
    expected: 'a zip archive without a password',
    fix: 'fetch it again, or pack the folder of the run again',
    cause,
  });
}
