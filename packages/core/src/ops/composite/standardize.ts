import { expectDType } from '../../ir/dtype.ts';
import { type Node, node, rankOf } from '../../ir/node.ts';
import type { CompositeOp, TensorType } from '../../ir/op.ts';
import { normalizeAxes, normalizeAxis } from '../../ir/shape.ts';
import { expectFlag, expectNumber, expectOptions } from '../../options.ts';
import { add } from '../elementwise/add.ts';
import { div } from '../elementwise/div.ts';
import { mul } from '../elementwise/mul.ts';
import { sqrt } from '../elementwise/sqrt.ts';
import { sub } from '../elementwise/sub.ts';
import { expectNonEmpty } from '../reduce/_extreme.ts';
import { mean } from '../reduce/mean.ts';

export interface StandardizeAttrs {
  /** Sorted, non-negative, distinct. */
  readonly axes: readonly number[];
  /** Added to the variance. */
  readonly eps: number;
  /** Whether the mean is subtracted. */
  readonly centered: boolean;
}

export const standardizeOp: CompositeOp<'standardize', StandardizeAttrs> = {
  kind: 'composite',
  name: 'standardize',
  infer([x], { axes }) {
    const type = x as TensorType;
    expectDType('standardize', 'a tensor', type.dtype, ['float32']);
    for (const axis of axes) normalizeAxis('standardize', axis, type.shape.length);
    expectNonEmpty('standardize', [type], axes);
    return type;
  },
  decompose([x], attrs) {
    const { shifted, deviation } = parts(x as Node, attrs);
    return div(shifted, deviation);
  },
  grad({ inputs: [x], output: y, attrs, dy }) {
    // dx = (dy − mean(dy) − y · mean(dy · y)) / deviation, without mean(dy) where the mean of x stays in.
    const over = { axes: attrs.axes, keepDims: true };
    const along = mul(y, mean(mul(dy, y), over));
    const across = attrs.centered ? sub(dy, mean(dy, over)) : dy;
    return [div(sub(across, along), parts(x as Node, attrs).deviation)];
  },
};

/** In two passes, so that a large mean costs no digits of the variance. A graph computes these once, wherever they are needed. */
function parts(
  x: Node,
  { axes, eps, centered }: StandardizeAttrs,
): { readonly shifted: Node; readonly deviation: Node } {
  const over = { axes, keepDims: true };
  const shifted = centered ? sub(x, mean(x, over)) : x;
  return { shifted, deviation: sqrt(add(mean(mul(shifted, shifted), over), eps)) };
}

/**
 * `(x − mean) / √(variance + eps)` over `axes` (all by default), with the variance that divides by the number of elements. `centered: false`
 * leaves the mean in: `x / √(mean(x²) + eps)`. `eps` is 1e-5 by default.
 */
export function standardize(
  x: Node,
  options: { readonly axes?: readonly number[] | number; readonly eps?: number; readonly centered?: boolean } = {},
): Node {
  expectOptions('standardize', options, ['axes', 'eps', 'centered']);
  const { axes, eps = 1e-5, centered = true } = options;
  expectNumber('standardize.eps', eps, { least: 0 });
  expectFlag('standardize.centered', centered);
  return node(standardizeOp, [x], {
    axes: normalizeAxes('standardize', axes, rankOf('standardize', x)),
    eps,
    centered,
  });
}
