import { ValueError } from '@descent/core';
import { redact } from '../download/address.ts';
import { DataFileError } from '../errors.ts';
import type { DataSource } from './source.ts';

/** A picture and its path below the folder of all: `cats/1.png` is of the class `cats`. */
export interface ImageEntry {
  readonly path: string;
  readonly source: DataSource;
}

/**
 * Pictures that are no folder on disk: the files of an `<input type="file" webkitdirectory>`, whose paths the browser tells; URLs, of which the last folder is
 * the class; or pictures with their paths.
 */
export type ImageEntries = Iterable<Blob | URL | ImageEntry>;

/** The images of a folder with one folder a class, by path; nothing is opened yet. A plain value. */
export interface ImageFolder {
  readonly root: string;
  /** The names of the folders, sorted. */
  readonly classes: readonly string[];
  /** Sorted by path; `label` is the index of the class. `source` is what is read, where that is not the file at `path`. */
  readonly samples: readonly { readonly path: string; readonly label: number; readonly source?: DataSource }[];
}

/** The options of `listImageFolder` with defaults filled in. */
export interface FolderRules {
  /** What errors call a file of the folder. */
  readonly kind: 'image' | 'text';
  readonly endings: ReadonlySet<string>;
  readonly maxFiles: number;
  readonly maxDepth: number;
}

/** The images among entries, in the order in which those of a folder come. Same errors as `listImageFolder`. */
export function imagesAmong(entries: ImageEntries, rules: FolderRules): ImageFolder {
  const { endings, maxFiles, maxDepth, kind } = rules;
  const found = Array.from(entries, entryOf);
  const root = found.find((entry) => entry.root !== '')?.root ?? 'pictures';
  const pictures = found
    .map(({ path, source }) => ({ path, source, segments: path.split('/') }))
    .filter(({ segments }) => segments.every((segment) => segment !== '' && !segment.startsWith('.')));
  const inClasses = pictures.filter(({ segments }) => segments.length > 1);
  if (inClasses.length === 0) throw noClasses(root, kind, `${found.length} files and no folder`);
  const classes = [...new Set(inClasses.map(({ segments }) => segments[0] as string))].sort(byCodeUnits);
  const deep = inClasses.find(({ segments }) => segments.length - 1 > maxDepth);
  if (deep !== undefined) throw tooMuch(deep.path, kind, `folders more than ${maxDepth} deep`, 'maxDepth');
  const samples = inClasses
    .filter(({ path }) => endings.has(endingOf(path)))
    .sort((a, b) => bySegments(a.segments, b.segments))
    .map(({ path, source, segments }) => ({ path, label: classes.indexOf(segments[0] as string), source }));
  if (samples.length > maxFiles) throw tooMuch(root, kind, `more than ${maxFiles} ${kind}s`, 'maxFiles');
  const counts = new Set(samples.map(({ label }) => label));
  const empty = classes.findIndex((_, label) => !counts.has(label));
  if (empty >= 0) throw emptyClass(`${root}/${classes[empty]}`, rules);
  return { root, classes, samples };
}

/** An entry with the name of the folder of all, where that is known. */
export function entryOf(entry: Blob | URL | ImageEntry, index: number): ImageEntry & { readonly root: string } {
  if (entry instanceof URL) {
    const segments = entry.pathname.split('/').map(decoded);
    return { root: redact(new URL('..', entry).href), path: segments.slice(-2).join('/'), source: entry };
  }
  if (entry instanceof Blob) {
    const { webkitRelativePath: path = '' } = entry as Blob & { readonly webkitRelativePath?: string };
    const [root = '', ...rest] = path.split('/');
    if (rest.length > 0) return { root, path: rest.join('/'), source: entry };
    throw new ValueError('listImageFolder: of this file it is not known in which folder it is', {
      path: `files[${index}]`,
      received: String((entry as { readonly name?: unknown }).name ?? 'a Blob without a name'),
      expected: 'a file of an <input type="file" webkitdirectory>',
      fix: "pass { path: 'cats/1.png', source: file }; droppedFiles(event.dataTransfer.items) makes such of folders that were dropped",
    });
  }
  if (typeof entry?.path === 'string' && entry.source !== undefined) return { ...entry, root: '' };
  throw new ValueError('listImageFolder: this is no picture with its path', {
    path: `files[${index}]`,
    received: entry === null || typeof entry !== 'object' ? String(entry) : Object.keys(entry).join(', ') || 'nothing',
    expected: "a File, a URL, or { path: 'cats/1.png', source }",
  });
}

/** Percent escapes undone, where they are any. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

export function endingOf(path: string): string {
  return /[^/.](\.[^./]*)$/.exec(path)?.[1]?.toLowerCase() ?? '';
}

/** By code units, not by the language of the machine. */
export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function bySegments(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((segment, i) => segment !== b[i]);
  return at < 0 ? a.length - b.length : byCodeUnits(a[at] as string, b[at] ?? '');
}

export function noClasses(root: string, kind: FolderRules['kind'], received: string): DataFileError {
  return new DataFileError(`the ${kind} folder has no classes`, {
    file: root,
    received,
    expected: `one folder for each class, with its ${kind}s inside`,
  });
}

export function emptyClass(folder: string, { kind, endings }: Pick<FolderRules, 'kind' | 'endings'>): DataFileError {
  return new DataFileError(`a class has no ${kind}s`, {
    file: folder,
    received: 'no file with a known ending',
    expected: [...endings].join(', '),
    fix: 'remove the folder, or name the ending in extensions',
  });
}

export function tooMuch(file: string, kind: FolderRules['kind'], received: string, option: string): DataFileError {
  return new DataFileError(`the ${kind} folder is too large`, {
    file,
    received,
    fix: `raise ${option} if this is meant`,
  });
}
