import { ValueError } from '../../errors.ts';
import { expectDType } from '../../ir/dtype.ts';
import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { describeValue } from '../../options.ts';

export interface IotaAttrs {
  readonly size: number;
  readonly dtype: 'int32' | 'float32';
}

export const iotaOp: PrimitiveOp<'iota', IotaAttrs> = {
  kind: 'primitive',
  name: 'iota',
  infer(_, { size, dtype }) {
    expectDType('iota', 'a result', dtype, ['int32', 'float32']);
    if (!Number.isInteger(size) || size < 0)
      throw new ValueError('iota needs a size', {
        received: describeValue(size),
        expected: 'an integer of at least 0',
      });
    return { dtype, shape: [size] };
  },
  grad: 'zero',
};

/** `[0, 1, …, size − 1]`. */
export function iota(size: number, dtype: 'int32' | 'float32' = 'int32'): Node {
  return node(iotaOp, [], { size, dtype });
}
