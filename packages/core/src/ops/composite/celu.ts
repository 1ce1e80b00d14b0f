import { type Node, node } from '../../ir/node.ts';
import { expectNumber } from '../../options.ts';
import { eluOp } from './elu.ts';

/**
 * Continuously differentiable exponential linear unit: `x` above 0, else `alpha · (e^(x/alpha) − 1)` (Barron 2017); `alpha` is 1 by default.
 * @throws ValueError unless `alpha` is above 0.
 */
export function celu(x: Node, alpha = 1): Node {
  expectNumber('celu.alpha', alpha, { above: 0 });
  return node(eluOp, [x], { alpha, scale: 1, inputScale: 1 / alpha });
}
