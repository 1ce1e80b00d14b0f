import { type NDArray, ValueError } from '@descent/core';
import { type FoundFile, neededFiles } from '#platform/downloads.js';
import type { ArrayDataset } from '../dataset.ts';
import type { DatasetDefinition, NeededFile, RemoteFile } from '../definition.ts';
import { DataFormatError } from '../errors.ts';
import { imagesOf, labelsOf } from '../known-contents.ts';
import type { KnownFile } from '../known-files.ts';
import { readIdx } from '../sources/idx.ts';
import { type DatasetOptions, resolveOptions } from './options.ts';

/** The names of the four files of MNIST and of the sets that took over its form. */
export const MNIST_NAMES: readonly string[] = [
  'train-images-idx3-ubyte.gz',
  'train-labels-idx1-ubyte.gz',
  't10k-images-idx3-ubyte.gz',
  't10k-labels-idx1-ubyte.gz',
];

/** Four known files by these names: images and labels to train, images and labels to test. */
export function idxFiles(names: readonly string[], known: readonly KnownFile[]): readonly RemoteFile[] {
  return known.map(({ what: _, ...file }, i) => ({
    ...file,
    name: names[i] as string,
    parts: [i < 2 ? 'train' : 'test'],
  }));
}

/** The names under which those files are found, gzipped or not. */
export const MNIST_NEEDS: readonly NeededFile[] = (['train', 'test'] as const).flatMap((part) =>
  (['images', 'labels'] as const).map((what): NeededFile => {
    const prefix = part === 'train' ? 'train' : 't10k';
    const rank = what === 'images' ? 3 : 1;
    const names = [`${prefix}-${what}-idx${rank}-ubyte`, `${prefix}-${what}.idx${rank}-ubyte`];
    const items = part === 'train' ? 60_000 : 10_000;
    const contents = what === 'images' ? imagesOf(items) : labelsOf(items, [0, 9]);
    return { what, part, names: names.flatMap((name) => [name, `${name}.gz`]), contents };
  }),
);

export interface IdxReading {
  /** Takes a label of the file to the index of its class. */
  readonly label?: (value: number) => number;
  /** The file's images lie on their side: rows and columns are exchanged. */
  readonly transposed?: boolean;
}

/** Reads a set of 28 × 28 grey images in IDX files. */
export async function loadIdxSet(
  definition: DatasetDefinition,
  options: DatasetOptions,
  reading: IdxReading = {},
  more: readonly string[] = [],
): Promise<ArrayDataset> {
  const { part, ensure, finish } = resolveOptions(definition.name, options, more);
  const files = await neededFiles(definition, part, ensure);
  return finish(await readIdxSet(definition, files, reading));
}

async function readIdxSet(
  definition: DatasetDefinition,
  files: ReadonlyMap<string, FoundFile>,
  { label = (value) => value, transposed = false }: IdxReading,
): Promise<ArrayDataset> {
  const { source: imagesSource, name: imagesFile } = fileOf(definition, files, 'images');
  const { source: labelsSource, name: labelsFile } = fileOf(definition, files, 'labels');
  const [images, labels] = await Promise.all([
    readIdx(imagesSource, { name: imagesFile }),
    readIdx(labelsSource, { name: labelsFile }),
  ]);
  const { name, classes, licence, source, citation, pictures } = definition;
  const fits =
    images.dtype === 'uint8' && images.shape.length === 3 && images.shape[1] === 28 && images.shape[2] === 28;
  expectArray(imagesFile, images, 'uint8 [n, 28, 28]', fits);
  const length = images.shape[0] as number;
  // QMNIST has eight numbers a label, of which the first is the class.
  const columns = labels.shape.length === 2 ? (labels.shape[1] as number) : 1;
  expectArray(
    labelsFile,
    labels,
    `${columns === 1 ? 'uint8' : 'int32'} [${length}], one label for each image`,
    labels.shape.length > 0 &&
      labels.shape.length <= 2 &&
      columns > 0 &&
      labels.shape[0] === length &&
      labels.dtype === (labels.shape.length === 1 ? 'uint8' : 'int32'),
  );
  const y = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    const value = labels.data[i * columns] as number;
    const index = label(value);
    if (!(index >= 0 && index < classes.length)) {
      throw new DataFormatError('there is no such class', {
        file: labelsFile,
        offset: columns === 1 ? 8 + i : 12 + 4 * i * columns,
        received: `label ${value} of item ${i}`,
        expected: `${classes.length} classes, 0 to ${classes.length - 1}`,
      });
    }
    y[i] = index;
  }
  const pixels = images.data as Uint8Array;
  if (transposed) for (let i = 0; i < length; i++) transpose28(pixels.subarray(784 * i, 784 * (i + 1)));
  return {
    name,
    classes,
    licence,
    source,
    citation,
    ...(pictures !== undefined && { pictures }),
    length,
    x: { dtype: 'uint8', shape: [length, 1, 28, 28], data: pixels },
    y: { dtype: 'int32', shape: [length], data: y },
  };
}

function fileOf(definition: DatasetDefinition, files: ReadonlyMap<string, FoundFile>, what: string): FoundFile {
  const found = files.get(what);
  if (found !== undefined) return found;
  throw new ValueError(`${definition.name} does not say which file holds its ${what}`);
}

function expectArray(file: string, array: NDArray, expected: string, fits: boolean): void {
  if (fits) return;
  throw new DataFormatError('the array does not belong in this file', {
    file,
    offset: 0,
    received: `${array.dtype} [${array.shape.join(', ')}]`,
    expected,
  });
}

/** Exchanges rows and columns in place. */
function transpose28(pixels: Uint8Array): void {
  for (let row = 0; row < 28; row++) {
    for (let column = 0; column < row; column++) {
      const swapped = pixels[28 * row + column] as number;
      pixels[28 * row + column] = pixels[28 * column + row] as number;
      pixels[28 * column + row] = swapped;
    }
  }
}
