import { expectOptions, type ImagePreprocessing, ValueError } from '@descent/core';
import { picturesBelow } from '#platform/folders.js';
import { uprightSize } from '#platform/pixels.js';
import { DataFileError } from '../errors.ts';
import { checkedImageOptions, decodeImage, type LoadImageOptions, type Placed } from '../image/load-image.ts';
import { preprocessingOf } from '../image/prepare-image.ts';
import {
  bySegments,
  endingOf,
  entryOf,
  type FolderRules,
  type ImageEntries,
  type ImageEntry,
  tooMuch,
} from '../sources/image-entries.ts';
import { EXTENSIONS, expectFolder, FOLDER_LIMITS } from '../sources/image-folder.ts';
import { expectConcurrency } from '../sources/several-at-once.ts';
import { sourceBytes } from '../sources/source.ts';

/** How annotated pictures are opened. */
export interface AnnotatedOptions extends Pick<LoadImageOptions, 'channels' | 'maxPixels'> {
  /** With `height`, the size of the items. Default: that of the first picture, which all must have. */
  readonly width?: number;
  readonly height?: number;
  /** `'contain'` (the default) keeps the proportions and pads with the colour of the border; `'fill'` stretches. */
  readonly fit?: 'contain' | 'fill';
  /** The names of the classes, in the order of their numbers. Default: those of the annotations, else their numbers. */
  readonly classes?: readonly string[];
  /** The most bytes of one file. Default 64 MiB. */
  readonly fileLimit?: number;
  /** The most bytes of all items with their targets, as they lie in memory. Default 1 GiB. */
  readonly limit?: number;
  /** Images that are decoded at once. Default 4. */
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
}

const NAMES: readonly string[] = [
  'width',
  'height',
  'channels',
  'maxPixels',
  'fit',
  'classes',
  'fileLimit',
  'limit',
  'concurrency',
  'signal',
];

/** The options with defaults filled in. */
export interface AnnotatedSettings {
  /** Undefined where items have the size of the first picture. */
  readonly size: { readonly width: number; readonly height: number } | undefined;
  readonly image: Pick<LoadImageOptions, 'channels' | 'fit'>;
  readonly maxPixels: number;
  readonly classes: readonly string[] | undefined;
  readonly fileLimit: number;
  readonly limit: number;
  readonly concurrency: number;
  readonly signal: AbortSignal | undefined;
}

/** Checks options of `what`, which may have `more` of its own. Throws a `ValueError` for an unknown or wrong one. */
export function annotatedSettings(what: string, options: AnnotatedOptions, more: readonly string[]): AnnotatedSettings {
  expectOptions(what, options, [...NAMES, ...more]);
  const { width, height, channels, maxPixels, fit, classes, signal } = options;
  const { fileLimit = 64 * 2 ** 20, limit = 2 ** 30, concurrency = 4 } = options;
  expectConcurrency(what, concurrency);
  if ((width === undefined) !== (height === undefined)) {
    throw new ValueError(`${what}: width and height belong together`, {
      received: width === undefined ? 'height alone' : 'width alone',
      expected: 'both, or none for the size that all pictures have',
    });
  }
  const isLimit = (value: unknown): boolean => typeof value === 'number' && value >= 0;
  if (!isLimit(limit) || !isLimit(fileLimit)) {
    throw new ValueError(`${what}: limits are numbers of bytes`, { received: `${limit}, ${fileLimit}` });
  }
  if ((fit as string) === 'mnist') {
    throw new ValueError(`${what}: fit has no such setting`, { received: '"mnist"', expected: '"contain", "fill"' });
  }
  if (classes !== undefined && !(Array.isArray(classes) && classes.every((name) => typeof name === 'string'))) {
    throw new ValueError(`${what}: classes are names`, { expected: "a list of texts, such as ['sky', 'tree']" });
  }
  const image = { ...(channels !== undefined && { channels }), ...(fit !== undefined && { fit }) };
  const size = width === undefined || height === undefined ? undefined : { width, height };
  const pixels = maxPixels === undefined ? {} : { maxPixels };
  const checked = checkedImageOptions({ ...image, ...size, ...pixels, invert: false });
  return { size, image, maxPixels: checked.maxPixels, classes, fileLimit, limit, concurrency, signal };
}

/** The pictures of a folder or of a list, by their paths in it, in sorted order. */
export async function picturesIn(what: string, given: string | ImageEntries): Promise<readonly ImageEntry[]> {
  expectFolder(what, given);
  const rules: FolderRules = { ...FOLDER_LIMITS, kind: 'image', endings: new Set(EXTENSIONS) };
  if (typeof given === 'string') return picturesBelow(given, rules);
  const found = Array.from(given, (entry, index): ImageEntry => {
    const { path, source } = entryOf(entry, index);
    // The last folder of an address is no part of the list.
    return { path: entry instanceof URL ? (path.split('/').at(-1) as string) : path, source };
  }).filter(({ path }) => rules.endings.has(endingOf(path)) && !/(^|\/)\./.test(path));
  if (found.length > rules.maxFiles)
    throw tooMuch('pictures', rules.kind, `more than ${rules.maxFiles} images`, 'maxFiles');
  return found.sort((a, b) => bySegments(a.path.split('/'), b.path.split('/')));
}

/** What errors call a picture: its path where it is a file of a folder. */
export function nameOf({ path, source }: ImageEntry): string {
  return typeof source === 'string' ? source : path;
}

/** What errors call the folder or list of pictures. */
export function rootOf(given: string | ImageEntries): string {
  return typeof given === 'string' ? given : 'pictures';
}

/** A picture as an item, and where its pixels went. */
export interface Opened {
  /** `[channels, height, width]` */
  readonly data: Uint8Array;
  /** The size of the picture turned upright. */
  readonly from: { readonly width: number; readonly height: number };
  readonly placed: Placed;
}

/** The size of a picture turned upright. */
async function sizeOfPicture(entry: ImageEntry, { fileLimit, maxPixels }: AnnotatedSettings): Promise<Opened['from']> {
  const file = nameOf(entry);
  return uprightSize(await sourceBytes('loadImage', entry.source, fileLimit, file), file, maxPixels);
}

/** How pictures become items: of the size that is asked for, else of that of the first. */
export async function preprocessingFor(
  what: string,
  entries: readonly ImageEntry[],
  settings: AnnotatedSettings,
): Promise<ImagePreprocessing> {
  const [first] = entries;
  if (first === undefined) {
    throw new DataFileError(`${what}: there are no pictures`, {
      received: 'no file with a known ending',
      expected: EXTENSIONS.join(', '),
    });
  }
  const { size, image } = settings;
  return preprocessingOf({ ...image, ...(size ?? (await sizeOfPicture(first, settings))), invert: false });
}

/** Opens a picture. Throws where it has not the size that all must have, since none was asked for. */
export async function openPicture(
  entry: ImageEntry,
  { width, height, channels, fit }: ImagePreprocessing,
  { size, image, maxPixels, fileLimit }: AnnotatedSettings,
): Promise<Opened> {
  const file = nameOf(entry);
  const bytes = await sourceBytes('loadImage', entry.source, fileLimit, file);
  const options = { ...image, width, height, channels, ...(fit !== undefined && { fit }), invert: false } as const;
  const [{ x, placed }, from] = await Promise.all([
    decodeImage(bytes, { ...options, maxPixels, limit: fileLimit }, file),
    uprightSize(bytes, file, maxPixels),
  ]);
  if (size === undefined && (from.width !== width || from.height !== height)) {
    throw new DataFileError('the pictures are of different sizes', {
      file,
      received: `${from.width} × ${from.height} pixels`,
      expected: `${width} × ${height}, as the first`,
      fix: 'say the size of the items with width and height',
    });
  }
  return { data: x.data, from, placed };
}
