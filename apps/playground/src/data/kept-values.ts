/** A table as the user gave it. */
export interface KeptTable {
  readonly name: string;
  readonly file: Blob;
}

/** A set of pictures: its classes in the order in which they were made. */
export interface KeptSet {
  readonly name: string;
  readonly classes: readonly string[];
}

export interface KeptPicture {
  readonly id: string;
  readonly set: string;
  readonly label: string;
  /** Of its file in the folder of its class. */
  readonly name: string;
  readonly png: Blob;
}

/** A file that a config names, by its path there. */
export interface KeptFile {
  readonly path: string;
  readonly file: Blob;
}

/** Everything of the user's own that the page keeps. */
export interface Kept {
  readonly tables: readonly KeptTable[];
  readonly sets: readonly KeptSet[];
  readonly pictures: readonly KeptPicture[];
  readonly files: readonly KeptFile[];
}

/** What is put, in place of what has the same name or id, and what is removed. */
export interface KeptChange {
  readonly put?: Partial<Kept>;
  readonly remove?: {
    readonly tables?: readonly string[];
    readonly sets?: readonly string[];
    readonly pictures?: readonly string[];
    readonly files?: readonly string[];
  };
}

export const NOTHING_KEPT: Kept = { tables: [], sets: [], pictures: [], files: [] };

/** `kept` after a change. */
export function changed(kept: Kept, { put = {}, remove = {} }: KeptChange): Kept {
  return {
    tables: merged(kept.tables, put.tables, remove.tables, ({ name }) => name),
    sets: merged(kept.sets, put.sets, remove.sets, ({ name }) => name),
    pictures: merged(kept.pictures, put.pictures, remove.pictures, ({ id }) => id),
    files: merged(kept.files, put.files, remove.files, ({ path }) => path),
  };
}

/** What is put keeps the place of what it replaces. */
function merged<T>(
  old: readonly T[],
  put: readonly T[] = [],
  remove: readonly string[] = [],
  keyOf: (one: T) => string,
): readonly T[] {
  if (put.length === 0 && remove.length === 0) return old;
  const removed = new Set(remove);
  const all = new Map(old.filter((one) => !removed.has(keyOf(one))).map((one) => [keyOf(one), one]));
  for (const one of put) all.set(keyOf(one), one);
  return [...all.values()];
}

export interface PictureClass {
  readonly name: string;
  readonly pictures: readonly KeptPicture[];
}

/** The classes of a set with their pictures. */
export function classesOf({ sets, pictures }: Kept, set: string): readonly PictureClass[] {
  const names = sets.find(({ name }) => name === set)?.classes ?? [];
  const own = pictures.filter((picture) => picture.set === set);
  return names.map((name) => ({ name, pictures: own.filter(({ label }) => label === name) }));
}

/** The change that gives a class another name. */
export function renaming(kept: Kept, set: KeptSet, from: string, to: string): KeptChange {
  const pictures = kept.pictures
    .filter((picture) => picture.set === set.name && picture.label === from)
    .map((picture) => ({ ...picture, label: to }));
  const classes = set.classes.map((name) => (name === from ? to : name));
  return { put: { sets: [{ ...set, classes }], pictures } };
}

/** The change that removes a class with its pictures. */
export function removingClass(kept: Kept, set: KeptSet, label: string): KeptChange {
  const pictures = kept.pictures.filter((picture) => picture.set === set.name && picture.label === label);
  return {
    put: { sets: [{ ...set, classes: set.classes.filter((name) => name !== label) }] },
    remove: { pictures: pictures.map(({ id }) => id) },
  };
}

/** The change that removes a set with all that is in it. */
export function removingSet(kept: Kept, set: string): KeptChange {
  const pictures = kept.pictures.filter((picture) => picture.set === set);
  return { remove: { sets: [set], pictures: pictures.map(({ id }) => id) } };
}
