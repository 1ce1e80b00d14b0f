import type { ArrayDataset } from '../dataset.ts';
import type { DatasetDefinition, NeededFile } from '../definition.ts';
import { imagesOf } from '../known-contents.ts';
import { QMNIST_FILES } from '../known-files.ts';
import { idxFiles, loadIdxSet } from './idx-set.ts';
import type { DatasetOptions } from './options.ts';
import { greyDrawing } from './pictures.ts';

const PARTS = ['train', 'test'] as const;
const FILES = ['images-idx3-ubyte', 'labels-idx2-int'] as const;

const needs: readonly NeededFile[] = PARTS.flatMap((part) =>
  FILES.map((rest): NeededFile => {
    const name = `qmnist-${part}-${rest}`;
    const what = rest.slice(0, 6);
    // The hashes of the labels are known, packed and unpacked.
    return { what, part, names: [name, `${name}.gz`], ...(what === 'images' && { contents: imagesOf(60_000) }) };
  }),
);

export const QMNIST: DatasetDefinition = {
  id: 'qmnist',
  name: 'QMNIST',
  summary: 'MNIST rebuilt from its source, with the 50,000 test digits that MNIST left out',
  task: 'classification',
  classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  item: { shape: [1, 28, 28], dtype: 'uint8' },
  pictures: greyDrawing(28),
  items: { train: 60_000, test: 60_000 },
  licence: 'BSD 3-Clause',
  source: 'https://github.com/facebookresearch/qmnist',
  citation: 'C. Yadav, L. Bottou: Cold case: the lost MNIST digits. NeurIPS 32, 2019.',
  folder: 'QMNIST/raw',
  mirrors: ['https://raw.githubusercontent.com/facebookresearch/qmnist/master/'],
  files: idxFiles(
    PARTS.flatMap((part) => FILES.map((rest) => `qmnist-${part}-${rest}.gz`)),
    QMNIST_FILES,
  ),
  needs,
};

/**
 * MNIST rebuilt from its source, 60,000 and 60,000 digits in the form of `mnist` and with the same errors; the first 10,000 test digits are
 * MNIST's. Only the class of each label is kept, not the writer.
 */
export function qmnist(options: DatasetOptions = {}): Promise<ArrayDataset> {
  return loadIdxSet(QMNIST, options);
}
