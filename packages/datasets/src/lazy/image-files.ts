import { ValueError } from '@descent/core';
import { expectArgument } from '../arguments.ts';
import type { LoadImageOptions } from '../image/load-image.ts';
import { prepareNamed, preprocessingOf } from '../image/prepare-image.ts';
import type { ImageFolder } from '../sources/image-entries.ts';
import type { LazyDataset } from './lazy-dataset.ts';

export interface ImageFilesOptions extends Omit<LoadImageOptions, 'limit'> {
  /** The most bytes of one file. Default 64 MiB. */
  readonly fileLimit?: number;
}

/**
 * The images of a folder as a dataset that opens each when it is asked for: items uint8 `[channels, height, width]`, by `loadImage`, not inverted unless
 * `invert` says so. For a part, give it a part of `folder.samples`.
 * @throws ValueError for a bad option or a label without a class; `get` throws what `loadImage` does.
 */
export function imageFiles(folder: ImageFolder, options: ImageFilesOptions = {}): LazyDataset {
  const isFolder = Array.isArray(folder?.samples) && Array.isArray(folder.classes);
  expectArgument(
    'imageFiles',
    isFolder,
    folder,
    'what listImageFolder(path) gives',
    'await listImageFolder(path) first',
  );
  expectArgument('imageFiles', typeof options === 'object' && options !== null, options, 'an object with options');
  const { fileLimit = 64 * 2 ** 20, maxPixels, ...image } = options;
  const limits = { limit: fileLimit, ...(maxPixels !== undefined && { maxPixels }) };
  const pictures = preprocessingOf({ ...image, ...limits, invert: image.invert ?? false });
  const { root, classes, samples } = folder;
  const stray = samples.find(({ label }) => classes[label] === undefined);
  if (stray !== undefined) {
    throw new ValueError('imageFiles: a label names no class', {
      path: stray.path,
      received: String(stray.label),
      expected: `0 to ${classes.length - 1}`,
    });
  }
  const at = (index: number): ImageFolder['samples'][number] => {
    const sample = samples[index];
    if (sample !== undefined) return sample;
    throw new ValueError(`${root} has no image ${index}`, { expected: `0 to ${samples.length - 1}` });
  };
  return {
    name: root,
    length: samples.length,
    classes,
    sample: { dtype: 'uint8', shape: [pictures.channels, pictures.height, pictures.width] },
    target: 'int32',
    pictures,
    async get(index, signal) {
      const { path, label, source } = at(index);
      signal?.throwIfAborted();
      return { x: (await prepareNamed(source ?? path, path, pictures, limits)).x, y: label };
    },
    describe(index) {
      const { path, label } = samples[index] ?? { path: '?', label: -1 };
      return `${path}, class ${classes[label] ?? '?'}`;
    },
    // Files that the user chose and URLs do not travel to threads.
    ...(samples.every(({ source }) => source === undefined) && {
      recipe: { kind: 'imageFiles', folder: { root, classes, samples }, options },
    }),
  };
}
