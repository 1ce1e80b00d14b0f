import { type Node, node } from '../../ir/node.ts';
import { eluOp } from './elu.ts';

/** Those of Klambauer et al. 2017, to the digits that PyTorch has. */
const SELU = { alpha: 1.6732632423543772, scale: 1.0507009873554805, inputScale: 1 };

/** Scaled exponential linear unit: `1.0507 · elu(x, 1.6733)`, which keeps mean 0 and variance 1 through layers (Klambauer et al. 2017). */
export function selu(x: Node): Node {
  return node(eluOp, [x], SELU);
}
