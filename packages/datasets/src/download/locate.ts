import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetDefinition, NeededFile, Part } from '../definition.ts';

/** The files of a part of a data set that are there, and those that are not. */
export interface Located {
  /** Path by what the file holds. */
  readonly paths: ReadonlyMap<string, string>;
  readonly missing: readonly NeededFile[];
}

/**
 * Looks for the files of a part in the set's own folder, then in `root` itself, where people put files by hand. All come from one folder, for two sets may
 * use the same names; when none has all, the one that lacks fewest is told.
 */
export async function locate(definition: DatasetDefinition, root: string, part: Part): Promise<Located> {
  let best: Located | undefined;
  for (const folder of searchFolders(definition, root)) {
    const found = await locateIn(definition, folder, part);
    if (found.missing.length === 0) return found;
    if (best === undefined || found.missing.length < best.missing.length) best = found;
  }
  return best as Located;
}

export async function locateIn(definition: DatasetDefinition, folder: string, part: Part): Promise<Located> {
  const paths = new Map<string, string>();
  const missing: NeededFile[] = [];
  for (const needed of definition.needs.filter((need) => need.part === part)) {
    const path = await firstFile(needed.names.map((name) => join(folder, name)));
    if (path === undefined) missing.push(needed);
    else paths.set(needed.what, path);
  }
  return { paths, missing };
}

export function searchFolders(definition: DatasetDefinition, root: string): readonly string[] {
  return [ownFolder(definition, root), root];
}

/** Where downloads go. */
export function ownFolder(definition: DatasetDefinition, root: string): string {
  return join(root, ...definition.folder.split('/'));
}

async function firstFile(candidates: readonly string[]): Promise<string | undefined> {
  for (const path of candidates) {
    const isFile = await stat(path).then(
      (info) => info.isFile(),
      () => false,
    );
    if (isFile) return path;
  }
  return undefined;
}
