import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expectOptions, type NDArray, ValueError } from '@descent/core';
import { expectArgument } from './arguments.ts';
import type { ArrayDataset, TargetType } from './dataset.ts';
import { dataHome } from './download/data-home.ts';
import { codeOf, localError, makeFolder, nodeFileSystem } from './download/file-system.ts';
import { readBytes } from './sources/file.ts';
import { npyBytes, parseNpy } from './sources/npy.ts';

export interface CacheOptions {
  /** What the result depends on: options, a version. Another value is another entry. */
  readonly key: string;
  /** Where entries lie. Default: `cache` in the folder of `DESCENT_DATA_HOME` or of the user's cache. */
  readonly folder?: string;
  /** The most bytes of an array that is read back. Default 16 GiB. */
  readonly limit?: number;
}

/** What an entry says about itself; the hashes are those of the array files. */
interface Entry {
  readonly format: 1;
  readonly key: string;
  readonly dataset: Omit<ArrayDataset<TargetType>, 'x' | 'y'>;
  readonly sha256: { readonly x: string; readonly y: string };
}

/**
 * The dataset that `make` gives, kept on disk: made once for a key, read back after that. An entry is a folder with `x.npy`, `y.npy` and
 * `dataset.json`, and appears complete or not at all; one that was damaged is made again.
 * @throws ValueError when the key is empty, DataFileError when the entry cannot be written, and whatever `make` throws.
 */
export async function cache<Y extends TargetType>(
  make: () => ArrayDataset<Y> | Promise<ArrayDataset<Y>>,
  options: CacheOptions,
): Promise<ArrayDataset<Y>> {
  expectArgument('cache', typeof make === 'function', make, '() => dataset, a function that makes it');
  expectOptions('cache', options, ['key', 'folder', 'limit']);
  const { key, folder = join(dataHome(), 'cache'), limit = 16 * 2 ** 30 } = options;
  expectArgument('cache', typeof folder === 'string' && folder !== '', folder, 'the path of a folder');
  if (typeof key !== 'string' || key === '') {
    throw new ValueError('cache: key says what the data depend on', {
      received: JSON.stringify(key),
      expected: "a text, such as { key: 'faces 64x64 v2' }",
    });
  }
  const path = join(folder, `${slug(key)}-${sha256(new TextEncoder().encode(key)).slice(0, 16)}`);
  const found = await readEntry(path, key, limit);
  if (found !== undefined) return found as ArrayDataset<Y>;
  const staging = `${path}.${randomUUID()}.new`;
  // Before the work is done that could not be kept.
  await makeFolder(nodeFileSystem, staging).catch((error: unknown) => {
    throw localError(error, folder, 'making the folder', CHOICE);
  });
  const dataset = await made(make, staging);
  await writeEntry(path, staging, key, dataset, limit);
  return dataset;
}

const CHOICE = 'with the option folder, or with DESCENT_DATA_HOME where there is none';

async function made<Y extends TargetType>(
  make: () => ArrayDataset<Y> | Promise<ArrayDataset<Y>>,
  staging: string,
): Promise<ArrayDataset<Y>> {
  try {
    return await make();
  } catch (error) {
    await rm(staging, { recursive: true, force: true }).catch(() => {});
    throw error;
  }
}

async function readEntry(path: string, key: string, limit: number): Promise<ArrayDataset<TargetType> | undefined> {
  try {
    const entry = JSON.parse(await readFile(join(path, 'dataset.json'), 'utf8')) as Partial<Entry>;
    const { dataset, sha256: hashes } = entry;
    if (entry.format !== 1 || entry.key !== key || dataset === undefined || hashes === undefined) return undefined;
    const [x, y] = await Promise.all([readArray(path, 'x', hashes.x, limit), readArray(path, 'y', hashes.y, limit)]);
    if (x === undefined || y === undefined || x.shape[0] !== dataset.length || y.shape[0] !== dataset.length)
      return undefined;
    return { ...dataset, x, y };
  } catch {
    // Not there, or damaged: both mean to make it again.
    return undefined;
  }
}

async function readArray(path: string, name: string, hash: string, limit: number): Promise<NDArray | undefined> {
  const file = join(path, `${name}.npy`);
  const bytes = await readBytes(file, limit);
  return sha256(bytes) === hash ? parseNpy(bytes, file) : undefined;
}

async function writeEntry(
  path: string,
  staging: string,
  key: string,
  dataset: ArrayDataset<TargetType>,
  limit: number,
): Promise<void> {
  const { x, y, ...rest } = dataset;
  const arrays = { x: npyBytes(x), y: npyBytes(y) };
  const entry: Entry = { format: 1, key, dataset: rest, sha256: { x: sha256(arrays.x), y: sha256(arrays.y) } };
  try {
    await writeFile(join(staging, 'x.npy'), arrays.x, { flush: true });
    await writeFile(join(staging, 'y.npy'), arrays.y, { flush: true });
    await writeFile(join(staging, 'dataset.json'), JSON.stringify(entry), { flush: true });
    await publish(staging, path, key, limit);
  } catch (error) {
    throw localError(error, path, 'keeping the data set', CHOICE);
  } finally {
    await rm(staging, { recursive: true, force: true }).catch(() => {});
  }
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

function slug(key: string): string {
  const text = key
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 40);
  return text === '' ? 'entry' : text;
}
