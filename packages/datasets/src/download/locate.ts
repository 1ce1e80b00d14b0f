import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetDefinition, NeededFile, Part } from '../definition.ts';
import type { DataFormatError } from '../errors.ts';
import { problemWith } from './verify.ts';

/** The files of a part of a data set that are there, and those that are not. */
export interface Located {
  /** Path by what the file holds. */
  readonly paths: ReadonlyMap<string, string>;
  readonly missing: readonly NeededFile[];
  /** What is wrong with files in the place of missing ones. */
  readonly problems: readonly DataFormatError[];
}

/**
 * Looks for the files of a part in the set's own folder, then in `root` and in the folder of the set's id there, where people and systems put files. All
 * come from one folder, for two sets may use the same names; when none has all, the one that lacks fewest is told, with what is wrong in any.
 */
export async function locate(definition: DatasetDefinition, root: string, part: Part): Promise<Located> {
  let best: Located | undefined;
  const problems: DataFormatError[] = [];
  for (const folder of searchFolders(definition, root)) {
    const found = await locateIn(definition, folder, part);
    if (found.missing.length === 0) return found;
    problems.push(...found.problems);
    if (best === undefined || found.missing.length < best.missing.length) best = found;
  }
  return { ...(best as Located), problems };
}

export async function locateIn(definition: DatasetDefinition, folder: string, part: Part): Promise<Located> {
  const paths = new Map<string, string>();
  const missing: NeededFile[] = [];
  const problems: DataFormatError[] = [];
  for (const needed of definition.needs.filter((need) => need.part === part)) {
    const path = await rightFile(definition, needed, folder, problems);
    if (path === undefined) missing.push(needed);
    else paths.set(needed.what, path);
  }
  return { paths, missing, problems };
}

export function searchFolders(definition: DatasetDefinition, root: string): readonly string[] {
  return [...new Set([ownFolder(definition, root), root, join(root, definition.id)])];
}

/** Where downloads go. */
export function ownFolder(definition: DatasetDefinition, root: string): string {
  return join(root, ...definition.folder.split('/'));
}

/** The first file by one of the names that is what its name says; adds what is wrong with others. */
async function rightFile(
  definition: DatasetDefinition,
  need: NeededFile,
  folder: string,
  problems: DataFormatError[],
): Promise<string | undefined> {
  const own: DataFormatError[] = [];
  for (const name of need.names) {
    const path = join(folder, name);
    const isFile = await stat(path).then(
      (info) => info.isFile(),
      () => false,
    );
    if (!isFile) continue;
    const problem = await problemWith(definition, need, path);
    if (problem === undefined) return path;
    own.push(problem);
  }
  problems.push(...own);
  return undefined;
}
