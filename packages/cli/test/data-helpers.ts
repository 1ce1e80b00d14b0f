import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ArrayDataset } from '@descent/datasets';
import { expect } from 'vitest';
import type { LoadedData } from '../src/config/data.ts';
import { loadConfig } from '../src/config/load.ts';
import { descent, folder } from './helpers.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

/** A config in JSON with these data and a network that takes them. */
export function config(data: unknown, more: object = {}): string {
  const base = {
    model: ['flatten', ['linear', 4, 3]],
    optimizer: ['sgd', { lr: 0.01 }],
    backend: 'reference',
    epochs: 1,
  };
  return JSON.stringify({ ...base, data, ...more });
}

/** What the data of a config are, in a folder with these files. */
export async function source(data: unknown, files: Files = {}, more: object = {}) {
  const root = folder();
  for (const [name, content] of Object.entries(files)) write(join(root, name), content);
  write(join(root, 'a.json'), config(data, more));
  return { root, ...(await loadConfig('a.json', root)) };
}

/** Loaded data whose samples are one array, as the types of all data cannot say. */
export interface LoadedArrays {
  readonly train: ArrayDataset;
  readonly validation: ArrayDataset | null;
  readonly test: ArrayDataset | null;
}

export function ofOneArray(loaded: LoadedData): LoadedArrays {
  const { train, validation, test } = loaded;
  for (const set of [train, validation, test]) expect(set === null || 'data' in set.x).toBe(true);
  return loaded as LoadedArrays;
}

export async function load(data: unknown, files: Files = {}): Promise<LoadedArrays> {
  return ofOneArray(await (await source(data, files)).data.load());
}

/** What `descent summary` says to data that are wrong. */
export async function problem(data: unknown, files: Files = {}) {
  const { err, code } = await descent(folder({ ...files, 'a.json': config(data) }), 'summary', 'a.json');
  return { err, code };
}

export function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

export function labels({ y }: ArrayDataset): number[] {
  return [...y.data];
}
