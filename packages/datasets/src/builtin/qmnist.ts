import type { ArrayDataset } from '../dataset.ts';
import type { DatasetDefinition, NeededFile } from '../definition.ts';
import { loadIdxSet } from './idx-set.ts';
import type { DatasetOptions } from './options.ts';
import { greyDrawing } from './pictures.ts';

const needs: readonly NeededFile[] = (['train', 'test'] as const).flatMap((part) =>
  (['images-idx3-ubyte', 'labels-idx2-int'] as const).map((rest): NeededFile => {
    const name = `qmnist-${part}-${rest}`;
    return { what: rest.slice(0, 6), part, names: [name, `${name}.gz`] };
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
  files: [
    {
      name: 'qmnist-train-images-idx3-ubyte.gz',
      bytes: 9_704_059,
      sha256: '9e26a7bf1683614e065d7b76460ccd52807165b3f22561fb782bd9f38c52b51d',
      parts: ['train'],
    },
    {
      name: 'qmnist-train-labels-idx2-int.gz',
      bytes: 463_024,
      sha256: '2c05dc77f6b916b38e455e97ab129a42a444f3dbef09b278a366f82904e0dd9f',
      parts: ['train'],
    },
    {
      name: 'qmnist-test-images-idx3-ubyte.gz',
      bytes: 9_742_279,
      sha256: '43fc22bf7498b8fc98de98369d72f752d0deabc280a43a7bcc364ab19e57b375',
      parts: ['test'],
    },
    {
      name: 'qmnist-test-labels-idx2-int.gz',
      bytes: 526_800,
      sha256: '9fbcbe594c3766fdf4f0b15c5165dc0d1e57ac604e01422608bb72c906030d06',
      parts: ['test'],
    },
  ],
  needs,
};

/**
 * MNIST rebuilt from its source, 60,000 and 60,000 digits in the form of `mnist` and with the same errors; the first 10,000 test digits are
 * MNIST's. Only the class of each label is kept, not the writer.
 */
export function qmnist(options: DatasetOptions = {}): Promise<ArrayDataset> {
  return loadIdxSet(QMNIST, options);
}
