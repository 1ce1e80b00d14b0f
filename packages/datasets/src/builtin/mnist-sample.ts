import { mnistFile } from '#platform/embedded.js';
import type { ArrayDataset } from '../dataset.ts';
import type { DatasetDefinition } from '../definition.ts';
import { DataFormatError } from '../errors.ts';
import { gunzipIfNeeded } from '../sources/gzip.ts';
import { MNIST } from './mnist.ts';
import { type DatasetOptions, resolveOptions } from './options.ts';

// The file holds the labels, one byte each, then the images; the training set comes first.
const IMAGES = 10_000;
const TRAIN_IMAGES = 8_000;
const PIXELS = 28 * 28;

export const MNIST_SAMPLE: DatasetDefinition = {
  ...MNIST,
  id: 'mnist-sample',
  name: 'MNIST sample',
  summary: '10,000 images of MNIST; inside the package',
  items: { train: TRAIN_IMAGES, test: IMAGES - TRAIN_IMAGES },
  mirrors: [],
  files: [],
  needs: [],
};

/**
 * 10,000 real MNIST images that ship with this package, in a fixed split of 8,000 to train and 2,000 to test with the same share of each digit:
 * `x` uint8 `[n, 1, 28, 28]`, white on black, `y` `[n]`, in a mixed order.
 * @throws DataFormatError when the file in the package was damaged.
 */
export async function mnistSample(options: DatasetOptions = {}): Promise<ArrayDataset> {
  const { part, finish } = resolveOptions(MNIST_SAMPLE.name, options);
  const size = IMAGES * (1 + PIXELS);
  const { packed, path } = await mnistFile(size);
  const bytes = await gunzipIfNeeded(packed, size, path);
  if (bytes.length !== size) {
    throw new DataFormatError('the embedded MNIST sample is damaged', {
      file: path,
      offset: bytes.length,
      received: `${bytes.length} bytes`,
      expected: `${size} bytes`,
      fix: 'install @descent/datasets again',
    });
  }
  const [from, to] = part === 'train' ? [0, TRAIN_IMAGES] : [TRAIN_IMAGES, IMAGES];
  const { name, classes, licence, source, citation, pictures } = MNIST_SAMPLE;
  return finish({
    name,
    classes,
    licence,
    source,
    citation,
    ...(pictures !== undefined && { pictures }),
    length: to - from,
    x: {
      dtype: 'uint8',
      shape: [to - from, 1, 28, 28],
      data: bytes.slice(IMAGES + from * PIXELS, IMAGES + to * PIXELS),
    },
    y: { dtype: 'int32', shape: [to - from], data: Int32Array.from(bytes.subarray(from, to)) },
  });
}
