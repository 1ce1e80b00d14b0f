import { DTypeError } from '../../errors.ts';
import type { DType } from '../../ir/dtype.ts';
import { hostArray } from '../../ir/host-array.ts';
import { full, type NDArray } from '../../ir/ndarray.ts';
import { type Node, node } from '../../ir/node.ts';
import type { LeafOp } from '../../ir/op.ts';
import type { Shape } from '../../ir/shape.ts';

export interface ConstantAttrs {
  readonly value: NDArray;
}

export const constantOp: LeafOp<'constant', ConstantAttrs> = {
  kind: 'leaf',
  name: 'constant',
  infer(_, { value }) {
    if (value.dtype === 'float64') {
      throw new DTypeError('a graph holds no float64 constants', {
        received: 'float64',
        expected: 'float32, int32, uint8 or bool',
      });
    }
    return { dtype: value.dtype, shape: value.shape };
  },
  grad: 'zero',
};

/** A value that is part of the graph. */
export function constant(value: NDArray): Node {
  return node(constantOp, [], { value: hostArray('value', value) });
}

/** A constant of rank 0, or of `shape` with every element equal to `value`. Throws a `DTypeError` when `dtype` does not hold it. */
export function scalar(value: number, dtype: DType = 'float32', shape: Shape = []): Node {
  return constant(full(shape, value, dtype));
}
