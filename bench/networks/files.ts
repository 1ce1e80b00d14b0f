// What hands the same weights and batches to every process: one file of raw numbers, and what stands where in it.
import { rmSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AnyBatch, initParameters, type NDArray, type NDArrays, ndarray, numel } from '@descent/core';
import { leavesOf } from '@descent/core/backend';
import { drawsOf } from './draws.ts';
import type { Network } from './network.ts';

/** An array in a file, in the byte order of this machine. */
export interface StoredArray {
  readonly dtype: 'float32' | 'int32' | 'uint8';
  readonly shape: readonly number[];
  /** In bytes. */
  readonly offset: number;
}

export type StoredArrays = Readonly<Record<string, StoredArray>>;

export interface NetworkFiles {
  readonly file: string;
  /** By the names that parameters have on both sides. */
  readonly weights: StoredArrays;
  /** `x` and `y`, or `x/<name>` and `y/<name>` where there are several arrays. */
  readonly batches: readonly StoredArrays[];
}

const BATCHES = 4;
/** Arrays begin at multiples of this, so that both sides can look at them where they are. */
const ALIGNMENT = 8;

/** Writes first weights and made-up batches of a network to a temporary folder; `remove` deletes it. */
export async function writeNetworkFiles(
  { model, batch }: Pick<Network, 'model' | 'batch'>,
  seed = 1,
): Promise<{ readonly files: NetworkFiles; readonly remove: () => void }> {
  const folder = await mkdtemp(join(tmpdir(), 'descent-networks-'));
  const parts: Uint8Array[] = [];
  let offset = 0;
  const stored = (array: NDArray): StoredArray => {
    const { dtype, shape, data } = array as NDArray & Pick<StoredArray, 'dtype'>;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const at = offset;
    const padding = (ALIGNMENT - (bytes.length % ALIGNMENT)) % ALIGNMENT;
    parts.push(bytes, new Uint8Array(padding));
    offset += bytes.length + padding;
    return { dtype, shape, offset: at };
  };
  const all = (arrays: Readonly<Record<string, NDArray>>): StoredArrays =>
    Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, stored(array)]));
  const draws = drawsOf(seed);
  const weights = all(initParameters(model, seed));
  const batches = Array.from({ length: BATCHES }, () => batch(draws)).map(({ x, y }) =>
    all({ ...named('x', x), ...named('y', y) }),
  );
  const file = join(folder, 'arrays');
  await writeFile(file, Buffer.concat(parts));
  return { files: { file, weights, batches }, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export async function readNetworkFiles({ file, weights, batches }: NetworkFiles): Promise<{
  readonly weights: Readonly<Record<string, NDArray>>;
  readonly batches: readonly AnyBatch[];
}> {
  const { buffer } = Uint8Array.from(await readFile(file));
  const all = (stored: StoredArrays): Record<string, NDArray> =>
    Object.fromEntries(Object.entries(stored).map(([name, one]) => [name, arrayIn(buffer, one)]));
  return {
    weights: all(weights),
    batches: batches.map(all).map((arrays) => ({ x: tree('x', arrays), y: tree('y', arrays) })),
  };
}

function arrayIn(buffer: ArrayBuffer, { dtype, shape, offset }: StoredArray): NDArray {
  const size = numel(shape);
  if (dtype === 'float32') return ndarray(dtype, shape, new Float32Array(buffer, offset, size));
  if (dtype === 'int32') return ndarray(dtype, shape, new Int32Array(buffer, offset, size));
  return ndarray(dtype, shape, new Uint8Array(buffer, offset, size));
}

function named(of: 'x' | 'y', arrays: NDArrays): Record<string, NDArray> {
  return Object.fromEntries(leavesOf(arrays).map(([name, array]) => [name === '' ? of : `${of}/${name}`, array]));
}

function tree(of: 'x' | 'y', arrays: Readonly<Record<string, NDArray>>): NDArrays {
  const one = arrays[of];
  if (one !== undefined) return one;
  const entries = Object.entries(arrays).filter(([name]) => name.startsWith(`${of}/`));
  return Object.fromEntries(entries.map(([name, array]) => [name.slice(2), array]));
}
