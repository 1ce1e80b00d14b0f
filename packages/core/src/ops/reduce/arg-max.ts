import { expectDType } from '../../ir/dtype.ts';
import { type Node, node, rankOf } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';
import { normalizeAxis, numel } from '../../ir/shape.ts';
import { expectOptions } from '../../options.ts';
import { expectNonEmpty } from './_extreme.ts';
import { reducedShape } from './_types.ts';

export interface ArgMaxAttrs {
  readonly axis: number;
  readonly keepDims: boolean;
}

export const argMaxOp: PrimitiveOp<'argMax', ArgMaxAttrs> = {
  kind: 'primitive',
  name: 'argMax',
  infer(inputs, { axis, keepDims }) {
    const [x] = inputs as readonly [TensorType];
    expectDType('argMax', 'a tensor', x.dtype, ['float32', 'int32']);
    normalizeAxis('argMax', axis, x.shape.length);
    expectNonEmpty('argMax', inputs, [axis]);
    return { dtype: 'int32', shape: reducedShape(x.shape, [axis], keepDims) };
  },
  flops: ([x]) => numel((x as TensorType).shape),
  grad: 'zero',
};

/** Index (int32) of the first largest element along `axis` (the last by default). */
export function argMax(x: Node, options: { readonly axis?: number; readonly keepDims?: boolean } = {}): Node {
  expectOptions('argMax', options, ['axis', 'keepDims']);
  const { axis = -1, keepDims = false } = options;
  return node(argMaxOp, [x], { axis: normalizeAxis('argMax', axis, rankOf('argMax', x)), keepDims });
}
