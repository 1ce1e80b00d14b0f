import { expectOptions, type NDArray } from '@descent/core';
import { type ZipMember, zipMembers } from '#platform/zip.js';
import { DataFileError, DataFormatError, reason } from '../errors.ts';
import { checkLimit } from './limit.ts';
import { type NpyOptions, parseNpy } from './npy.ts';
import { type DataSource, sourceBytes, sourceName } from './source.ts';

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
export async function readNpz(source: DataSource, options: NpzOptions = {}): Promise<Record<string, NDArray>> {
  expectOptions('readNpz', options, ['limit', 'name', 'arrays', 'maxArrays']);
  const { limit = 2 ** 30, maxArrays = 10_000, arrays, name = sourceName(source, 'NumPy archive') } = options;
  const bytes = await sourceBytes('readNpz', source, limit, name);
  const found = new Map<string, NDArray>();
  let left = limit;
  await eachMember(bytes, name, async ({ name: file, size, read }) => {
    const array = file.replace(/\.npy$/, '');
    if (arrays !== undefined && !arrays.includes(array)) return;
    if (found.has(array)) {
      throw new DataFormatError('the archive has an array twice', { file: name, received: array });
    }
    if (found.size >= maxArrays) {
      throw new DataFileError('the archive has too many arrays', { file: name, received: `more than ${maxArrays}` });
    }
    checkLimit(size, left, `${name} › ${array}`);
    left -= size;
    found.set(array, parseNpy(await read(), `${name} › ${array}`));
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

async function eachMember(bytes: Uint8Array, file: string, visit: (member: ZipMember) => Promise<void>): Promise<void> {
  try {
    for await (const member of zipMembers(bytes, file)) await visit(member);
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
