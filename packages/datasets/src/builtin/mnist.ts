import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { type NDArray, ValueError } from '@descent/core';
import type { ArrayDataset } from '../dataset.ts';
import { DataFileError, DataFormatError } from '../errors.ts';
import { readIdx } from '../sources/idx.ts';

export interface MnistOptions {
  /** The folder with the IDX files, or the `root` of torchvision above it. */
  readonly root: string;
  /** The 60,000 training images (the default) or the 10,000 test images. */
  readonly train?: boolean;
}

/** What tells one set of the MNIST family from another. */
type Description = Pick<ArrayDataset, 'name' | 'classes' | 'licence' | 'source' | 'citation'>;

export const MNIST: Description = {
  name: 'MNIST',
  classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  licence: 'CC BY-SA 3.0',
  source: 'http://yann.lecun.com/exdb/mnist/',
  citation:
    'Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document recognition. Proceedings of the IEEE 86(11), 1998.',
};

const FASHION_MNIST: Description = {
  name: 'FashionMNIST',
  classes: ['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'],
  licence: 'MIT',
  source: 'https://github.com/zalandoresearch/fashion-mnist',
  citation:
    'H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms. arXiv:1708.07747, 2017.',
};

/**
 * Handwritten digits from a folder of the four IDX files, gzipped or not: `x` uint8 `[n, 1, 28, 28]`, white on black, `y` `[n]`.
 * @throws DataFileError with the names it looked for when a file is missing.
 * @throws DataFormatError when a file is corrupt or is not what its name says.
 */
export function mnist(options: MnistOptions): Promise<ArrayDataset> {
  return readMnistFolder(MNIST, options);
}

/** Articles of clothing in the format of `mnist`, with the same errors. */
export function fashionMnist(options: MnistOptions): Promise<ArrayDataset> {
  return readMnistFolder(FASHION_MNIST, options);
}

async function readMnistFolder(description: Description, { root, train = true }: MnistOptions): Promise<ArrayDataset> {
  if (typeof root !== 'string' || root === '') {
    throw new ValueError(`${description.name}: root is the folder of its files`, {
      received: String(root),
      expected: "a path, such as { root: 'data/mnist' }",
    });
  }
  const prefix = train ? 'train' : 't10k';
  const imagesFile = await findFile(description.name, root, prefix, 'images', 3);
  const labelsFile = await findFile(description.name, root, prefix, 'labels', 1);
  const [images, labels] = await Promise.all([readIdx(imagesFile), readIdx(labelsFile)]);
  expectArray(
    imagesFile,
    images,
    '[n, 28, 28]',
    images.shape.length === 3 && images.shape[1] === 28 && images.shape[2] === 28,
  );
  const length = images.shape[0] as number;
  expectArray(
    labelsFile,
    labels,
    `[${length}], one label for each image`,
    labels.shape.length === 1 && labels.shape[0] === length,
  );
  const wrong = labels.data.findIndex((label) => label >= description.classes.length);
  if (wrong >= 0) {
    throw new DataFormatError('there is no such class', {
      file: labelsFile,
      offset: 8 + wrong,
      received: `label ${labels.data[wrong]} of item ${wrong}`,
      expected: `0 to ${description.classes.length - 1}`,
    });
  }
  return {
    ...description,
    length,
    x: { dtype: 'uint8', shape: [length, 1, 28, 28], data: images.data as Uint8Array },
    y: { dtype: 'int32', shape: [length], data: Int32Array.from(labels.data) },
  };
}

async function findFile(set: string, root: string, prefix: string, what: string, rank: number): Promise<string> {
  const folders = [root, join(root, set, 'raw')];
  const names = [`${prefix}-${what}-idx${rank}-ubyte`, `${prefix}-${what}.idx${rank}-ubyte`].flatMap((name) => [
    name,
    `${name}.gz`,
  ]);
  for (const path of folders.flatMap((folder) => names.map((name) => join(folder, name)))) {
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  throw new DataFileError(`${set}: the ${what} file is missing`, {
    received: `no such file in ${folders.join(' or ')}`,
    expected: `one of ${names.join(', ')}`,
    fix: 'point root at the folder that holds the four IDX files; mnistSample() needs no files',
  });
}

function expectArray(file: string, array: NDArray, expected: string, fits: boolean): void {
  if (fits && array.dtype === 'uint8') return;
  throw new DataFormatError('the array does not belong in this file', {
    file,
    offset: 0,
    received: `${array.dtype} [${array.shape.join(', ')}]`,
    expected: `uint8 ${expected}`,
  });
}
