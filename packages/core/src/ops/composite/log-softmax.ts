import { type Node, node, rankOf } from '../../ir/node.ts';
import type { CompositeOp } from '../../ir/op.ts';
import { normalizeAxis } from '../../ir/shape.ts';
import { expectOptions } from '../../options.ts';
import { exp } from '../elementwise/exp.ts';
import { log } from '../elementwise/log.ts';
import { mul } from '../elementwise/mul.ts';
import { sub } from '../elementwise/sub.ts';
import { max } from '../reduce/max.ts';
import { sum } from '../reduce/sum.ts';
import { type AxisAttrs, axisType } from './_axis.ts';

export const logSoftmaxOp: CompositeOp<'logSoftmax', AxisAttrs> = {
  kind: 'composite',
  name: 'logSoftmax',
  infer: (inputs, attrs) => axisType('logSoftmax', inputs, attrs),
  decompose([x], { axis }) {
    const options = { axes: [axis], keepDims: true };
    const shifted = sub(x as Node, max(x as Node, options));
    return sub(shifted, log(sum(exp(shifted), options)));
  },
  grad({ output: y, attrs: { axis }, dy }) {
    // dx = dy − softmax(x) · Σ dy
    return [sub(dy, mul(exp(y), sum(dy, { axes: [axis], keepDims: true })))];
  },
};

/** `x − ln Σ e^x` along `axis` (the last by default), without overflow. */
export function logSoftmax(x: Node, options: { readonly axis?: number } = {}): Node {
  expectOptions('logSoftmax', options, ['axis']);
  const { axis = -1 } = options;
  return node(logSoftmaxOp, [x], { axis: normalizeAxis('logSoftmax', axis, rankOf('logSoftmax', x)) });
}
