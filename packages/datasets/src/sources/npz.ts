import { expectOptions, type NDArray } from '@descent/core';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { DataFileError, DataFormatError } from '../errors.ts';
import { checkLimit, reason, sourceBytes } from './file.ts';
import { type NpyOptions, parseNpy } from './npy.ts';
import { entryBytes } from './zip-entry.ts';

export interface NpzOptions extends NpyOptions {
  /** Read only these arrays. Default: all. */
  readonly arrays?: readonly string[];
  /** The most arrays. Default 10,000. */
  readonly maxArrays?: number;
}

/**
 * Reads a NumPy `.npz` file, from `savez` or `savez_compressed`, as arrays by name. Element types as in `readNpy`.
 * @throws DataFileError when the file is missing, or it or what it unpacks to is larger than the limit.
 * @throws DataFormatError when it is corrupt, or lacks an array that was asked for; the errors of `readNpy` name the array.
 */
export async function readNpz(source: string | Uint8Array, options: NpzOptions = {}): Promise<Record<string, NDArray>> {
  expectOptions('readNpz', options, ['limit', 'name', 'arrays', 'maxArrays']);
  const {
    limit = 2 ** 30,
    maxArrays = 10_000,
    arrays,
    name = typeof source === 'string' ? source : 'NumPy archive',
  } = options;
  const bytes = await sourceBytes('readNpz', source, limit, name);
  const found = new Map<string, NDArray>();
  let left = limit;
  await eachEntry(bytes, name, async (zip, entry) => {
    const array = entry.fileName.replace(/\.npy$/, '');
    if (arrays !== undefined && !arrays.includes(array)) return;
    if (found.has(array)) {
      throw new DataFormatError('the archive has an array twice', { file: name, received: array });
    }
    if (found.size >= maxArrays) {
      throw new DataFileError('the archive has too many arrays', { file: name, received: `more than ${maxArrays}` });
    }
    checkLimit(entry.uncompressedSize, left, `${name} › ${array}`);
    left -= entry.uncompressedSize;
    found.set(array, parseNpy(await unpack(zip, entry, name), `${name} › ${array}`));
  });
  const lacking = arrays?.find((array) => !found.has(array));
  if (lacking !== undefined) {
    throw new DataFormatError('the archive lacks an array', {
      file: name,
      received: Array.from(found.keys()).join(', ') || 'none of those asked for',
      expected: lacking,
    });
  }
  return Object.fromEntries(found);
}

async function eachEntry(
  bytes: Uint8Array,
  file: string,
  visit: (zip: ZipFile, entry: Entry) => Promise<void>,
): Promise<void> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const zip = await fromBufferPromise(buffer, { validateEntrySizes: true });
    try {
      for await (const entry of zip.eachEntry()) await visit(zip, entry);
    } finally {
      zip.close();
    }
  } catch (cause) {
    if (cause instanceof DataFormatError || cause instanceof DataFileError) throw cause;
    throw new DataFormatError('the .npz archive is corrupt or truncated', {
      file,
      received: reason(cause),
      expected: 'a file of numpy.savez',
      fix: 'save it again, or fetch it again',
      cause,
    });
  }
}

async function unpack(zip: ZipFile, entry: Entry, file: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of entryBytes(zip, entry, file)) pieces.push(piece);
  const bytes = new Uint8Array(entry.uncompressedSize);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
