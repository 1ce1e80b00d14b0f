import type { ArrayDataset } from '../dataset.ts';
import type { DatasetDefinition } from '../definition.ts';
import { MNIST_FILES } from '../known-files.ts';
import { idxFiles, loadIdxSet, MNIST_NAMES, MNIST_NEEDS } from './idx-set.ts';
import type { DatasetOptions } from './options.ts';
import { greyDrawing } from './pictures.ts';

export const MNIST: DatasetDefinition = {
  id: 'mnist',
  name: 'MNIST',
  summary: 'handwritten digits, 28 × 28 grey, white on black',
  task: 'classification',
  classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  item: { shape: [1, 28, 28], dtype: 'uint8' },
  pictures: greyDrawing(28),
  items: { train: 60_000, test: 10_000 },
  licence: 'CC BY-SA 3.0',
  source: 'http://yann.lecun.com/exdb/mnist/',
  citation:
    'Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document recognition. Proceedings of the IEEE 86(11), 1998.',
  folder: 'MNIST/raw',
  mirrors: ['https://ossci-datasets.s3.amazonaws.com/mnist/', 'https://storage.googleapis.com/cvdf-datasets/mnist/'],
  files: idxFiles(MNIST_NAMES, MNIST_FILES),
  needs: MNIST_NEEDS,
};

/**
 * 60,000 handwritten digits to train and 10,000 to test: `x` uint8 `[n, 1, 28, 28]`, white on black, `y` `[n]`. The four IDX files may be gzipped or not.
 * @throws DataFileError with the names it looked for when a file is missing and `download` is off, DownloadError when no mirror has it.
 * @throws DataFormatError when a file is corrupt or is not what its name says.
 */
export function mnist(options: DatasetOptions = {}): Promise<ArrayDataset> {
  return loadIdxSet(MNIST, options);
}
