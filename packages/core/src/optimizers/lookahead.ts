import { add } from '../ops/elementwise/add.ts';
import { div } from '../ops/elementwise/div.ts';
import { greater } from '../ops/elementwise/greater.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { sub } from '../ops/elementwise/sub.ts';
import { where } from '../ops/elementwise/where.ts';
import { expectCount, expectNoOptions, expectNumber } from '../options.ts';
import { chain } from './chain.ts';
import { expectOptimizer } from './expect.ts';
import type { Optimizer } from './optimizer.ts';
import { type GradientTransform, perParameter } from './transform.ts';

/**
 * Every `k` updates of `inner`, slow weights move by `alpha` of the way to the parameters, which then start from there (Zhang et al. 2019; there
 * mostly k = 5 and α = 0.5). Where the learning rate of such an update is 0, nothing moves.
 */
export function lookahead(k: number, alpha: number, inner: Optimizer, ...more: []): Optimizer {
  expectNoOptions('lookahead', more);
  expectCount('lookahead', 'number of updates', k);
  expectNumber('lookahead.alpha', alpha, { above: 0, most: 1 });
  expectOptimizer('lookahead: the optimizer', inner);
  return {
    ...inner,
    label: `lookahead(${k}, ${alpha}, ${inner.label})`,
    transform: chain(inner.transform, slowly(k, alpha)),
  };
}

function slowly(k: number, alpha: number): GradientTransform {
  return perParameter(
    (direction, { parameter, rate, slot, scalar }) => {
      const fast = sub(parameter, mul(direction, rate));
      // At the first update the slow weights are the parameters.
      const before = where(greater(scalar('isFirst'), 0), parameter, slot('slow'));
      const moves = greater(mul(scalar('isLast'), rate), 0);
      const slow = where(moves, add(before, mul(sub(fast, before), alpha)), before);
      return { direction: where(moves, div(sub(parameter, slow), rate), direction), slots: { slow } };
    },
    {
      slots: ['slow'],
      propagates: true,
      scalars: (update) => ({ isFirst: update === 1 ? 1 : 0, isLast: update % k === 0 ? 1 : 0 }),
    },
  );
}
