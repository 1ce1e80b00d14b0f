// Where the files of named sets are in Node: in a folder.
import type { DatasetDefinition, Part } from '../definition.ts';
import { type EnsureOptions, ensureFiles } from '../download/ensure.ts';
import type { DataSource } from '../sources/source.ts';

export { dataHome } from '../download/data-home.ts';
export { locateFiles } from '../download/locate.ts';
export { ensureFiles };

/** A file of a named set, and what errors call it. */
export interface FoundFile {
  readonly source: DataSource;
  readonly name: string;
}

/** The files of one part of a data set, by what they hold. Fetches and throws as `ensureFiles` does. */
export async function neededFiles(
  definition: DatasetDefinition,
  part: Part,
  options: EnsureOptions,
): Promise<ReadonlyMap<string, FoundFile>> {
  const paths = await ensureFiles(definition, part, options);
  return new Map(Array.from(paths, ([what, path]) => [what, { source: path, name: path }]));
}
