import type { ImageEntry } from '@descent/datasets';
import { freeName } from './names.ts';

/** A picture in an archive: the class is the name of its folder. */
export interface ArchivedPicture {
  readonly label: string;
  readonly name: string;
}

const PICTURE = /\.(?:png|jpe?g|webp|gif|avif)$/i;

/** Whether a member of an archive is a picture in a folder; hidden files and what systems add are none. */
export function isPicturePath(path: string): boolean {
  const parts = path.split('/');
  return parts.length > 1 && PICTURE.test(path) && !parts.some((part) => part.startsWith('.') || part === '__MACOSX');
}

/** The classes and names of the pictures of an archive by their paths; a folder around all of them is looked through. */
export function archivedPictures(paths: readonly string[]): ReadonlyMap<string, ArchivedPicture> {
  const split = paths.filter(isPicturePath).map((path) => ({ path, parts: path.split('/') }));
  const [first] = split;
  const isWrapped = first !== undefined && split.every(({ parts }) => parts.length > 2 && parts[0] === first.parts[0]);
  const depth = isWrapped ? 1 : 0;
  const labels = new Map<string, string>();
  return new Map(
    split.map(({ path, parts }) => {
      const folder = parts[depth] as string;
      const label = labels.get(folder) ?? freeName(folder, [...labels.values()]);
      labels.set(folder, label);
      return [path, { label, name: parts.at(-1) as string }];
    }),
  );
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
