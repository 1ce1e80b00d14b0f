import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf, type FileSystem, type Lock } from '@descent/files';
import { localError } from './file-system.ts';

/** Where the bytes of an unfinished file came from, to ask for the rest of the same. */
export interface Origin {
  readonly url: string;
  /** A strong ETag or a date, for `If-Range`. */
  readonly validator: string;
}

/** A file that is being fetched: its bytes lie on disk under the name of their owner, and their hash grows with them. */
export interface PartFile {
  readonly path: string;
  readonly bytes: number;
  /** Known only while all bytes came from there. */
  readonly origin: Origin | undefined;
  /** Whether the bytes came from more than one try. */
  readonly resumed: boolean;
  append(chunk: Uint8Array): Promise<void>;
  /** Called before the bytes of a new answer. */
  setOrigin(origin: Origin | undefined): Promise<void>;
  /** Throws everything away. */
  reset(): Promise<void>;
  /** The hash of all bytes. */
  digest(): string;
  /** The bytes are on the disk itself when this returns. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

const SUFFIX = '.part';

/** Opens the unfinished file of `destination`, taking over what an earlier holder of the lock left. */
export async function openPart(
  destination: string,
  lock: Lock,
  algorithm: 'sha256' | 'md5',
  fs: FileSystem,
): Promise<PartFile> {
  const path = `${destination}.${lock.owner.token}${SUFFIX}`;
  const originPath = `${path}.json`;
  let origin = await adopt(destination, path, lock, fs);
  let handle: FileHandle;
  let hash: Hash = createHash(algorithm);
  let bytes = 0;
  try {
    handle = await fs.open(path, 'a+');
    bytes = await hashFile(handle, hash);
  } catch (error) {
    throw localError(error, path, 'opening the unfinished file');
  }
  let resumed = bytes > 0;
  const guarded = async <T>(doing: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw localError(error, destination, doing);
    }
  };
  return {
    path,
    get bytes() {
      return bytes;
    },
    get origin() {
      return origin;
    },
    get resumed() {
      return resumed;
    },
    append: (chunk) =>
      guarded('writing', async () => {
        for (let at = 0; at < chunk.length; ) {
          const { bytesWritten } = await handle.write(chunk, at, chunk.length - at, bytes);
          hash.update(chunk.subarray(at, at + bytesWritten));
          at += bytesWritten;
          bytes += bytesWritten;
        }
      }),
    setOrigin: (value) =>
      guarded('writing', async () => {
        origin = value;
        resumed = bytes > 0;
        if (value === undefined) await fs.rm(originPath, { force: true });
        else await fs.writeFile(originPath, JSON.stringify(value));
      }),
    reset: () =>
      guarded('emptying the unfinished file', async () => {
        await handle.truncate(0);
        await fs.rm(originPath, { force: true });
        hash = createHash(algorithm);
        bytes = 0;
        resumed = false;
        origin = undefined;
      }),
    digest: () => hash.copy().digest('hex'),
    sync: () => guarded('writing', () => handle.sync()),
    async close() {
      await handle.close().catch(() => {});
      if (bytes === 0) await removePart(path, fs);
    },
  };
}

export async function removePart(path: string, fs: FileSystem): Promise<void> {
  await fs.rm(path, { force: true }).catch(() => {});
  await fs.rm(`${path}.json`, { force: true }).catch(() => {});
}

/** Makes the largest file that earlier holders left ours, removes the others, and says where it came from. */
async function adopt(destination: string, path: string, lock: Lock, fs: FileSystem): Promise<Origin | undefined> {
  const folder = dirname(destination);
  const start = `${basename(destination)}.`;
  const names = (await fs.readdir(folder)).filter((name) => name.startsWith(start) && name.endsWith(SUFFIX));
  const left: { readonly path: string; readonly size: number }[] = [];
  for (const name of names) {
    const other = join(folder, name);
    const size = await fs.stat(other).then(
      (info) => info.size,
      () => undefined,
    );
    if (size !== undefined && other !== path) left.push({ path: other, size });
  }
  const largest = left.toSorted((a, b) => b.size - a.size)[0];
  let origin: Origin | undefined;
  if (largest !== undefined) {
    origin = await fs.readFile(`${largest.path}.json`, 'utf8').then(parseOrigin, () => undefined);
    try {
      // A holder that fell silent may wake up and go on writing into its file: then this must be another.
      if (lock.previous === 'silent') await fs.copyFile(largest.path, path);
      else await fs.rename(largest.path, path);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOSPC') {
        throw localError(error, largest.path, 'taking over the unfinished file');
      }
      await fs.rm(path, { force: true });
      origin = undefined;
    }
  }
  for (const other of left) await removePart(other.path, fs);
  return origin;
}

function parseOrigin(text: string): Origin | undefined {
  try {
    const { url, validator } = JSON.parse(text) as Partial<Origin>;
    return typeof url === 'string' && typeof validator === 'string' ? { url, validator } : undefined;
  } catch {
    return undefined;
  }
}

/** Feeds what is already there to the hash; returns its length. */
export async function hashFile(handle: FileHandle, hash: Hash): Promise<number> {
  const buffer = new Uint8Array(1 << 20);
  let at = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return at;
    hash.update(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
}
