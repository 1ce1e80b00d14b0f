import type { ArrayDataset } from '../dataset.ts';
import type { DatasetDefinition } from '../definition.ts';
import { loadIdxSet, MNIST_NEEDS, mnistFiles } from './idx-set.ts';
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
  files: mnistFiles([
    [18_165_135, '51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4'],
    [29_497, 'e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17'],
    [3_041_136, 'edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5'],
    [5_120, '20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c'],
  ]),
  needs: MNIST_NEEDS,
};

/** Cursive Japanese characters, 60,000 and 10,000, in the form of `mnist` and with the same errors. */
export function kmnist(options: DatasetOptions = {}): Promise<ArrayDataset> {
  return loadIdxSet(KMNIST, options);
}
