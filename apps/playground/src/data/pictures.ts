import { ProblemError, problemOf } from '../session/problem.ts';
import { archivedPictures } from './archive.ts';
import { dataWorker } from './client.ts';
import { changeKept, kept, readKept } from './kept.ts';
import { classesOf, type KeptPicture, NOTHING_KEPT } from './kept-values.ts';
import { MOST_CLASSES, MOST_PICTURES } from './limits.ts';
import { freeName, pictureName } from './names.ts';
import type { PictureFile } from './worker-api.ts';

/** A picture that is to be added, and the class that it belongs to. */
export interface GivenPicture {
  readonly label: string;
  readonly name: string;
  readonly file: Blob;
}

export interface Adding {
  readonly done: number;
  readonly total: number;
}

/** What came of it: files that are no pictures by name, with the reason. */
export interface Added {
  readonly added: number;
  readonly broken: readonly { readonly name: string; readonly reason: string }[];
  /** Pictures beyond the most that a set holds. */
  readonly tooMany: number;
  /** Files beside the pictures, and pictures in no folder of a class. */
  readonly others: number;
  /** Whether a folder holds more files than the page looks at. */
  readonly isCut: boolean;
}

/** What an archive or a folder holds. */
export interface Pack {
  readonly pictures: readonly PictureFile[];
  readonly others: number;
  readonly isCut: boolean;
}

/** How many are prepared before they are shown and kept. */
const GROUP = 8;

/** Prepares pictures and keeps them; classes that are missing are made. Throws where the browser has no room for them. */
export async function addPictures(
  set: string,
  given: readonly GivenPicture[],
  onProgress: (adding: Adding) => void = () => {},
): Promise<Added> {
  const all = await readKept();
  const room = Math.max(0, MOST_PICTURES - all.pictures.filter((picture) => picture.set === set).length);
  const taken = given.slice(0, room);
  const broken: { readonly name: string; readonly reason: string }[] = [];
  for (let at = 0; at < taken.length; at += GROUP) {
    onProgress({ done: at, total: taken.length });
    const ready: (GivenPicture & { readonly png: Blob })[] = [];
    for (const one of taken.slice(at, at + GROUP)) {
      try {
        ready.push({ ...one, png: await dataWorker().shrink(one.file) });
      } catch (error) {
        const { message, received } = problemOf(error);
        broken.push({ name: one.name, reason: received === undefined ? message : `${message} (${received})` });
      }
    }
    await keepPictures(set, ready);
  }
  onProgress({ done: taken.length, total: taken.length });
  const added = taken.length - broken.length;
  return { added, broken, tooMany: given.length - taken.length, others: 0, isCut: false };
}

/** Keeps PNG files that need no preparing. */
export async function keepPictures(
  set: string,
  ready: readonly (Omit<GivenPicture, 'file'> & { readonly png: Blob })[],
): Promise<void> {
  if (ready.length === 0) return;
  const all = kept.peek() ?? NOTHING_KEPT;
  const known = all.sets.find(({ name }) => name === set)?.classes ?? [];
  const labels = [...new Set([...known, ...ready.map(({ label }) => label)])];
  const names = new Map(
    classesOf(all, set).map(({ name, pictures }) => [name, pictures.map((picture) => picture.name)] as const),
  );
  const pictures = ready.map(({ label, name, png }): KeptPicture => {
    const others = names.get(label) ?? [];
    const own = pictureName(name, others);
    names.set(label, [...others, own]);
    return { id: nextId(), set, label, name: own, png };
  });
  await changeKept({ put: { sets: [{ name: set, classes: labels }], pictures } });
}

/** Adds the pictures of an archive, of which zip is the only kind. */
export async function importArchive(set: string, file: File, onProgress: (adding: Adding) => void): Promise<Added> {
  const { pictures, others } = await dataWorker().unpack(file, file.name);
  return importPictures(set, file.name, { pictures, others, isCut: false }, onProgress);
}

/** Adds pictures that lie in one folder a class. `name` is what they come from. */
export async function importPictures(
  set: string,
  name: string,
  { pictures: found, others, isCut }: Pack,
  onProgress: (adding: Adding) => void,
): Promise<Added> {
  const places = archivedPictures(found.map(({ path }) => path));
  const known = (await readKept()).sets.find((one) => one.name === set)?.classes ?? [];
  const labels = new Set([...known, ...Array.from(places.values(), ({ label }) => label)]);
  if (labels.size > MOST_CLASSES) throw tooManyClasses(name, labels.size);
  const given = found.flatMap(({ path, source }) => {
    const place = places.get(path);
    if (place === undefined) return [];
    // A class whose name differs in capitals alone is the same: some systems have one folder for both.
    const label = known.find((one) => one.toLowerCase() === place.label.toLowerCase()) ?? place.label;
    return [{ ...place, label, file: source }];
  });
  const added = await addPictures(set, given, onProgress);
  return { ...added, others: others + found.length - given.length, isCut };
}

function tooManyClasses(path: string, count: number): ProblemError {
  return new ProblemError({
    name: 'DataFileError',
    message: 'there are too many folders',
    path,
    received: `${count} classes together with those of the set`,
    expected: `at most ${MOST_CLASSES}, a folder of pictures each`,
    fix: 'give the folders that are to be told apart',
  });
}

/** The name of a set that is not there yet. */
export function freeSetName(given: string): string {
  return freeName(
    given,
    (kept.peek() ?? NOTHING_KEPT).sets.map(({ name }) => name),
  );
}

let counter = 0;

/** Ids in the order in which pictures were added, after a reload too. */
function nextId(): string {
  counter += 1;
  return `${Date.now().toString(36).padStart(9, '0')}-${String(counter).padStart(6, '0')}-${crypto.randomUUID().slice(0, 8)}`;
}
