import { DTypeError, ShapeError, ValueError } from '../../errors.ts';
import { type Node, node } from '../../ir/node.ts';
import type { CompositeOp, TensorType } from '../../ir/op.ts';
import { formatShape } from '../../ir/shape.ts';
import { describeValue, expectOptions } from '../../options.ts';
import { equal } from '../elementwise/equal.ts';
import { where } from '../elementwise/where.ts';
import { gather } from '../indexing/gather.ts';
import { scatterAdd } from '../indexing/scatter-add.ts';
import { scalar } from '../leaf/constant.ts';
import { reshape } from '../shape/reshape.ts';

export interface EmbeddingAttrs {
  /** The row of the table that gets no gradient. */
  readonly paddingIdx: number;
}

/** A lookup of which one row stays as it is. Without such a row it is `gather`. */
export const embeddingOp: CompositeOp<'embedding', EmbeddingAttrs> = {
  kind: 'composite',
  name: 'embedding',
  infer(inputs, { paddingIdx }) {
    const [indices, weight] = inputs as readonly [TensorType, TensorType];
    if (indices.dtype !== 'int32' || weight.dtype !== 'float32') {
      throw new DTypeError('embedding needs int32 indices and a float32 table', {
        received: `${indices.dtype} and ${weight.dtype}`,
        expected: 'int32 and float32',
      });
    }
    const [rows = 0, ...rest] = weight.shape;
    if (rest.length !== 1) {
      throw new ShapeError('embedding needs a table of rows', {
        received: formatShape(weight.shape),
        expected: '[rows, features]',
      });
    }
    if (!Number.isInteger(paddingIdx) || paddingIdx < 0 || paddingIdx >= rows) {
      throw new ValueError('embedding has no such row for padding', {
        received: `paddingIdx ${describeValue(paddingIdx)}`,
        expected: `a whole number from 0 to ${rows - 1}`,
      });
    }
    return { dtype: 'float32', shape: [...indices.shape, ...rest] };
  },
  looksUp: ([, weight]) => ({ indices: 0, size: (weight as TensorType).shape[0] as number }),
  decompose([indices, weight]) {
    return gather(weight as Node, indices as Node);
  },
  grad({ inputs, attrs: { paddingIdx }, dy }) {
    const [indices, weight] = inputs as readonly [Node, Node];
    const isPadding = reshape(equal(indices, paddingIdx), [...indices.type.shape, 1]);
    const kept = where(isPadding, scalar(0), dy);
    return [null, scatterAdd(indices, kept, { axis: 0, size: weight.type.shape[0] as number })];
  },
};

/**
 * The rows of `weight` `[rows, features]` that `indices` (int32) name: `[…] → […, features]`. Row `paddingIdx`, if any, gets no gradient.
 * Indices must be from 0 to rows − 1.
 */
export function embedding(indices: Node, weight: Node, options: { readonly paddingIdx?: number | null } = {}): Node {
  expectOptions('embedding', options, ['paddingIdx']);
  const { paddingIdx } = options;
  if (paddingIdx === undefined || paddingIdx === null) return gather(weight, indices);
  return node(embeddingOp, [indices, weight], { paddingIdx });
}
