import type { Node } from '../ir/node.ts';
import { leavesOf, type Tensors, typesOf } from '../ir/tree.ts';
import type { AnyLoss } from '../losses/loss.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { where } from '../ops/elementwise/where.ts';
import { scalar } from '../ops/leaf/constant.ts';
import { judge } from './judge.ts';
import { names } from './names.ts';
import { both, keepsRule } from './target-checks.ts';
import { targetRules } from './targets.ts';

/**
 * The loss of `output` and `target`, rank 0, for a graph that no trainer feeds: it and its gradients are NaN where a target is not what the loss
 * takes.
 * @throws as the loss does for tensors that it cannot take.
 */
export function checkedLoss(loss: AnyLoss, output: Tensors, target: Tensors): Node {
  const value = judge({ loss, metrics: [] }, output, target)[names.result('loss')] as Node;
  const targets = new Map(leavesOf(target));
  const valid = both(
    targetRules({ loss, metrics: [] }, typesOf(output), typesOf(target)).map(({ rule }) => {
      const found = targets.get('') ?? targets.get(rule.part ?? '');
      return found === undefined ? null : keepsRule(rule, found);
    }),
  );
  // A product, so that the gradients are NaN, too.
  return valid === null ? value : mul(value, where(valid, scalar(1), scalar(Number.NaN)));
}
