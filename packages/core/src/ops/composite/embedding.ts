import { DTypeError, ShapeError, ValueError } from '../../errors.ts';
import { type Node, node } from '../../ir/node.ts';
import type { CompositeOp, TensorType } from '../../ir/op.ts';
import { formatShape, sameShape } from '../../ir/shape.ts';
import { describeValue, expectOptions } from '../../options.ts';
import { div } from '../elementwise/div.ts';
import { equal } from '../elementwise/equal.ts';
import { maximum } from '../elementwise/maximum.ts';
import { where } from '../elementwise/where.ts';
import { gather } from '../indexing/gather.ts';
import { scatterAdd } from '../indexing/scatter-add.ts';
import { scalar } from '../leaf/constant.ts';
import { reshape } from '../shape/reshape.ts';

export interface EmbeddingAttrs {
  /** The row of the table that gets no gradient; null for none. */
  readonly paddingIdx: number | null;
}

/** A lookup whose gradient leaves out a row, or is divided by how often each row is named. Without these it is `gather`. */
export const embeddingOp: CompositeOp<'embedding', EmbeddingAttrs> = {
  kind: 'composite',
  name: 'embedding',
  infer(inputs, { paddingIdx }) {
    const [indices, weight, frequency] = inputs as readonly [TensorType, TensorType, TensorType?];
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
    if (frequency !== undefined && !(frequency.dtype === 'float32' && sameShape(frequency.shape, [rows, 1]))) {
      throw new ShapeError('embedding needs a frequency for each row', {
        received: `${frequency.dtype}${formatShape(frequency.shape)}`,
        expected: `float32[${rows}, 1]`,
      });
    }
    if (paddingIdx !== null && !(Number.isInteger(paddingIdx) && paddingIdx >= 0 && paddingIdx < rows)) {
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
    const [indices, weight, frequency] = inputs as readonly [Node, Node, Node?];
    const isPadding = (): Node => reshape(equal(indices, paddingIdx as number), [...indices.type.shape, 1]);
    const kept = paddingIdx === null ? dy : where(isPadding(), scalar(0), dy);
    const added = scatterAdd(indices, kept, { axis: 0, size: weight.type.shape[0] as number });
    return frequency === undefined ? [null, added] : [null, div(added, maximum(frequency, 1)), null];
  },
};

export interface EmbeddingOpOptions {
  /** The row that gets no gradient. */
  readonly paddingIdx?: number | null;
  /** How often each row is named, `[rows, 1]`: gradients are divided by it (PyTorch's `scale_grad_by_freq`). */
  readonly frequency?: Node | null;
}

/**
 * The rows of `weight` `[rows, features]` that `indices` (int32) name: `[…] → […, features]`. Row `paddingIdx`, if any, gets no gradient.
 * Indices must be from 0 to rows − 1.
 */
export function embedding(indices: Node, weight: Node, options: EmbeddingOpOptions = {}): Node {
  expectOptions('embedding', options, ['paddingIdx', 'frequency']);
  const { paddingIdx = null, frequency = null } = options;
  if (paddingIdx === null && frequency === null) return gather(weight, indices);
  return node(embeddingOp, frequency === null ? [indices, weight] : [indices, weight, frequency], { paddingIdx });
}
