import { ValueError } from '@descent/core';
import { checkedImageOptions, type LoadImageOptions, loadImage } from '../image/load-image.ts';
import type { ImageFolder } from '../sources/image-folder.ts';
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
  const { fileLimit = 64 * 2 ** 20, ...image } = options;
  const open = checkedImageOptions({ ...image, invert: image.invert ?? false, limit: fileLimit });
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
    sample: { dtype: 'uint8', shape: [open.channels, open.height, open.width] },
    target: 'int32',
    async get(index, signal) {
      const { path, label } = at(index);
      signal?.throwIfAborted();
      const { dtype, shape, data } = await loadImage(path, open);
      return { x: { dtype, shape: shape.slice(1), data }, y: label };
    },
    describe(index) {
      const { path, label } = samples[index] ?? { path: '?', label: -1 };
      return `${path}, class ${classes[label] ?? '?'}`;
    },
    recipe: { kind: 'imageFiles', folder: { root, classes, samples }, options },
  };
}
