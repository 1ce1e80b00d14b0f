import { uniform } from '@descent/core/random';
import type { ArrayDataset } from '../dataset.ts';
import type { DatasetDefinition } from '../definition.ts';
import { halves, type ToyOptions, toyDefinition, toySet } from './toy-set.ts';

/** Half the width of the strip along the axes that is free of points before noise. */
const GAP = 0.1;

export const XOR: DatasetDefinition = toyDefinition({
  id: 'xor',
  name: 'XOR',
  summary: 'points of a square, by whether their coordinates have the same sign; made when asked for',
  classes: ['same sign', 'different signs'],
  source: 'https://playground.tensorflow.org',
  citation: 'M. Minsky, S. Papert: Perceptrons. MIT Press, 1969.',
});

/**
 * Points drawn from the square from −1 to 1, at least 0.1 from both axes before noise; the class says whether their coordinates have the same sign: `x` float32
 * `[n, 2]`, `y` `[n]`. No straight line tells the two apart. Four fifths are to train, with the same share of each class; `all` gives every point.
 * @throws ValueError for options that are none.
 */
export async function xor(options: ToyOptions = {}): Promise<ArrayDataset> {
  return toySet(XOR, options, halves, (c, count, draws) => {
    const far = new Float32Array(2 * count);
    uniform(draws, far, GAP, 1);
    return (i) => {
      // The points of a class take turns between its two squares.
      const sign = i % 2 === 0 ? 1 : -1;
      const other = c === 0 ? sign : -sign;
      return [sign * (far[2 * i] as number), other * (far[2 * i + 1] as number)];
    };
  });
}
