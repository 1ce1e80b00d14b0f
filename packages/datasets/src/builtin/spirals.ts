import type { ArrayDataset } from '../dataset.ts';
import type { DatasetDefinition } from '../definition.ts';
import { cosSin } from '../transforms/portable-math.ts';
import { halves, type ToyOptions, toyDefinition, toySet } from './toy-set.ts';

const RADIUS = 3;
const TURNS = 1.5;

export const SPIRALS: DatasetDefinition = toyDefinition({
  id: 'spirals',
  name: 'Spirals',
  summary: 'points of the plane on two spirals that wind round each other; made when asked for',
  classes: ['first arm', 'second arm'],
  source: 'https://playground.tensorflow.org',
  citation: 'K. J. Lang, M. J. Witbrock: Learning to tell two spirals apart. Connectionist Models Summer School, 1988.',
});

/**
 * Points of two spirals that wind round each other, 1.5 turns each out to radius 3, with noise: `x` float32 `[n, 2]`, `y` `[n]`. The radius grows evenly from point
 * to point, and neighbouring turns of the two are 1 apart. Four fifths are to train, with the same share of each class; `all` gives every point.
 * @throws ValueError for options that are none.
 */
export async function spirals(options: ToyOptions = {}): Promise<ArrayDataset> {
  return toySet(SPIRALS, options, halves, (c, count) => (i) => {
    // From the first step outwards: at the very centre the two would have a point in common.
    const share = (i + 1) / count;
    const [cos, sin] = cosSin(360 * TURNS * share + 180 * c);
    return [RADIUS * share * cos, RADIUS * share * sin];
  });
}
