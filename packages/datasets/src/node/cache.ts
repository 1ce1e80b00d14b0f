import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { NDArray, NDArrays } from '@descent/core';
import { isLeaf, leavesOf } from '@descent/core/backend';
import { codeOf, makeFolder } from '@descent/files';
import { type CacheOptions, checkedCacheOptions, entryName } from '../cache-options.ts';
import type { DatasetOf, PlainDataset } from '../dataset.ts';
import { datasetOf } from '../dataset-check.ts';
import { dataHome } from '../download/data-home.ts';
import { localError } from '../download/file-system.ts';
import { parseNpy } from '../sources/npy.ts';
import { npyBytes } from '../sources/npy-write.ts';
import { readPath } from './files.ts';

/** The hash of the file of one array, or of each of several by name. */
type Hashes = string | Readonly<Record<string, string>>;

/** What an entry says about itself; the hashes are those of the array files. */
interface Entry {
  readonly format: 1;
  readonly key: string;
  readonly dataset: Omit<DatasetOf, 'x' | 'y'>;
  readonly sha256: { readonly x: Hashes; readonly y: Hashes };
}

/**
 * The dataset that `make` gives, kept on disk: made once for a key, read back after that. An entry is a folder with `x.npy`, `y.npy` and
 * `dataset.json`
 * (`x-0.npy`, `x-1.npy`, … for several arrays), and appears complete or not at all; one that was damaged is made again.
 * @throws ValueError when the key is empty, DataFileError when the entry cannot be written, and whatever `make` throws.
 */
export async function cache<X extends NDArrays, Y extends NDArrays>(
  make: () => PlainDataset<X, Y> | Promise<PlainDataset<X, Y>>,
  options: CacheOptions,
): Promise<DatasetOf<X, Y>> {
  const { key, folder = join(dataHome(), 'cache'), limit } = checkedCacheOptions(make, options);
  const path = join(folder, entryName(key, sha256(new TextEncoder().encode(key))));
  const found = await readEntry(path, key, limit);
  if (found !== undefined) return found as DatasetOf<X, Y>;
  const staging = `${path}.${randomUUID()}.new`;
  // Before the work is done that could not be kept.
  await makeFolder(staging).catch((error: unknown) => {
    throw localError(error, folder, 'making the folder', CHOICE);
  });
  const dataset = await made(make, staging);
  await writeEntry(path, staging, key, dataset, limit);
  return dataset;
}

const CHOICE = 'with the option folder, or with DESCENT_DATA_HOME where there is none';

async function made<X extends NDArrays, Y extends NDArrays>(
  make: () => PlainDataset<X, Y> | Promise<PlainDataset<X, Y>>,
  staging: string,
): Promise<DatasetOf<X, Y>> {
  try {
    return datasetOf('cache', await make());
  } catch (error) {
    await rm(staging, { recursive: true, force: true }).catch(() => {});
    throw error;
  }
}

async function readEntry(path: string, key: string, limit: number): Promise<DatasetOf | undefined> {
  try {
    const entry = JSON.parse(await readFile(join(path, 'dataset.json'), 'utf8')) as Partial<Entry>;
    const { dataset, sha256: hashes } = entry;
    if (entry.format !== 1 || entry.key !== key || dataset === undefined || hashes === undefined) return undefined;
    const [x, y] = await Promise.all([readArrays(path, 'x', hashes.x, limit), readArrays(path, 'y', hashes.y, limit)]);
    return x === undefined || y === undefined ? undefined : datasetOf('cache', { ...dataset, x, y });
  } catch {
    // Not there, or damaged: both mean to make it again.
    return undefined;
  }
}

async function readArrays(path: string, key: string, hashes: Hashes, limit: number): Promise<NDArrays | undefined> {
  if (typeof hashes === 'string') return readArray(path, key, hashes, limit);
  const arrays: [string, NDArray][] = [];
  for (const [i, [name, hash]] of Object.entries(hashes).entries()) {
    const array = await readArray(path, `${key}-${i}`, hash, limit);
    if (array === undefined) return undefined;
    arrays.push([name, array]);
  }
  return Object.fromEntries(arrays);
}

async function readArray(path: string, name: string, hash: string, limit: number): Promise<NDArray | undefined> {
  const file = join(path, `${name}.npy`);
  const bytes = await readPath(file, limit);
  return sha256(bytes) === hash ? parseNpy(bytes, file) : undefined;
}

async function writeEntry(
  path: string,
  staging: string,
  key: string,
  dataset: DatasetOf,
  limit: number,
): Promise<void> {
  const { x, y, ...rest } = dataset;
  try {
    const hashes = { x: await writeArrays(staging, 'x', x), y: await writeArrays(staging, 'y', y) };
    const entry: Entry = { format: 1, key, dataset: rest, sha256: hashes };
    await writeFile(join(staging, 'dataset.json'), JSON.stringify(entry), { flush: true });
    await publish(staging, path, key, limit);
  } catch (error) {
    throw localError(error, path, 'keeping the data set', CHOICE);
  } finally {
    await rm(staging, { recursive: true, force: true }).catch(() => {});
  }
}

async function writeArrays(folder: string, key: string, arrays: NDArrays): Promise<Hashes> {
  const hashes: [string, string][] = [];
  for (const [i, [name, array]] of leavesOf(arrays).entries()) {
    const bytes = npyBytes(array);
    await writeFile(join(folder, isLeaf(arrays) ? `${key}.npy` : `${key}-${i}.npy`), bytes, { flush: true });
    hashes.push([name, sha256(bytes)]);
  }
  return isLeaf(arrays) ? (hashes[0] as [string, string])[1] : Object.fromEntries(hashes);
}

/** Gives a complete entry its name, in place of a damaged one; a good one, of another process that was quicker, stays. */
async function publish(staging: string, path: string, key: string, limit: number): Promise<void> {
  for (;;) {
    try {
      await rename(staging, path);
      return;
    } catch (error) {
      if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error;
    }
    if ((await readEntry(path, key, limit)) !== undefined) return;
    // Out of the way in one step, so that nobody sees half an entry.
    const aside = `${path}.${randomUUID()}.old`;
    await rename(path, aside).catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw error;
    });
    await rm(aside, { recursive: true, force: true });
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
