import { positionAngles } from '../../ops/composite/_angles.ts';
import { add } from '../../ops/elementwise/add.ts';
import { concat } from '../../ops/shape/concat.ts';
import { reshape } from '../../ops/shape/reshape.ts';
import { expectNumber, expectOptions } from '../../options.ts';
import { expectFloat } from '../_check.ts';
import type { SizedLayer } from '../layer.ts';
import type { Same } from '../sizes.ts';
import { expectSequence } from './_sequence.ts';

export interface SinusoidalOptions {
  /** Pair `i` of features has the frequency `base^(−2i / width)`. Default 10000. */
  readonly base?: number;
}

/**
 * Adds sines (even features) and cosines (odd ones) of the place to each row (Vaswani et al. 2017): `[batch, time, width] → [batch, time, width]`, of any
 * length. Nothing is learned.
 * @throws ShapeError for an odd width.
 */
export function sinusoidalPositions(options: SinusoidalOptions = {}): SizedLayer<Same> {
  expectOptions('sinusoidalPositions', options, ['base']);
  const { base = 10_000 } = options;
  expectNumber('sinusoidalPositions.base', base, { above: 0 });
  return {
    label: 'sinusoidalPositions',
    parameters: [],
    apply(x) {
      expectFloat(x);
      const { time, width } = expectSequence(x, (w) => w % 2 === 0 && w > 0, 'an even width');
      const angles = positionAngles(time, width, { base, offset: 0 });
      const pairs = [angles.sin, angles.cos].map((each) => reshape(each, [time, width / 2, 1]));
      return add(x, reshape(concat(pairs, -1), [time, width]));
    },
  };
}
