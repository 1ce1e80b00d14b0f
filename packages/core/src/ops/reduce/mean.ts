import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';
import { numel } from '../../ir/shape.ts';
import { div } from '../elementwise/div.ts';
import { scalar } from '../leaf/constant.ts';
import { broadcastTo } from '../shape/broadcast-to.ts';
import { type ReduceAttrs, type ReduceOptions, reduceAttrs, reduceType, unreduce } from './_types.ts';
import { sum } from './sum.ts';

export const meanOp: PrimitiveOp<'mean', ReduceAttrs> = {
  kind: 'primitive',
  name: 'mean',
  infer: (inputs, attrs) => reduceType('mean', inputs, attrs, ['float32']),
  simplify: ({ inputs: [x], attrs }) => ((attrs as ReduceAttrs).axes.length === 0 ? (x as Node) : null),
  flops: ([x]) => numel((x as TensorType).shape),
  keepsPlaces: ({ axes, keepDims }) => keepDims && axes.every((axis) => axis < 2),
  grad({ inputs: [x], output, attrs, dy }) {
    const { shape } = (x as Node).type;
    const ratio = numel(shape) / numel(output.type.shape);
    // Negative when the dynamic axis is averaged over: only the run knows how many elements that are.
    const count = ratio < 0 ? sum(broadcastTo(scalar(1), shape), attrs) : ratio;
    return [unreduce(div(dy, count), attrs, shape)];
  },
};

/** Arithmetic mean over `axes` (all by default). */
export function mean(x: Node, options: ReduceOptions = {}): Node {
  return node(meanOp, [x], reduceAttrs('mean', x, options));
}
