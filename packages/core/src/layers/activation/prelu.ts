import { prelu as preluOf } from '../../ops/composite/prelu.ts';
import { expectCount, expectNumber, expectOptions } from '../../options.ts';
import { expectFloat } from '../_check.ts';
import { constantInit } from '../init/initializers.ts';
import type { SizedLayer } from '../layer.ts';
import type { Same } from '../sizes.ts';

export interface PreluOptions {
  /** How many slopes: 1 for all (default), or one for each channel. */
  readonly numParameters?: number;
  /** What the slopes start with. Default 0.25. */
  readonly init?: number;
}

/**
 * `x` above 0, else `weight · x`, with slopes that are trained (He et al. 2015). Parameter: `weight` `[numParameters]`, either one slope for all (the
 * default) or one for each index of axis 1, the channels. Weight decay draws the slopes to 0: leave them out of it.
 * @throws ShapeError when the input has other channels.
 */
export function prelu(options: PreluOptions = {}): SizedLayer<Same> {
  expectOptions('prelu', options, ['numParameters', 'init']);
  const { numParameters = 1, init = 0.25 } = options;
  expectCount('prelu', 'numParameters', numParameters);
  expectNumber('prelu.init', init);
  return {
    label: `prelu(${numParameters})`,
    parameters: [{ name: 'weight', shape: [numParameters], init: constantInit(init) }],
    apply(x, { parameter }) {
      expectFloat(x);
      return preluOf(x, parameter('weight'));
    },
  };
}
