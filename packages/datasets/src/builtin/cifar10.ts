import { type ArrayDataset, classCounts } from '../dataset.ts';
import type { DatasetDefinition } from '../definition.ts';
import { DataFormatError } from '../errors.ts';
import { CIFAR10_TEST, CIFAR10_TRAIN } from '../known-contents.ts';
import { cifarNeeds, loadCifarSet } from './cifar-set.ts';
import type { DatasetOptions } from './options.ts';
import { photograph } from './pictures.ts';

const FOLDER = 'cifar-10-batches-bin';
const TRAIN = [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`);

export const CIFAR10: DatasetDefinition = {
  id: 'cifar10',
  name: 'CIFAR10',
  summary: 'small colour photographs, 3 × 32 × 32',
  task: 'classification',
  classes: ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'],
  item: { shape: [3, 32, 32], dtype: 'uint8' },
  pictures: photograph(32),
  items: { train: 50_000, test: 10_000 },
  licence: 'not stated by the publisher',
  source: 'https://www.cs.toronto.edu/~kriz/cifar.html',
  citation:
    'A. Krizhevsky: Learning multiple layers of features from tiny images. Technical report, University of Toronto, 2009.',
  folder: 'CIFAR10',
  mirrors: ['https://www.cs.toronto.edu/~kriz/', 'https://cave.cs.toronto.edu/kriz/'],
  files: [
    {
      name: 'cifar-10-binary.tar.gz',
      bytes: 170_052_171,
      sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
      md5: 'c32a1d4ab5d03f1284b67883e8d87530',
      parts: ['train', 'test'],
      archive: {
        format: 'tar.gz',
        members: [...TRAIN, 'test_batch.bin'].map((name) => `${FOLDER}/${name}`),
        unpackedBytes: 200_000_000,
      },
    },
  ],
  needs: cifarNeeds(FOLDER, TRAIN, 'test_batch.bin', { train: CIFAR10_TRAIN, test: CIFAR10_TEST }),
};

/**
 * 50,000 small colour photographs to train and 10,000 to test: `x` uint8 `[n, 3, 32, 32]`, red, green, blue, `y` `[n]`. From the binary version.
 * @throws DataFileError when a file is missing and `download` is off, DownloadError when no mirror has it, DataFormatError when one is corrupt.
 */
export async function cifar10(options: DatasetOptions = {}): Promise<ArrayDataset> {
  const data = await loadCifarSet(CIFAR10, options, { labels: 1, classes: [10] }, 0);
  if (data.length === CIFAR10.items.train) expectEqualShares(data);
  return data;
}

/** Throws unless there are 5,000 of each class: one of the five files may be there twice, or be the test file. */
function expectEqualShares(data: ArrayDataset): void {
  const counts = classCounts(data);
  if (counts.every((count) => count === 5_000)) return;
  throw new DataFormatError('the five training files do not belong together', {
    path: CIFAR10.name,
    received: `${counts.join(', ')} items of the classes`,
    expected: '5,000 of each: data_batch_1.bin to data_batch_5.bin, each once',
    fix: 'give each file its own name again, or move them away and pass download: true',
  });
}
