import { expectOptions, ValueError } from '@descent/core';
import { imagesInFolder } from '#platform/folders.js';
import { expectArgument, expectList } from '../arguments.ts';
import type { ArrayDataset } from '../dataset.ts';
import { DataFileError } from '../errors.ts';
import type { LoadImageOptions } from '../image/load-image.ts';
import { prepareNamed, preprocessingOf } from '../image/prepare-image.ts';
import { type ImageEntries, type ImageFolder, imagesAmong } from './image-entries.ts';

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

const EXTENSIONS = ['.png', '.jpg', '.jpeg', '.webp'];

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
  const { extensions = EXTENSIONS, maxFiles = 10_000_000, maxDepth = 16 } = options;
  expectList('listImageFolder', extensions, "endings such as ['.png']");
  const rules = { endings: new Set(extensions.map((ending) => ending.toLowerCase())), maxFiles, maxDepth };
  return typeof root === 'string' ? imagesInFolder(root, rules) : imagesAmong(root, rules);
}

function expectFolder(what: string, root: unknown): void {
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
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new ValueError('imageFolder: concurrency is a number of images', { received: String(concurrency) });
  }
  const { root, classes, samples } = await listImageFolder(folder, {
    ...(extensions === undefined ? {} : { extensions }),
    ...(maxFiles === undefined ? {} : { maxFiles }),
    ...(maxDepth === undefined ? {} : { maxDepth }),
  });
  const { width, height, channels } = pictures;
  const size = channels * height * width;
  if (samples.length * size > limit) {
    throw new DataFileError('the images do not fit into memory', {
      file: root,
      received: `${samples.length} images of ${size} bytes`,
      expected: `at most ${limit} bytes`,
      fix: 'make them smaller with width and height, or raise limit',
    });
  }
  const limits = { limit: fileLimit, ...(maxPixels !== undefined && { maxPixels }) };
  const data = new Uint8Array(samples.length * size);
  let next = 0;
  const failures: { readonly index: number; readonly error: unknown }[] = [];
  const work = async (): Promise<void> => {
    while (next < samples.length && failures.length === 0) {
      const index = next++;
      try {
        signal?.throwIfAborted();
        const { path, source } = samples[index] as (typeof samples)[number];
        data.set((await prepareNamed(source ?? path, path, pictures, limits)).x.data, index * size);
      } catch (error) {
        // Those before it were begun before it, and are waited for: so it is the first in order that is told, whatever the timing.
        failures.push({ index, error });
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  const [first] = failures.sort((a, b) => a.index - b.index);
  if (first !== undefined) throw first.error;
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
