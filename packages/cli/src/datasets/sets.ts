import { dirname, join } from 'node:path';
import { DataFileError, type DatasetDescription, ensureFiles, type Part } from '@descent/datasets';
import { didYouMean } from '../config/suggest.ts';
import { UsageError } from '../errors.ts';

export const PARTS: readonly Part[] = ['train', 'test'];

const COMMANDS: readonly string[] = ['list', 'info', 'download'];

/** Throws a UsageError that names what is near, a command perhaps, unless there is a set with that id. */
export function findSet(id: string, sets: readonly DatasetDescription[]): DatasetDescription {
  const found = sets.find((set) => set.id === id);
  if (found !== undefined) return found;
  const ids = sets.map((set) => set.id);
  throw new UsageError(`there is no data set '${id}'${didYouMean(id, [...ids, ...COMMANDS])}`, {
    expected: ids.join(', '),
  });
}

/** The set with the items, classes and files of one of its splits. Throws a UsageError when it has no such split. */
export function ofSplit(set: DatasetDescription, split: string): DatasetDescription {
  const splits = set.splits ?? [];
  const found = splits.find(({ name }) => name === split);
  if (found !== undefined)
    return { ...set, classes: found.classes, items: found.items, needs: found.needs ?? set.needs };
  const names = splits.map(({ name }) => name);
  throw new UsageError(`${set.id} has no split '${split}'${didYouMean(split, names)}`, {
    expected: names.join(', ') || 'no split at all',
  });
}

/** The folder that has all files of a part: where downloads go, or where somebody put them by hand; `null` when one is missing. */
export async function whereIs(set: DatasetDescription, part: Part, root: string): Promise<string | null> {
  try {
    const [path = root] = (await ensureFiles(set, part, { root, download: false })).values();
    return dirname(path);
  } catch (error) {
    if (error instanceof DataFileError) return null;
    throw error;
  }
}

export interface Presence {
  readonly train: boolean;
  readonly test: boolean;
}

export async function presence(set: DatasetDescription, root: string): Promise<Presence> {
  const [train, test] = await Promise.all(PARTS.map((part) => whereIs(set, part, root)));
  return { train: train !== null, test: test !== null };
}

/** Where downloads of a set go. */
export function folderOf(set: DatasetDescription, root: string): string {
  return join(root, ...set.folder.split('/'));
}

export function itemCount(n: number): string {
  return n.toLocaleString('en-US');
}
