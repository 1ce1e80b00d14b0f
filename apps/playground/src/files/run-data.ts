import { DescentError } from '@descent/core';
import { archivedPictures, isPicturePath } from '../data/archive.ts';
import { MOST_CLASSES, MOST_PICTURES, TABLE_LIMITS } from '../data/limits.ts';
import { filesFor } from '../data/own-files.ts';
import { type DataChoice, tableOf } from '../state/experiment.ts';
import { type Files, unzipped } from './zip.ts';

/** Data of the user's own that lie in an archive beside the folder of a run. */
export type RunData =
  | { readonly kind: 'table'; readonly bytes: Uint8Array }
  /** By their paths below the folder of the set: a folder a class. */
  | { readonly kind: 'pictures'; readonly files: Files }
  /** By their paths as the config has them. */
  | { readonly kind: 'files'; readonly files: Files };

/**
 * The data that the config of a run names, where its archive has them: as this page packs them, at their paths relative to the folder that the run's folder is in.
 * `null` for named sets, and where they are not in the archive.
 * @throws DescentError for more than the page takes of a table or of pictures.
 */
export async function runData(archive: Uint8Array, name: string, data: DataChoice): Promise<RunData | null> {
  if ('name' in data) return null;
  if ('files' in data) {
    const isNamed = (path: string): boolean =>
      filesFor(data, [{ path, file: new Blob() }]).some((one) => one.path === path);
    const files = await unzipped(archive, name, isNamed);
    return files.size === 0 ? null : { kind: 'files', files };
  }
  if (!('images' in data)) {
    const path = plain(tableOf(data) as string);
    const bytes = (await unzipped(archive, name, (one) => one === path)).get(path);
    if (bytes === undefined) return null;
    if (bytes.length > TABLE_LIMITS.limit)
      throw tooMuch(path, `a table of ${bytes.length} bytes`, `at most ${TABLE_LIMITS.limit} bytes`);
    return { kind: 'table', bytes };
  }
  const folder = `${plain(data.images)}/`;
  const found = await unzipped(archive, name, (path) => path.startsWith(folder) && isPicturePath(path));
  const files = new Map(Array.from(found, ([path, bytes]) => [path.slice(folder.length), bytes] as const));
  const places = archivedPictures([...files.keys()]);
  if (places.size === 0) return null;
  const classes = new Set(Array.from(places.values(), ({ label }) => label)).size;
  if (places.size > MOST_PICTURES)
    throw tooMuch(folder, `${places.size} pictures`, `at most ${MOST_PICTURES} pictures`);
  if (classes > MOST_CLASSES) throw tooMuch(folder, `${classes} classes`, `at most ${MOST_CLASSES} classes`);
  return { kind: 'pictures', files };
}

function plain(path: string): string {
  return path.replace(/^(?:\.\/)+|\/+$/g, '');
}

function tooMuch(path: string, received: string, expected: string): DescentError {
  return new DescentError('these data are too much for the page', {
    ...{ path, received, expected },
    fix: 'train on them with the descent command',
  });
}
