import type { ArrayDataset } from '../dataset.ts';
import type { DatasetDefinition } from '../definition.ts';
import { loadIdxSet, MNIST_NEEDS, mnistFiles } from './idx-set.ts';
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
  files: mnistFiles([
    [9_912_422, '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609'],
    [28_881, '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c'],
    [1_648_877, '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6'],
    [4_542, 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6'],
  ]),
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
