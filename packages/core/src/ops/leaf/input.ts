import { DTypeError } from '../../errors.ts';
import { DTYPES, type DType } from '../../ir/dtype.ts';
import { type Node, node } from '../../ir/node.ts';
import type { LeafOp } from '../../ir/op.ts';
import { expectShape, type Shape } from '../../ir/shape.ts';
import { describeValue, notWhatWasWanted } from '../../options.ts';

export interface InputAttrs {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
}

export const inputOp: LeafOp<'input', InputAttrs> = {
  kind: 'leaf',
  name: 'input',
  infer(_, { name, dtype, shape }) {
    if (typeof name !== 'string')
      throw notWhatWasWanted('input: the name', name, { what: 'a text', example: "input('x', [2, 3])" });
    expectShape(`input '${name}'`, shape);
    if (!DTYPES.includes(dtype)) {
      throw new DTypeError(`input '${name}' has an element type that there is not`, {
        received: describeValue(dtype),
        expected: DTYPES.join(', '),
      });
    }
    return { dtype, shape };
  },
  grad: 'zero',
};

/** A value that is given when the graph runs. Names are unique within a graph. */
export function input(name: string, shape: Shape, dtype: DType = 'float32'): Node {
  return node(inputOp, [], { name, dtype, shape });
}
