import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { expectOptions, ValueError } from '@descent/core';
import { expectArgument, expectList } from '../arguments.ts';
import type { ArrayDataset } from '../dataset.ts';
import { DataFileError } from '../errors.ts';
import type { LoadImageOptions } from '../image/load-image.ts';
import { prepareImage, preprocessingOf } from '../image/prepare-image.ts';
import { reason } from './file.ts';

/** The images of a folder with one folder a class, by path; nothing is opened yet. A plain value. */
export interface ImageFolder {
  readonly root: string;
  /** The names of the folders, sorted. */
  readonly classes: readonly string[];
  /** Sorted by path; `label` is the index of the class. */
  readonly samples: readonly { readonly path: string; readonly label: number }[];
}

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
 * and other endings are left out.
 * @throws DataFileError when the folder cannot be read, has no class, a class has no image, or there are too many.
 */
export async function listImageFolder(root: string, options: ListImageFolderOptions = {}): Promise<ImageFolder> {
  expectArgument('listImageFolder', typeof root === 'string', root, 'the path of a folder');
  expectOptions('listImageFolder', options, ['extensions', 'maxFiles', 'maxDepth']);
  const { extensions = EXTENSIONS, maxFiles = 10_000_000, maxDepth = 16 } = options;
  expectList('listImageFolder', extensions, "endings such as ['.png']");
  const endings = new Set(extensions.map((ending) => ending.toLowerCase()));
  const entries = await list(root);
  const classes = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  if (classes.length === 0) {
    throw new DataFileError('the image folder has no classes', {
      file: root,
      received: `${entries.length} files and no folder`,
      expected: 'one folder for each class, with its images inside',
    });
  }
  const samples: { path: string; label: number }[] = [];
  const walk = async (folder: string, label: number, depth: number): Promise<void> => {
    for (const entry of await list(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (depth >= maxDepth) throw tooMuch(folder, `folders more than ${maxDepth} deep`, 'maxDepth');
        await walk(path, label, depth + 1);
      } else if (endings.has(extname(entry.name).toLowerCase()) && (entry.isFile() || (await isFileLink(path)))) {
        if (samples.length >= maxFiles) throw tooMuch(root, `more than ${maxFiles} images`, 'maxFiles');
        samples.push({ path, label });
      }
    }
  };
  for (let label = 0; label < classes.length; label++) {
    const folder = join(root, classes[label] as string);
    const before = samples.length;
    await walk(folder, label, 1);
    if (samples.length > before) continue;
    throw new DataFileError('a class has no images', {
      file: folder,
      received: 'no file with a known ending',
      expected: [...endings].join(', '),
      fix: 'remove the folder, or name the ending in extensions',
    });
  }
  return { root, classes, samples };
}

/**
 * Reads a folder with one folder a class into memory: `x` uint8 `[n, channels, height, width]`, each image opened as by `loadImage`, but not
 * inverted unless `invert` says so.
 * @throws what `listImageFolder` and `loadImage` throw, with the path of the image; DataFileError when all together are above the limit.
 */
export async function imageFolder(root: string, options: ImageFolderOptions = {}): Promise<ArrayDataset> {
  expectArgument('imageFolder', typeof root === 'string', root, 'the path of a folder');
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
  const { classes, samples } = await listImageFolder(root, {
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
        const { path } = samples[index] as (typeof samples)[number];
        data.set((await prepareImage(path, pictures, limits)).x.data, index * size);
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

async function list(folder: string): Promise<import('node:fs').Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new DataFileError('the folder cannot be read', { file: folder, received: reason(cause), cause });
  });
  // By code units, not by the language of the machine.
  return entries.filter(({ name }) => !name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function isFileLink(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isFile(),
    () => false,
  );
}

function tooMuch(file: string, received: string, option: string): DataFileError {
  return new DataFileError('the image folder is too large', {
    file,
    received,
    fix: `raise ${option} if this is meant`,
  });
}
