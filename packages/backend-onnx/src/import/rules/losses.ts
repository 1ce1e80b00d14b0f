import { DYNAMIC, type Node } from '@descent/core';
import { div, equal, logSoftmax, mul, neg, oneHot, reshape, scalar, sum, transpose, where } from '@descent/core/ops';
import { hasAttribute, number, text } from '../attributes.ts';
import type { ImportedNode } from '../graph.ts';
import type { RuleContext, Rules } from '../rule.ts';

/** Losses of classes, as files of training steps have them. */
export const LOSSES: Rules = {
  SoftmaxCrossEntropyLoss(node, c) {
    const logs = logSoftmax(c.node(0), { axis: 1 });
    return [likelihood(node, c, logs), logs];
  },
  NegativeLogLikelihoodLoss: (node, c) => likelihood(node, c, c.node(0)),
};

/** Minus the log probability of each label, `[batch, classes, …]` and `[batch, …]`; weighted by class, and reduced. */
function likelihood(node: ImportedNode, c: RuleContext, logs: Node): Node {
  const labels = c.node(1);
  const [batch, classes, ...rest] = logs.type.shape as readonly [number, number, ...number[]];
  const ignored = hasAttribute(node, 'ignore_index') ? number(node, 'ignore_index') : undefined;
  const weights = c.optional(2);
  // Classes last: what one label chooses stands in a row. A label that is no class chooses nothing.
  const rows = transpose(logs, [0, ...rest.map((_, i) => i + 2), 1]);
  const isClass = ignored === undefined ? undefined : equal(labels, ignored);
  const found = oneHot(labels, classes);
  const chosen = isClass === undefined ? found : mul(found, kept(isClass));
  const last = rows.type.shape.length - 1;
  // Chosen, not multiplied: a log probability may be −∞, and −∞ · 0 is no number.
  const losses = neg(sum(where(equal(chosen, 1), rows, 0), { axes: [last] }));
  const shares = weights === undefined ? sum(chosen, { axes: [last] }) : sharesOf(chosen, weights);
  const each = weights === undefined ? losses : mul(losses, shares);
  switch (text(node, 'reduction', 'mean')) {
    case 'none':
      return each;
    case 'sum':
      return sum(each);
    case 'mean':
      if (weights === undefined && ignored === undefined && batch !== DYNAMIC) {
        return div(
          sum(each),
          [batch, ...rest].reduce((a, b) => a * b, 1),
        );
      }
      return div(sum(each), sum(shares));
    default:
      throw c.unsupported(`reduction '${text(node, 'reduction')}'`, "'none', 'sum' or 'mean'");
  }
}

function kept(isIgnored: Node): Node {
  const shape = [...isIgnored.type.shape, 1];
  return where(reshape(isIgnored, shape), scalar(0), scalar(1));
}

/** The weight of each label's class. */
function sharesOf(chosen: Node, weights: Node): Node {
  return sum(mul(chosen, weights), { axes: [chosen.type.shape.length - 1] });
}
