import { ShapeError, ValueError } from '../../errors.ts';
import { expectDType } from '../../ir/dtype.ts';
import { expectNodes, type Node, node } from '../../ir/node.ts';
import type { CompositeOp, TensorType } from '../../ir/op.ts';
import { formatShape } from '../../ir/shape.ts';
import { cast } from '../elementwise/cast.ts';
import { greater } from '../elementwise/greater.ts';
import { iota } from '../indexing/iota.ts';
import { reshape } from '../shape/reshape.ts';

export interface LengthMaskAttrs {
  /** Entries of a padded sequence. */
  readonly size: number;
}

export const lengthMaskOp: CompositeOp<'lengthMask', LengthMaskAttrs> = {
  kind: 'composite',
  name: 'lengthMask',
  infer([lengths], { size }) {
    const { dtype, shape } = lengths as TensorType;
    expectDType('lengthMask', 'lengths', dtype, ['int32']);
    if (shape.length !== 1)
      throw new ShapeError('lengthMask needs a length for each sequence', {
        received: formatShape(shape),
        expected: '[batch]',
      });
    if (!Number.isInteger(size) || size < 0)
      throw new ValueError('lengthMask needs a size', { received: `${size}`, expected: 'an integer of at least 0' });
    return { dtype: 'bool', shape: [...shape, size] };
  },
  looksUp: (_, { size }) => ({ indices: 0, size: size + 1, of: 'lengths' }),
  decompose([lengths], { size }) {
    const { shape } = (lengths as Node).type;
    return greater(reshape(lengths as Node, [...shape, 1]), reshape(cast(iota(size), 'int32'), [1, size]));
  },
  grad: () => [null],
};

/**
 * Which of `size` entries count: int32 `[batch] → [batch, size]`, true for as many as the length says. Trainers and predictors refuse a length that is not from 0
 * to `size` where it comes with the batch.
 */
export function lengthMask(lengths: Node, size: number): Node {
  expectNodes('lengthMask', [lengths]);
  return node(lengthMaskOp, [lengths], { size });
}
