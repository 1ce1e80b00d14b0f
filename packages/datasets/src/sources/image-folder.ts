import { expectOptions } from '@descent/core';
import { imagesInFolder } from '#platform/folders.js';
import { expectArgument, expectList } from '../arguments.ts';
import type { ArrayDataset } from '../dataset.ts';
import type { LoadImageOptions } from '../image/load-image.ts';
import { prepareNamed, preprocessingOf } from '../image/prepare-image.ts';
import { type FolderRules, type ImageEntries, type ImageFolder, imagesAmong } from './image-entries.ts';
import { expectConcurrency, expectRoom, severalAtOnce } from './several-at-once.ts';

export interface ListImageFolderOptions {
  /** Endings of the files to take. Default `.png`, `.jpg`, `.jpeg`, `.webp`. */
  readonly extensions?: readonly string[];
  /** Default 10 million. */
  readonly maxFiles?: number;
  /** How deep folders inside a class may lie. Default 16. */
  readonly maxDepth?: number;
}

export interface ImageFolderOptions extends ListImageFolderOptions, Omit<LoadImageOptions, 'limit'> {
  /** The most bytes of one file. Default 64 MiB. */
  readonly fileLimit?: number;
  /** The most bytes of all images together, as they lie in memory. Default 1 GiB. */
  readonly limit?: number;
  /** Images that are decoded at once. Default 4. */
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
}

export const EXTENSIONS: readonly string[] = ['.png', '.jpg', '.jpeg', '.webp'];

/** How much a folder may hold unless options say otherwise. */
export const FOLDER_LIMITS: Pick<FolderRules, 'maxFiles' | 'maxDepth'> = { maxFiles: 10_000_000, maxDepth: 16 };

/**
 * Lists `root/<class>/…/<image>`: classes and files in sorted order, so that labels are the same on every machine. Links to folders, hidden files
 * and other endings are left out. In place of the path of a folder, pictures can be files that the user chose or dropped, or URLs.
 * @throws DataFileError when the folder cannot be read, has no class, a class has no image, or there are too many; ValueError for a file of unknown folder.
 */
export async function listImageFolder(
  root: string | ImageEntries,
  options: ListImageFolderOptions = {},
): Promise<ImageFolder> {
  expectFolder('listImageFolder', root);
  expectOptions('listImageFolder', options, ['extensions', 'maxFiles', 'maxDepth']);
  const { extensions = EXTENSIONS, maxFiles = FOLDER_LIMITS.maxFiles, maxDepth = FOLDER_LIMITS.maxDepth } = options;
  return listClassFolder('listImageFolder', root, { kind: 'image', extensions, maxFiles, maxDepth });
}

/** The files of `root/<class>/…` with one of some endings, for `what`. Same errors as `listImageFolder`, in words for files of that kind. */
export async function listClassFolder(
  what: string,
  root: string | ImageEntries,
  options: Required<ListImageFolderOptions> & Pick<FolderRules, 'kind'>,
): Promise<ImageFolder> {
  expectFolder(what, root);
  const { extensions, ...limits } = options;
  expectList(what, extensions, `endings such as ['${options.kind === 'image' ? '.png' : '.txt'}']`);
  const rules = { ...limits, endings: new Set(extensions.map((ending) => ending.toLowerCase())) };
  return typeof root === 'string' ? imagesInFolder(root, rules) : imagesAmong(root, rules);
}

export function expectFolder(what: string, root: unknown): void {
  const isFolder = typeof root === 'string' || (typeof root === 'object' && root !== null && Symbol.iterator in root);
  expectArgument(what, isFolder, root, 'the path of a folder, or a list of files or URLs');
}

/**
 * Reads a folder with one folder a class into memory: `x` uint8 `[n, channels, height, width]`, each image opened as by `loadImage`, but not
 * inverted unless `invert` says so.
 * @throws what `listImageFolder` and `loadImage` throw, with the path of the image; DataFileError when all together are above the limit.
 */
export async function imageFolder(
  folder: string | ImageEntries,
  options: ImageFolderOptions = {},
): Promise<ArrayDataset> {
  expectFolder('imageFolder', folder);
  expectArgument('imageFolder', typeof options === 'object' && options !== null, options, 'an object with options');
  const {
    limit = 2 ** 30,
    concurrency = 4,
    fileLimit = 64 * 2 ** 20,
    extensions,
    maxFiles,
    maxDepth,
    signal,
    maxPixels,
    ...image
  } = options;
  const pictures = preprocessingOf({
    ...image,
    limit: fileLimit,
    ...(maxPixels !== undefined && { maxPixels }),
    invert: image.invert ?? false,
  });
  expectConcurrency('imageFolder', concurrency);
  const { root, classes, samples } = await listImageFolder(folder, {
    ...(extensions === undefined ? {} : { extensions }),
    ...(maxFiles === undefined ? {} : { maxFiles }),
    ...(maxDepth === undefined ? {} : { maxDepth }),
  });
  const { width, height, channels } = pictures;
  const size = channels * height * width;
  expectRoom(root, samples.length, size, limit);
  const limits = { limit: fileLimit, ...(maxPixels !== undefined && { maxPixels }) };
  const data = new Uint8Array(samples.length * size);
  await severalAtOnce(samples, { concurrency, signal }, async ({ path, source }, index) => {
    data.set((await prepareNamed(source ?? path, path, pictures, limits)).x.data, index * size);
  });
  return {
    name: root,
    length: samples.length,
    classes,
    x: { dtype: 'uint8', shape: [samples.length, channels, height, width], data },
    y: { dtype: 'int32', shape: [samples.length], data: Int32Array.from(samples, ({ label }) => label) },
    pictures,
    licence: 'unknown',
    source: root,
    citation: '',
  };
}
