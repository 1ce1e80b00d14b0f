import { ValueError } from '../../errors.ts';
import { type Node, node } from '../../ir/node.ts';
import type { CompositeOp } from '../../ir/op.ts';
import { expectNumber } from '../../options.ts';
import { unaryFloat } from '../elementwise/_types.ts';
import { greaterEqual } from '../elementwise/greater-equal.ts';
import { lessEqual } from '../elementwise/less-equal.ts';
import { logicalOr } from '../elementwise/logical-or.ts';
import { maximum } from '../elementwise/maximum.ts';
import { minimum } from '../elementwise/minimum.ts';
import { where } from '../elementwise/where.ts';

export interface HardtanhAttrs {
  readonly minVal: number;
  readonly maxVal: number;
}

/** An op of its own for its gradient: it is 0 at the bounds, where those of `maximum` and `minimum` are a half. */
export const hardtanhOp: CompositeOp<'hardtanh', HardtanhAttrs> = {
  kind: 'composite',
  name: 'hardtanh',
  infer: (inputs) => unaryFloat('hardtanh', inputs),
  decompose: ([x], { minVal, maxVal }) => minimum(maximum(x as Node, minVal), maxVal),
  grad({ inputs, attrs: { minVal, maxVal }, dy }) {
    const x = inputs[0] as Node;
    return [where(logicalOr(lessEqual(x, minVal), greaterEqual(x, maxVal)), 0, dy)];
  },
};

/**
 * `x`, but at least `minVal` (default −1) and at most `maxVal` (default 1).
 * @throws ValueError unless `minVal` is less than `maxVal`.
 */
export function hardtanh(x: Node, minVal = -1, maxVal = 1): Node {
  expectBounds(minVal, maxVal);
  return node(hardtanhOp, [x], { minVal, maxVal });
}

/** Throws a `ValueError` unless the bounds of `hardtanh` are numbers, the first the smaller one. */
export function expectBounds(minVal: unknown, maxVal: unknown): void {
  expectNumber('hardtanh.minVal', minVal);
  expectNumber('hardtanh.maxVal', maxVal);
  if (minVal < maxVal) return;
  throw new ValueError('the bounds of hardtanh leave nothing between them', {
    received: `minVal ${minVal} and maxVal ${maxVal}`,
    expected: 'a minVal that is less than maxVal',
  });
}
