import type { ArrayDataset } from '../dataset.ts';
import type { DatasetDefinition } from '../definition.ts';
import { cosSin } from '../transforms/portable-math.ts';
import { halves, type ToyOptions, toyDefinition, toySet } from './toy-set.ts';

export const MOONS: DatasetDefinition = toyDefinition({
  id: 'moons',
  name: 'Moons',
  summary: 'points of the plane on two half circles that reach into each other; made when asked for',
  classes: ['upper', 'lower'],
  source: 'https://scikit-learn.org/stable/modules/generated/sklearn.datasets.make_moons.html',
  citation: 'F. Pedregosa et al.: Scikit-learn: machine learning in Python. JMLR 12, 2011.',
});

/**
 * Points of two half circles of radius 1 that reach into each other, with noise: `x` float32 `[n, 2]`, `y` `[n]`. Without noise they are those of scikit-learn's
 * `make_moons`. Four fifths are to train, with the same share of each class; `all` gives every point.
 * @throws ValueError for options that are none.
 */
export async function moons(options: ToyOptions = {}): Promise<ArrayDataset> {
  return toySet(MOONS, options, halves, (c, count) => (i) => {
    const [cos, sin] = cosSin((180 * i) / (count - 1));
    return c === 0 ? [cos, sin] : [1 - cos, 0.5 - sin];
  });
}
