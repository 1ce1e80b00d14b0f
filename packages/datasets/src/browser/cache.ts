import type { NDArray, NDArrays } from '@descent/core';
import { isLeaf, leavesOf } from '@descent/core/backend';
import { type CacheOptions, checkedCacheOptions, entryName } from '../cache-options.ts';
import type { DatasetOf, PlainDataset } from '../dataset.ts';
import { datasetOf } from '../dataset-check.ts';
import { parseNpy } from '../sources/npy.ts';
import { npyBytes } from '../sources/npy-write.ts';
import { sha256 } from './hash.ts';
import { type KeptFiles, keptFiles } from './kept-files.ts';

/** The hash of one array, or of each of several by name. */
type Hashes = string | Readonly<Record<string, string>>;

interface Entry {
  readonly format: 1;
  readonly key: string;
  readonly dataset: Omit<DatasetOf, 'x' | 'y'>;
  readonly sha256: { readonly x: Hashes; readonly y: Hashes };
}

/**
 * The dataset that `make` gives, kept by the page: made once for a key, read back after that. What says that an entry is there is written last; one that was
 * damaged is made again.
 * @throws ValueError when the key is empty, and whatever `make` throws.
 */
export async function cache<X extends NDArrays, Y extends NDArrays>(
  make: () => PlainDataset<X, Y> | Promise<PlainDataset<X, Y>>,
  options: CacheOptions,
): Promise<DatasetOf<X, Y>> {
  const { key, folder = 'descent/datasets', limit } = checkedCacheOptions(make, options);
  const path = `cache/${entryName(key, await sha256(new TextEncoder().encode(key)))}`;
  const kept = await keptFiles(folder);
  const found = kept === undefined ? undefined : await readEntry(kept, path, key, limit);
  if (found !== undefined) return found as DatasetOf<X, Y>;
  const dataset = datasetOf('cache', await make());
  if (kept !== undefined) await writeEntry(kept, path, key, dataset);
  return dataset;
}

async function readEntry(kept: KeptFiles, path: string, key: string, limit: number): Promise<DatasetOf | undefined> {
  try {
    const file = await kept.read(`${path}/dataset.json`);
    const entry = JSON.parse(new TextDecoder().decode(file?.bytes)) as Partial<Entry>;
    const { dataset, sha256: hashes } = entry;
    if (entry.format !== 1 || entry.key !== key || dataset === undefined || hashes === undefined) return undefined;
    const [x, y] = [
      await readArrays(kept, path, 'x', hashes.x, limit),
      await readArrays(kept, path, 'y', hashes.y, limit),
    ];
    return datasetOf('cache', { ...dataset, x, y });
  } catch {
    // Not there, or damaged: both mean to make it again.
    return undefined;
  }
}

async function readArrays(
  kept: KeptFiles,
  path: string,
  key: string,
  hashes: Hashes,
  limit: number,
): Promise<NDArrays> {
  const readArray = async (name: string, hash: string): Promise<NDArray> => {
    const file = await kept.read(`${path}/${name}.npy`);
    if (file?.sha256 !== hash || file.bytes.length > limit) throw new Error('not the array of the entry');
    return parseNpy(file.bytes, name);
  };
  if (typeof hashes === 'string') return readArray(key, hashes);
  const arrays: [string, NDArray][] = [];
  for (const [i, [name, hash]] of Object.entries(hashes).entries()) {
    arrays.push([name, await readArray(`${key}-${i}`, hash)]);
  }
  return Object.fromEntries(arrays);
}

async function writeEntry(kept: KeptFiles, path: string, key: string, { x, y, ...dataset }: DatasetOf): Promise<void> {
  const hashes = { x: await writeArrays(kept, path, 'x', x), y: await writeArrays(kept, path, 'y', y) };
  const entry: Entry = { format: 1, key, dataset, sha256: hashes };
  const bytes = new TextEncoder().encode(JSON.stringify(entry));
  await kept.write(`${path}/dataset.json`, { bytes, sha256: await sha256(bytes), archive: undefined });
}

async function writeArrays(kept: KeptFiles, path: string, key: string, arrays: NDArrays): Promise<Hashes> {
  const hashes: [string, string][] = [];
  for (const [i, [name, array]] of leavesOf(arrays).entries()) {
    const bytes = npyBytes(array);
    const hash = await sha256(bytes);
    await kept.write(`${path}/${isLeaf(arrays) ? key : `${key}-${i}`}.npy`, {
      bytes,
      sha256: hash,
      archive: undefined,
    });
    hashes.push([name, hash]);
  }
  return isLeaf(arrays) ? (hashes[0] as [string, string])[1] : Object.fromEntries(hashes);
}
