import { expectOptions } from '@descent/core';
import { expectArgument } from '../arguments.ts';
import type { Table } from '../sources/table.ts';
import { textFolder } from '../text/text-folder.ts';

export interface ImdbOptions {
  /** The folder `aclImdb` of the unpacked archive, with `train` and `test` in it. */
  readonly root: string;
  /** The reviews to train on (the default) or those to test on. */
  readonly train?: boolean;
}

/**
 * The film reviews of Maas et al. 2011 from their unpacked archive: a table with the columns `text`, `label`, which is `neg` or `pos`, and `path`; 25,000 rows each
 * to train and to test on, sorted by path, so shuffle them. It is not fetched: `https://ai.stanford.edu/~amaas/data/sentiment/` publishes no hash.
 * @throws what `textFolder` does.
 */
export async function imdb(options: ImdbOptions): Promise<Table> {
  expectOptions('imdb', options, ['root', 'train']);
  const { root, train = true } = options;
  expectArgument('imdb: root', typeof root === 'string' && root !== '', root, 'the path of the folder aclImdb');
  expectArgument('imdb: train', typeof train === 'boolean', train, 'true or false');
  const part = `${root.replace(/[\\/]+$/, '')}/${train ? 'train' : 'test'}`;
  return textFolder(part, { classes: ['neg', 'pos'] });
}
