import { type Node, node } from '../../ir/node.ts';
import type { CompositeOp } from '../../ir/op.ts';
import { binary, NO_ATTRS, type NoAttrs } from '../elementwise/_types.ts';
import { add } from '../elementwise/add.ts';
import { div } from '../elementwise/div.ts';
import { log } from '../elementwise/log.ts';
import { maximum } from '../elementwise/maximum.ts';
import { mul } from '../elementwise/mul.ts';
import { neg } from '../elementwise/neg.ts';
import { sub } from '../elementwise/sub.ts';
import { sumTo } from '../reduce/sum-to.ts';
import { log1p } from './log1p.ts';

/** The least logarithm, and the least `p·(1 − p)` that a gradient is divided by; both are PyTorch's. */
const LEAST_LOG = -100;
const LEAST_SPREAD = 1e-12;

export const bceOp: CompositeOp<'bce', NoAttrs> = {
  kind: 'composite',
  name: 'bce',
  infer: (inputs) => binary('bce', inputs, ['float32']),
  decompose(inputs) {
    const [p, y] = inputs as readonly [Node, Node];
    return neg(add(mul(y, logOf(p)), mul(sub(1, y), logOfRest(p))));
  },
  grad({ inputs, dy }) {
    const [p, y] = inputs as readonly [Node, Node];
    const dp = div(mul(dy, sub(p, y)), maximum(mul(p, sub(1, p)), LEAST_SPREAD));
    return [sumTo(dp, p.type.shape), sumTo(mul(dy, sub(logOfRest(p), logOf(p))), y.type.shape)];
  },
};

function logOf(p: Node): Node {
  return maximum(log(p), LEAST_LOG);
}

function logOfRest(p: Node): Node {
  return maximum(log1p(neg(p)), LEAST_LOG);
}

/**
 * Binary cross entropy of probabilities with targets from 0 to 1, element by element: `−y ln p − (1 − y) ln(1 − p)`, each logarithm at least −100 and
 * the gradient divided by at least 1e-12, as in PyTorch, so that both are finite at 0 and 1. NaN for what is no probability.
 */
export function bce(probabilities: Node, targets: Node): Node {
  return node(bceOp, [probabilities, targets], NO_ATTRS);
}
