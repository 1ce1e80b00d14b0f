import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expectOptions } from '@descent/core';
import { expectArgument } from '../arguments.ts';
import type { DatasetDefinition, NeededFile, Part } from '../definition.ts';
import type { DataFormatError } from '../errors.ts';
import { dataHome } from './data-home.ts';
import { judge, type Standing } from './verify.ts';

/** The files of a part of a data set that are there, and those that are not. */
export interface Located {
  /** Path by what the file holds. */
  readonly paths: ReadonlyMap<string, string>;
  /** How each of them was checked, by what it holds. */
  readonly standing: ReadonlyMap<string, Standing>;
  readonly missing: readonly NeededFile[];
  /** What is wrong with files in the place of missing ones. */
  readonly problems: readonly DataFormatError[];
}

/**
 * The files of one part of a data set that are in its folder or in `root`, by what they hold, and how each was checked: by its hash, or by its form alone.
 * Nothing is fetched, and nothing thrown for files that are missing or are something else.
 */
export function locateFiles(
  definition: DatasetDefinition,
  part: Part,
  options: { readonly root?: string } = {},
): Promise<Located> {
  const isDefinition = Array.isArray(definition?.needs) && typeof definition.folder === 'string';
  expectArgument('locateFiles', isDefinition, definition, 'the definition of a set, such as describeDatasets() lists');
  expectArgument('locateFiles', part === 'train' || part === 'test', part, "'train' or 'test'");
  expectOptions('locateFiles', options, ['root']);
  return locate(definition, options.root ?? dataHome(), part);
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
  const standing = new Map<string, Standing>();
  const missing: NeededFile[] = [];
  const problems: DataFormatError[] = [];
  for (const needed of definition.needs.filter((need) => need.part === part)) {
    const found = await rightFile(definition, needed, folder, problems);
    if (found === undefined) missing.push(needed);
    else {
      paths.set(needed.what, found.path);
      standing.set(needed.what, found.standing);
    }
  }
  return { paths, standing, missing, problems };
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
): Promise<{ readonly path: string; readonly standing: Standing } | undefined> {
  const own: DataFormatError[] = [];
  for (const name of need.names) {
    const path = join(folder, name);
    const isFile = await stat(path).then(
      (info) => info.isFile(),
      () => false,
    );
    if (!isFile) continue;
    const verdict = await judge(definition, need, folder, name);
    if ('standing' in verdict) return { path, standing: verdict.standing };
    own.push(verdict.problem);
  }
  problems.push(...own);
  return undefined;
}
