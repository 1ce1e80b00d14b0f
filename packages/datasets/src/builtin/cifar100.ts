import { expectOptions, ValueError } from '@descent/core';
import type { ArrayDataset } from '../dataset.ts';
import type { DatasetDefinition } from '../definition.ts';
import { CIFAR100_TEST, CIFAR100_TRAIN } from '../known-contents.ts';
import { cifarNeeds, loadCifarSet } from './cifar-set.ts';
import { DATASET_OPTIONS, type DatasetOptions } from './options.ts';
import { photograph } from './pictures.ts';

export interface Cifar100Options extends DatasetOptions {
  /** The 100 classes (`fine`, the default) or the 20 groups of them (`coarse`). */
  readonly labels?: 'fine' | 'coarse';
}

const FINE = `
apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can castle caterpillar cattle
chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant flatfish forest fox girl hamster house kangaroo
keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid otter
palm_tree pear pickup_truck pine_tree plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk
skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor train trout tulip
turtle wardrobe whale willow_tree wolf woman worm
`
  .trim()
  .split(/\s+/);

const COARSE = `
aquatic_mammals fish flowers food_containers fruit_and_vegetables household_electrical_devices household_furniture insects
large_carnivores large_man-made_outdoor_things large_natural_outdoor_scenes large_omnivores_and_herbivores medium_mammals
non-insect_invertebrates people reptiles small_mammals trees vehicles_1 vehicles_2
`
  .trim()
  .split(/\s+/);

const FOLDER = 'cifar-100-binary';
const ITEMS = { train: 50_000, test: 10_000 };

export const CIFAR100: DatasetDefinition = {
  id: 'cifar100',
  name: 'CIFAR100',
  summary: 'small colour photographs of 100 classes in 20 groups, 3 × 32 × 32',
  task: 'classification',
  classes: FINE,
  item: { shape: [3, 32, 32], dtype: 'uint8' },
  pictures: photograph(32),
  items: ITEMS,
  splits: [
    { name: 'fine', classes: FINE, items: ITEMS },
    { name: 'coarse', classes: COARSE, items: ITEMS },
  ],
  licence: 'not stated by the publisher',
  source: 'https://www.cs.toronto.edu/~kriz/cifar.html',
  citation:
    'A. Krizhevsky: Learning multiple layers of features from tiny images. Technical report, University of Toronto, 2009.',
  folder: 'CIFAR100',
  mirrors: ['https://www.cs.toronto.edu/~kriz/', 'https://cave.cs.toronto.edu/kriz/'],
  files: [
    {
      name: 'cifar-100-binary.tar.gz',
      bytes: 168_513_733,
      sha256: '58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec',
      md5: '03b5dce01913d631647c71ecec9e9cb8',
      parts: ['train', 'test'],
      archive: {
        format: 'tar.gz',
        members: [`${FOLDER}/train.bin`, `${FOLDER}/test.bin`],
        unpackedBytes: 200_000_000,
      },
    },
  ],
  needs: cifarNeeds(FOLDER, ['train.bin'], 'test.bin', { train: CIFAR100_TRAIN, test: CIFAR100_TEST }),
};

/** Small colour photographs of 100 classes, in the form of `cifar10` and with the same errors. */
export function cifar100(options: Cifar100Options = {}): Promise<ArrayDataset> {
  expectOptions('CIFAR100', options, [...DATASET_OPTIONS, 'labels']);
  const { labels = 'fine' } = options;
  if (labels !== 'fine' && labels !== 'coarse') {
    throw new ValueError('CIFAR100 has no such labels', { received: String(labels), expected: "'fine' or 'coarse'" });
  }
  const definition = { ...CIFAR100, classes: labels === 'fine' ? FINE : COARSE };
  return loadCifarSet(definition, options, { labels: 2, classes: [20, 100] }, labels === 'fine' ? 1 : 0, ['labels']);
}
