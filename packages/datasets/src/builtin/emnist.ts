import { expectOptions, ValueError } from '@descent/core';
import type { ArrayDataset } from '../dataset.ts';
import type { DatasetDefinition, NeededFile, SplitDefinition } from '../definition.ts';
import { EMNIST_SPLITS, type EmnistSplit, imagesOf, labelsOf } from '../known-contents.ts';
import { loadIdxSet } from './idx-set.ts';
import { DATASET_OPTIONS, type DatasetOptions } from './options.ts';
import { greyDrawing } from './pictures.ts';

export interface EmnistOptions extends DatasetOptions {
  /** Default `balanced`. */
  readonly split?: EmnistSplit;
}

const DIGITS = [...'0123456789'];
const UPPER = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const LOWER = [...'abcdefghijklmnopqrstuvwxyz'];
// Letters whose small form looks like the capital share its class in these splits.
const MERGED = [...DIGITS, ...UPPER, ...'abdefghnqrt'];

const PARTS = ['train', 'test'] as const;
const member = (split: string, part: string, rest: string): string => `gzip/emnist-${split}-${part}-${rest}.gz`;
const FILES = ['images-idx3-ubyte', 'labels-idx1-ubyte'] as const;

function needs(split: EmnistSplit): readonly NeededFile[] {
  const { labels, ...items } = EMNIST_SPLITS[split];
  return PARTS.flatMap((part) =>
    FILES.map((rest): NeededFile => {
      const packed = member(split, part, rest);
      const name = packed.slice('gzip/'.length, -'.gz'.length);
      const what = rest.slice(0, 6);
      const contents = what === 'images' ? imagesOf(items[part]) : labelsOf(items[part], labels);
      return { what, part, names: [packed, name, `${name}.gz`], contents };
    }),
  );
}

const CLASSES: Readonly<Record<EmnistSplit, readonly string[]>> = {
  balanced: MERGED,
  byclass: [...DIGITS, ...UPPER, ...LOWER],
  bymerge: MERGED,
  letters: LOWER,
  digits: DIGITS,
  mnist: DIGITS,
};

const SPLITS: readonly (Required<SplitDefinition> & { readonly name: EmnistSplit })[] = (
  Object.keys(CLASSES) as EmnistSplit[]
).map((name) => {
  const { train, test } = EMNIST_SPLITS[name];
  return { name, classes: CLASSES[name], items: { train, test }, needs: needs(name) };
});

export const EMNIST: DatasetDefinition = {
  id: 'emnist',
  name: 'EMNIST',
  summary: 'handwritten letters and digits in six splits, 28 × 28 grey, white on black',
  task: 'classification',
  classes: MERGED,
  item: { shape: [1, 28, 28], dtype: 'uint8' },
  pictures: greyDrawing(28),
  items: { train: 112_800, test: 18_800 },
  splits: SPLITS,
  licence: 'not stated by the publisher; derived from NIST Special Database 19',
  source: 'https://www.nist.gov/itl/products-and-services/emnist-dataset',
  citation:
    'G. Cohen, S. Afshar, J. Tapson, A. van Schaik: EMNIST: an extension of MNIST to handwritten letters. arXiv:1702.05373, 2017.',
  folder: 'EMNIST/raw',
  mirrors: [],
  files: [
    {
      name: 'gzip.zip',
      bytes: 561_753_746,
      sha256: 'fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e',
      md5: '58c8d27c78d21e728a6bc7b3cc06412e',
      parts: ['train', 'test'],
      urls: [
        'https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip',
        'https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/gzip.zip',
      ],
      archive: {
        format: 'zip',
        members: SPLITS.flatMap(({ name }) => PARTS.flatMap((part) => FILES.map((rest) => member(name, part, rest)))),
        // Its members are gzip files, which do not shrink much.
        unpackedBytes: 700_000_000,
      },
    },
  ],
  needs: needs('balanced'),
};

/**
 * Handwritten characters in the split of that name, in the form of `mnist` and with the same errors: images upright (the files have them on their
 * side), the classes of `letters` counted from 0 (the files count from 1). One download of 562 MB holds all splits.
 */
export function emnist(options: EmnistOptions = {}): Promise<ArrayDataset> {
  expectOptions('EMNIST', options, [...DATASET_OPTIONS, 'split']);
  const { split = 'balanced' } = options;
  const found = SPLITS.find(({ name }) => name === split);
  if (found === undefined) {
    throw new ValueError('EMNIST has no such split', {
      received: String(split),
      expected: SPLITS.map(({ name }) => name).join(', '),
    });
  }
  const definition = {
    ...EMNIST,
    name: `EMNIST ${split}`,
    classes: found.classes,
    items: found.items,
    needs: found.needs,
  };
  return loadIdxSet(
    definition,
    options,
    { transposed: true, ...(split === 'letters' ? { label: (value: number) => value - 1 } : {}) },
    ['split'],
  );
}
