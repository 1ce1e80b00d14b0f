import type { ArrayDataset } from '../dataset.ts';
import type { DatasetDefinition } from '../definition.ts';
import { FASHION_MNIST_FILES } from '../known-files.ts';
import { idxFiles, loadIdxSet, MNIST_NAMES, MNIST_NEEDS } from './idx-set.ts';
import type { DatasetOptions } from './options.ts';
import { greyDrawing } from './pictures.ts';

export const FASHION_MNIST: DatasetDefinition = {
  id: 'fashion-mnist',
  name: 'FashionMNIST',
  summary: 'articles of clothing, 28 × 28 grey',
  task: 'classification',
  classes: ['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'],
  item: { shape: [1, 28, 28], dtype: 'uint8' },
  pictures: greyDrawing(28),
  items: { train: 60_000, test: 10_000 },
  licence: 'MIT',
  source: 'https://github.com/zalandoresearch/fashion-mnist',
  citation:
    'H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms. arXiv:1708.07747, 2017.',
  folder: 'FashionMNIST/raw',
  mirrors: [
    'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
    'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
  ],
  files: idxFiles(MNIST_NAMES, FASHION_MNIST_FILES),
  needs: MNIST_NEEDS,
};

/** Articles of clothing, 60,000 and 10,000, in the form of `mnist` and with the same errors. */
export function fashionMnist(options: DatasetOptions = {}): Promise<ArrayDataset> {
  return loadIdxSet(FASHION_MNIST, options);
}
