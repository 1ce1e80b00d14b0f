import { dirname, join } from 'node:path';
import { type DatasetDescription, locateFiles, type Part, type Standing } from '@descent/datasets';
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
  const { missing, paths } = await locateFiles(set, part, { root });
  const [path = root] = paths.values();
  return missing.length > 0 ? null : dirname(path);
}

/** What is known of files whose standing is `form`. */
export const BY_FORM = 'the files have the right sizes, shapes and classes; their hashes are not known';

export interface Presence {
  readonly train: boolean;
  readonly test: boolean;
  /** How the files that are there were checked; `null` when there is none. `form`: right by size, shape and classes, which is no proof. */
  readonly checked: Standing | null;
  /** Files in the place of the set's that are not its own, and what they are. */
  readonly wrong: readonly string[];
}

export async function presence(set: DatasetDescription, root: string, cwd: string): Promise<Presence> {
  const found = await Promise.all(PARTS.map((part) => locateFiles(set, part, { root })));
  const [train, test] = found.map(({ missing }) => missing.length === 0) as [boolean, boolean];
  const wrong = found.flatMap(({ missing, problems: [problem] }) =>
    missing.length > 0 && problem !== undefined
      ? [`${shownPath(problem.file ?? '?', cwd)} is ${problem.details.received}`]
      : [],
  );
  const standings = found.flatMap(({ missing, standing }) => (missing.length > 0 ? [] : [...standing.values()]));
  const checked = !train && !test ? null : standings.includes('form') ? 'form' : 'hash';
  return { train, test, checked, wrong };
}

/** Where downloads of a set go. */
export function folderOf(set: DatasetDescription, root: string): string {
  return join(root, ...set.folder.split('/'));
}
