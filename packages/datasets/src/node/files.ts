// What a path stands for in Node: a file on disk.
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closest } from '@descent/core';
import { DataFileError, reason } from '../errors.ts';
import { checkLimit } from '../sources/limit.ts';

/** The path of a `file:` URL. */
export function localPath(url: URL): string {
  return fileURLToPath(url);
}

/** Reads a whole file of at most `limit` bytes. */
export async function readPath(path: string, limit: number): Promise<Uint8Array> {
  await checkFile(path, limit);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new DataFileError('the file cannot be read', { file: path, received: reason(cause), cause });
  });
  return plain(bytes);
}

/** A Buffer as a Uint8Array on the same memory: a Buffer's `slice` would share, not copy. */
export function plain(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

/** The bytes of a file of at most `limit` bytes, in pieces. */
export async function* streamPath(path: string, limit: number): AsyncGenerator<Uint8Array, void> {
  await checkFile(path, limit);
  try {
    for await (const piece of createReadStream(path) as AsyncIterable<Uint8Array>) yield plain(piece);
  } catch (cause) {
    throw new DataFileError('the file cannot be read', { file: path, received: reason(cause), cause });
  }
}

/** Fails unless `path` is a file of at most `limit` bytes. */
async function checkFile(path: string, limit: number): Promise<void> {
  const info = await stat(path).catch(async (cause: unknown) => {
    const near = await nearName(path, cause);
    const isAddress = /^(https?|blob|data):/i.test(path);
    throw new DataFileError('the file cannot be opened', {
      file: path,
      received: reason(cause),
      ...(near !== undefined && { fix: `did you mean '${near}'?` }),
      ...(isAddress && { fix: `a text is the path of a file here: pass new URL('${path.slice(0, 200)}')` }),
      cause,
    });
  });
  if (!info.isFile()) {
    throw new DataFileError('this is not a file', {
      file: path,
      received: info.isDirectory() ? 'a folder' : 'a device',
      ...(info.isDirectory() && { fix: `name the files in it, such as with ${join(path, '*')} in a shell` }),
    });
  }
  checkLimit(info.size, limit, path);
}

/** What stands in the folder of a file that is not there, and is called nearly so. */
async function nearName(path: string, cause: unknown): Promise<string | undefined> {
  if ((cause as NodeJS.ErrnoException | null)?.code !== 'ENOENT') return undefined;
  const folder = dirname(path);
  const found = closest(basename(path), await readdir(folder).catch(() => []));
  return found === undefined ? undefined : join(folder, found);
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
