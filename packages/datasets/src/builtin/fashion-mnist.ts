import type { ArrayDataset } from '../dataset.ts';
import type { DatasetDefinition } from '../definition.ts';
import { loadIdxSet, MNIST_NEEDS, mnistFiles } from './idx-set.ts';
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
  files: mnistFiles([
    [26_421_880, '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84'],
    [29_515, 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845'],
    [4_422_102, '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073'],
    [5_148, '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5'],
  ]),
  needs: MNIST_NEEDS,
};

/** Articles of clothing, 60,000 and 10,000, in the form of `mnist` and with the same errors. */
export function fashionMnist(options: DatasetOptions = {}): Promise<ArrayDataset> {
  return loadIdxSet(FASHION_MNIST, options);
}
