import { dirname, join } from 'node:path';
import type { DescentError } from '@descent/core';
import { DataFileError, DataFormatError, type DatasetDescription, ensureFiles, type Part } from '@descent/datasets';
import { didYouMean } from '../config/suggest.ts';
import { UsageError } from '../errors.ts';
import { shownPath } from '../io.ts';

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

/** The folder that has all files of a part: where downloads go, or where somebody put them by hand; `null` when one is missing or another set's. */
export async function whereIs(set: DatasetDescription, part: Part, root: string): Promise<string | null> {
  const found = await look(set, part, root);
  return typeof found === 'string' ? found : null;
}

/** The folder of a part, or the error that says why there is none. */
async function look(set: DatasetDescription, part: Part, root: string): Promise<string | DescentError> {
  try {
    const [path = root] = (await ensureFiles(set, part, { root, download: false })).values();
    return dirname(path);
  } catch (error) {
    if (error instanceof DataFileError || error instanceof DataFormatError) return error;
    throw error;
  }
}

export interface Presence {
  readonly train: boolean;
  readonly test: boolean;
  /** Files in the place of the set's that are not its own, and what they are. */
  readonly wrong: readonly string[];
}

export async function presence(set: DatasetDescription, root: string, cwd: string): Promise<Presence> {
  const found = await Promise.all(PARTS.map((part) => look(set, part, root)));
  const [train, test] = found.map((part) => typeof part === 'string') as [boolean, boolean];
  const wrong = found.flatMap((part) =>
    part instanceof DataFormatError ? [`${shownPath(part.file ?? '?', cwd)} is ${part.details.received}`] : [],
  );
  return { train, test, wrong };
}

/** Where downloads of a set go. */
export function folderOf(set: DatasetDescription, root: string): string {
  return join(root, ...set.folder.split('/'));
}

export function itemCount(n: number): string {
  return n.toLocaleString('en-US');
}
