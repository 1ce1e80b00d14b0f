import type { ArrayDataset } from '../dataset.ts';
import type { DatasetDefinition } from '../definition.ts';
import { cosSin } from '../transforms/portable-math.ts';
import { halves, type ToyOptions, toyDefinition, toySet } from './toy-set.ts';

const RADII: readonly number[] = [1, 0.5];

export const CIRCLES: DatasetDefinition = toyDefinition({
  id: 'circles',
  name: 'Circles',
  summary: 'points of the plane on a circle and on one inside it; made when asked for',
  classes: ['outer', 'inner'],
  source: 'https://scikit-learn.org/stable/modules/generated/sklearn.datasets.make_circles.html',
  citation: 'F. Pedregosa et al.: Scikit-learn: machine learning in Python. JMLR 12, 2011.',
});

/**
 * Points of a circle of radius 1 and of one of radius 0.5 inside it, with noise: `x` float32 `[n, 2]`, `y` `[n]`. Without noise they are those of scikit-learn's
 * `make_circles(factor=0.5)`. Four fifths are to train, with the same share of each class; `all` gives every point.
 * @throws ValueError for options that are none.
 */
export async function circles(options: ToyOptions = {}): Promise<ArrayDataset> {
  return toySet(CIRCLES, options, halves, (c, count) => (i) => {
    const [cos, sin] = cosSin((360 * i) / count);
    const radius = RADII[c] as number;
    return [radius * cos, radius * sin];
  });
}
