import type { Node } from '../../ir/node.ts';
import { mul } from '../elementwise/mul.ts';
import { sigmoid } from '../elementwise/sigmoid.ts';

/** `x · σ(x)`, also called swish (Hendrycks & Gimpel 2016, Elfwing et al. 2017). */
export function silu(x: Node): Node {
  return mul(x, sigmoid(x));
}
