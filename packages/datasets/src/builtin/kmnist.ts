import type { ArrayDataset } from '../dataset.ts';
import type { DatasetDefinition } from '../definition.ts';
import { KMNIST_FILES } from '../known-files.ts';
import { idxFiles, loadIdxSet, MNIST_NAMES, MNIST_NEEDS } from './idx-set.ts';
import type { DatasetOptions } from './options.ts';
import { greyDrawing } from './pictures.ts';

export const KMNIST: DatasetDefinition = {
  id: 'kmnist',
  name: 'KMNIST',
  summary: 'cursive Japanese characters (Kuzushiji), 28 × 28 grey',
  task: 'classification',
  classes: ['o', 'ki', 'su', 'tsu', 'na', 'ha', 'ma', 'ya', 're', 'wo'],
  item: { shape: [1, 28, 28], dtype: 'uint8' },
  pictures: greyDrawing(28),
  items: { train: 60_000, test: 10_000 },
  licence: 'CC BY-SA 4.0',
  source: 'http://codh.rois.ac.jp/kmnist/',
  citation:
    'T. Clanuwat, M. Bober-Irizar, A. Kitamoto, A. Lamb, K. Yamamoto, D. Ha: Deep learning for classical Japanese literature. arXiv:1812.01718, 2018.',
  folder: 'KMNIST/raw',
  mirrors: ['http://codh.rois.ac.jp/kmnist/dataset/kmnist/', 'https://codh.rois.ac.jp/kmnist/dataset/kmnist/'],
  files: idxFiles(MNIST_NAMES, KMNIST_FILES),
  needs: MNIST_NEEDS,
};

/** Cursive Japanese characters, 60,000 and 10,000, in the form of `mnist` and with the same errors. */
export function kmnist(options: DatasetOptions = {}): Promise<ArrayDataset> {
  return loadIdxSet(KMNIST, options);
}
