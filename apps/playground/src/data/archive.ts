import type { ImageEntry } from '@descent/datasets';
import { isHidden } from '../ui/folder.ts';
import { freeName } from './names.ts';

/** A picture in an archive or a folder: the class is the name of its folder. */
export interface ArchivedPicture {
  readonly label: string;
  readonly name: string;
}

const PICTURE = /\.(?:png|jpe?g|webp|gif|avif)$/i;

/** Whether a path is that of a picture in a folder; hidden files and what systems add are none. */
export function isPicturePath(path: string): boolean {
  return path.includes('/') && PICTURE.test(path) && !isHidden(path);
}

/**
 * The classes and names of pictures by their paths: the class is the first folder. One folder around several others, or around all, is looked through; pictures
 * that lie in it beside them are of no class, and left out.
 */
export function archivedPictures(paths: readonly string[]): ReadonlyMap<string, ArchivedPicture> {
  const split = paths.filter(isPicturePath).map((path) => ({ path, parts: path.split('/') }));
  const depth = isWrapped(split.map(({ parts }) => parts)) ? 1 : 0;
  const labels = new Map<string, string>();
  return new Map(
    split
      .filter(({ parts }) => parts.length > depth + 1)
      .map(({ path, parts }) => {
        const folder = parts[depth] as string;
        const label = labels.get(folder) ?? freeName(folder, [...labels.values()]);
        labels.set(folder, label);
        return [path, { label, name: parts.at(-1) as string }];
      }),
  );
}

/** Whether a folder lies around all: nothing lies beside the folders in it, or there are several of them. */
function isWrapped(all: readonly (readonly string[])[]): boolean {
  const outer = new Set(all.map(([first]) => first));
  const deeper = all.filter(({ length }) => length > 2);
  if (outer.size !== 1 || deeper.length === 0) return false;
  return deeper.length === all.length || new Set(deeper.map(([, second]) => second)).size > 1;
}

/** Pictures in one folder a class, as `descent train` reads them of a disk. */
export function entriesOf(
  classes: readonly {
    readonly name: string;
    readonly pictures: readonly { readonly name: string; readonly png: Blob }[];
  }[],
): readonly (ImageEntry & { readonly source: Blob })[] {
  return classes.flatMap(({ name, pictures }) =>
    pictures.map((picture) => ({ path: `${name}/${picture.name}`, source: picture.png })),
  );
}
