import { type Node, node, rankOf } from '../../ir/node.ts';
import type { CompositeOp } from '../../ir/op.ts';
import { normalizeAxis } from '../../ir/shape.ts';
import { expectOptions } from '../../options.ts';
import { div } from '../elementwise/div.ts';
import { exp } from '../elementwise/exp.ts';
import { mul } from '../elementwise/mul.ts';
import { sub } from '../elementwise/sub.ts';
import { max } from '../reduce/max.ts';
import { sum } from '../reduce/sum.ts';
import { type AxisAttrs, axisType } from './_axis.ts';

export const softmaxOp: CompositeOp<'softmax', AxisAttrs> = {
  kind: 'composite',
  name: 'softmax',
  infer: (inputs, attrs) => axisType('softmax', inputs, attrs),
  decompose([x], { axis }) {
    const options = { axes: [axis], keepDims: true };
    // Subtracting the maximum keeps exp within range and cancels in the quotient.
    const e = exp(sub(x as Node, max(x as Node, options)));
    return div(e, sum(e, options));
  },
  grad({ output: y, attrs: { axis }, dy }) {
    // dx = y · (dy − Σ dy·y)
    return [mul(y, sub(dy, sum(mul(dy, y), { axes: [axis], keepDims: true })))];
  },
};

/** `e^x / Σ e^x` along `axis` (the last by default). */
export function softmax(x: Node, options: { readonly axis?: number } = {}): Node {
  expectOptions('softmax', options, ['axis']);
  const { axis = -1 } = options;
  return node(softmaxOp, [x], { axis: normalizeAxis('softmax', axis, rankOf('softmax', x)) });
}
