import { ShapeError, ValueError } from '../../errors.ts';
import { expectDType } from '../../ir/dtype.ts';
import { expectNodes, type Node, node } from '../../ir/node.ts';
import type { CompositeOp, TensorType } from '../../ir/op.ts';
import { formatShape, sameShape } from '../../ir/shape.ts';
import { expectOptions } from '../../options.ts';
import { abs } from '../elementwise/abs.ts';
import { add } from '../elementwise/add.ts';
import { div } from '../elementwise/div.ts';
import { greater } from '../elementwise/greater.ts';
import { logicalAnd } from '../elementwise/logical-and.ts';
import { mul } from '../elementwise/mul.ts';
import { pow } from '../elementwise/pow.ts';
import { sqrt } from '../elementwise/sqrt.ts';
import { where } from '../elementwise/where.ts';
import { scalar } from '../leaf/constant.ts';
import { max } from '../reduce/max.ts';
import { sum } from '../reduce/sum.ts';

export interface EmbeddingRenormAttrs {
  readonly maxNorm: number;
  /** The exponent of the norm; Infinity is the largest number. */
  readonly normType: number;
}

/** PyTorch's, added to the norm. */
const EPS = 1e-7;

/** Rows cut to a norm. It is a change of the table, not a part of the network: gradients go straight through. */
export const embeddingRenormOp: CompositeOp<'embeddingRenorm', EmbeddingRenormAttrs> = {
  kind: 'composite',
  name: 'embeddingRenorm',
  infer([rows, frequency], { maxNorm, normType }) {
    const { dtype, shape } = rows as TensorType;
    expectDType('embeddingRenorm', 'rows', dtype, ['float32']);
    if (frequency !== undefined) expectDType('embeddingRenorm', 'frequency', frequency.dtype, ['float32']);
    const fits = frequency === undefined || sameShape(frequency.shape, [...shape.slice(0, -1), 1]);
    if (shape.length < 1 || !fits)
      throw new ShapeError('embeddingRenorm needs rows, and a frequency for each', {
        received: `${formatShape(shape)}${frequency === undefined ? '' : ` and ${formatShape(frequency.shape)}`}`,
        expected: '[rows, features], and [rows, 1]',
      });
    if (!(maxNorm > 0 && Number.isFinite(maxNorm) && normType > 0))
      throw new ValueError('embeddingRenorm has no such norm', {
        received: `maxNorm ${maxNorm}, normType ${normType}`,
        expected: 'a finite maxNorm above 0 and a normType above 0, such as 2',
      });
    return rows as TensorType;
  },
  decompose([rows, frequency], { maxNorm, normType }) {
    const norms = norm(rows as Node, normType);
    const isLong = greater(norms, maxNorm);
    const isCut = frequency === undefined ? isLong : logicalAnd(isLong, greater(frequency as Node, 0));
    return mul(rows as Node, where(isCut, div(maxNorm, add(norms, EPS)), scalar(1)));
  },
  grad: ({ inputs: [, ...rest], dy }) => [dy, ...rest.map(() => null)],
};

/** `[…, features] → […, 1]` */
function norm(rows: Node, type: number): Node {
  const options = { axes: [-1], keepDims: true };
  if (type === Number.POSITIVE_INFINITY) return max(abs(rows), options);
  if (type === 1) return sum(abs(rows), options);
  if (type === 2) return sqrt(sum(mul(rows, rows), options));
  return pow(sum(pow(abs(rows), type), options), 1 / type);
}

/**
 * `rows` `[…, features]` cut to a length of `maxNorm`, as PyTorch's `embedding_renorm_` leaves them; with `frequency` `[…, 1]` only those with a frequency above 0.
 * Gradients go straight through.
 */
export function embeddingRenorm(
  rows: Node,
  frequency: Node | null,
  options: { readonly maxNorm: number; readonly normType?: number },
): Node {
  const inputs = frequency === null ? [rows] : [rows, frequency];
  expectNodes('embeddingRenorm', inputs);
  expectOptions('embeddingRenorm', options, ['maxNorm', 'normType']);
  const { maxNorm, normType = 2 } = options;
  return node(embeddingRenormOp, inputs, { maxNorm, normType });
}
