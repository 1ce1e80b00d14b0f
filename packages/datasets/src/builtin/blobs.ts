import type { ArrayDataset } from '../dataset.ts';
import type { DatasetDefinition } from '../definition.ts';
import { type ToyOptions, toyDefinition, toySet } from './toy-set.ts';

/** The corners of a triangle: none of its classes can be told by one coordinate alone. */
const CENTERS: readonly (readonly [number, number])[] = [
  [0, 1],
  [-1, -0.5],
  [1, -0.5],
];

export const BLOBS: DatasetDefinition = toyDefinition({
  id: 'blobs',
  name: 'Blobs',
  summary: 'points of the plane round three centres; made when asked for',
  classes: ['top', 'left', 'right'],
  source: 'https://scikit-learn.org/stable/modules/generated/sklearn.datasets.make_blobs.html',
  citation: 'F. Pedregosa et al.: Scikit-learn: machine learning in Python. JMLR 12, 2011.',
});

/**
 * Points round the three centres (0, 1), (−1, −0.5) and (1, −0.5), as far as the noise takes them: `x` float32 `[n, 2]`, `y` `[n]`. They are spread as by
 * scikit-learn's `make_blobs(centers=…, cluster_std=noise)`. Four fifths are to train, with the same share of each class; `all` gives every point.
 * @throws ValueError for options that are none.
 */
export async function blobs(options: ToyOptions = {}): Promise<ArrayDataset> {
  return toySet(BLOBS, options, thirds, (c) => () => CENTERS[c] as readonly [number, number]);
}

/** As many points of each class, and one more of the first ones where some are left over, as with scikit-learn. */
function thirds(samples: number): readonly number[] {
  const least = Math.floor(samples / CENTERS.length);
  return CENTERS.map((_, c) => least + (c < samples % CENTERS.length ? 1 : 0));
}
