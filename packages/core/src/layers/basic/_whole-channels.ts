import { ShapeError } from '../../errors.ts';
import { formatShape } from '../../ir/shape.ts';
import { AXES, type Rank, THINGS } from '../../ops/conv/_window.ts';
import { cast } from '../../ops/elementwise/cast.ts';
import { mul } from '../../ops/elementwise/mul.ts';
import { expectNumber } from '../../options.ts';
import { expectFloat } from '../_check.ts';
import type { Layer } from '../layer.ts';

/** In training, sets whole channels of each sample to zero with probability `p`, and scales the others by `1 / (1 − p)`. */
export function channelDropout(name: string, p: number, rank: Rank): Layer {
  expectNumber(`${name}.p`, p, { least: 0, below: 1 });
  return {
    label: `${name}(${p})`,
    parameters: [],
    apply(x, { training, random }) {
      expectFloat(x);
      const { shape } = x.type;
      if (shape.length !== rank + 2) {
        throw new ShapeError(`${name} takes ${THINGS[rank]}s`, {
          received: formatShape(shape),
          expected: `[batch, channels, ${AXES[rank].join(', ')}]`,
          fix: 'for features, use dropout, which has no channels',
        });
      }
      if (!training || p === 0) return x;
      const keep = random({ kind: 'bernoulli', p: 1 - p }, [...shape.slice(0, 2), ...AXES[rank].map(() => 1)]);
      return mul(x, mul(cast(keep, 'float32'), 1 / (1 - p)));
    },
  };
}
