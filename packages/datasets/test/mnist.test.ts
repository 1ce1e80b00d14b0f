import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadIdxSet } from '../src/builtin/idx-set.ts';
import { MNIST } from '../src/builtin/mnist.ts';
import type { DatasetOptions } from '../src/public/index.ts';
import {
  type ArrayDataset,
  classCounts,
  DataFileError,
  DataFormatError,
  fashionMnist,
  mnist,
  mnistSample,
} from '../src/public/index.ts';
import { folder, idxBytes, rejection, unchecked } from './helpers.ts';

/** The reader of MNIST for files that are not MNIST's: without the hashes. */
const reader = (options: DatasetOptions): Promise<ArrayDataset> => loadIdxSet(unchecked(MNIST), options);

const images = idxBytes(
  [2, 28, 28],
  new Uint8Array(2 * 784).map((_, i) => i % 251),
);
const labels = idxBytes([2], [7, 9]);

describe('mnist from a folder', () => {
  test.each([
    ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte', true],
    ['train-images.idx3-ubyte', 'train-labels.idx1-ubyte', true],
    ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz', true],
    ['t10k-images-idx3-ubyte', 't10k-labels.idx1-ubyte.gz', false],
  ])('reads %s and %s', async (imagesName, labelsName, train) => {
    const pack = (name: string, bytes: Uint8Array): Uint8Array => (name.endsWith('.gz') ? gzipSync(bytes) : bytes);
    const root = folder({ [imagesName]: pack(imagesName, images), [labelsName]: pack(labelsName, labels) });
    const data = await reader({ root, train });
    expect(data).toMatchObject({ name: 'MNIST', length: 2, licence: 'CC BY-SA 3.0' });
    expect(data.x.shape).toEqual([2, 1, 28, 28]);
    expect(Array.from(data.x.data)).toEqual(Array.from(images.subarray(16)));
    expect(data.y).toEqual({ dtype: 'int32', shape: [2], data: Int32Array.of(7, 9) });
  });

  test('finds the folder that torchvision makes', async () => {
    const root = folder({ 'train-images-idx3-ubyte': images, 'train-labels-idx1-ubyte': labels });
    mkdirSync(join(root, 'MNIST', 'raw'), { recursive: true });
    for (const name of ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte']) {
      renameSync(join(root, name), join(root, 'MNIST', 'raw', name));
    }
    expect((await reader({ root })).length).toBe(2);
    expect((await rejection(fashionMnist({ root }))).message).toContain('FashionMNIST: the images file is missing');
  });

  test('a missing file is an error that lists what was looked for, where', async () => {
    const root = folder({ 't10k-images-idx3-ubyte': images });
    const error = await rejection(reader({ root, train: false }));
    expect(error).toBeInstanceOf(DataFileError);
    expect(error.message).toContain(
      `no such file in ${join(root, 'MNIST', 'raw')} or ${root} or ${join(root, 'mnist')}`,
    );
    expect(error.message).toContain(
      't10k-labels-idx1-ubyte, t10k-labels-idx1-ubyte.gz, t10k-labels.idx1-ubyte, t10k-labels.idx1-ubyte.gz',
    );
    expect((await rejection(mnist({ root: '' }))).message).toContain('root is the folder of its files');
  });

  test.each([
    ['images of another size', idxBytes([2, 2, 2], new Uint8Array(8)), labels, 'received: uint8 [2, 2, 2]'],
    ['labels in place of images', labels, labels, 'expected: uint8 [n, 28, 28]'],
    ['images of int8', idxBytes([2, 28, 28], new Uint8Array(2 * 784), 0x09), labels, 'received: int32 [2, 28, 28]'],
    ['too few labels', images, idxBytes([1], [0]), 'expected: uint8 [2], one label for each image'],
    [
      'a label beyond the classes',
      images,
      idxBytes([2], [1, 10]),
      'at byte 9: there is no such class\n  received: label 10 of item 1',
    ],
  ])('%s: DataFormatError', async (_, imageBytes, labelBytes, message) => {
    const root = folder({ 'train-images-idx3-ubyte': imageBytes, 'train-labels-idx1-ubyte': labelBytes });
    const error = await rejection(reader({ root }));
    expect(error).toBeInstanceOf(DataFormatError);
    expect(error.message).toContain(message);
  });

  test('reads the real Fashion-MNIST', async ({ skip }) => {
    const root = process.env['DESCENT_FASHION_MNIST'] ?? '/usr/share/datasets/fashion-mnist';
    skip(!existsSync(root), `no folder ${root}: set DESCENT_FASHION_MNIST or install Debian's dataset-fashion-mnist`);
    const small = await fashionMnist({ root, train: false });
    expect(small.x.shape).toEqual([10_000, 1, 28, 28]);
    expect(classCounts(small)).toEqual(new Array(10).fill(1000));
    const large = await fashionMnist({ root });
    expect(large.length).toBe(60_000);
    expect(Array.from(large.y.data.subarray(0, 10))).toEqual([9, 0, 0, 3, 0, 2, 7, 2, 5, 5]);
  });
});

describe('the embedded MNIST sample', () => {
  let train: ArrayDataset;
  let held: ArrayDataset;
  beforeAll(async () => {
    [train, held] = [await mnistSample({ train: true }), await mnistSample({ train: false })];
  });

  test('is the 8,000 and 2,000 images that the script made', () => {
    expect([train.length, train.x.shape, train.y.shape]).toEqual([8000, [8000, 1, 28, 28], [8000]]);
    expect([held.length, held.x.shape, held.y.shape]).toEqual([2000, [2000, 1, 28, 28], [2000]]);
    const pixels = createHash('sha256').update(train.x.data).update(held.x.data).digest('hex');
    const labels = createHash('sha256')
      .update(Uint8Array.from(train.y.data))
      .update(Uint8Array.from(held.y.data))
      .digest('hex');
    expect(pixels).toBe('810b0ed6ade9913e82941ed2a3f90404410b91ead3d29e497538997b1284ebb6');
    expect(labels).toBe('4663e021b3dde94bed2e94eae249914c2fed449058e9bb7b3a5d8fecefe7d50d');
  });

  test('is stratified, without an image in both parts', () => {
    expect(classCounts(held)).toEqual([200, 225, 198, 206, 196, 173, 203, 214, 189, 196]);
    expect(classCounts(train)).toEqual([801, 902, 793, 826, 784, 690, 811, 856, 755, 782]);
    const hashes = [train, held].flatMap(({ x, length }) =>
      Array.from({ length }, (_, i) =>
        createHash('sha256')
          .update(x.data.subarray(784 * i, 784 * (i + 1)))
          .digest('hex'),
      ),
    );
    expect(new Set(hashes).size).toBe(10_000);
  });

  test('trains on the first part by default and says where it comes from', async () => {
    const byDefault = await mnistSample();
    expect(byDefault.length).toBe(8000);
    expect(byDefault).toMatchObject({ name: 'MNIST sample', licence: 'CC BY-SA 3.0', classes: { length: 10 } });
  });
});
