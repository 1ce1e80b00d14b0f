import { ShapeError } from '../../errors.ts';
import { expectDType } from '../../ir/dtype.ts';
import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';
import { broadcastShapes, formatShape, isDynamic, numel } from '../../ir/shape.ts';
import { expectOptions } from '../../options.ts';
import { sumTo } from '../reduce/sum-to.ts';
import { reshape } from '../shape/reshape.ts';

export interface MatmulAttrs {
  /** Swap the last two axes of the first operand. */
  readonly transposeA: boolean;
  /** Swap the last two axes of the second operand. */
  readonly transposeB: boolean;
}

export const matmulOp: PrimitiveOp<'matmul', MatmulAttrs> = {
  kind: 'primitive',
  name: 'matmul',
  infer(inputs, { transposeA, transposeB }) {
    const [a, b] = inputs as readonly [TensorType, TensorType];
    expectDType('matmul', 'a first operand', a.dtype, ['float32']);
    expectDType('matmul', 'a second operand', b.dtype, ['float32']);
    if (a.shape.length < 2 || b.shape.length < 2) {
      throw new ShapeError('matmul needs matrices', {
        received: `${formatShape(a.shape)} and ${formatShape(b.shape)}`,
        expected: 'tensors with at least two axes',
        fix: 'add an axis with reshape',
      });
    }
    const [m, ka] = matrix(a, transposeA);
    const [kb, n] = matrix(b, transposeB);
    if (ka !== kb) {
      throw new ShapeError(`matmul cannot multiply ${m}×${ka} by ${kb}×${n}`, {
        received: `${formatShape(a.shape)}${transposeA ? ' transposed' : ''} and ${formatShape(b.shape)}${transposeB ? ' transposed' : ''}`,
        expected: `inner sizes that agree, but ${ka} ≠ ${kb}`,
      });
    }
    return { dtype: a.dtype, shape: [...broadcastShapes('matmul', a.shape.slice(0, -2), b.shape.slice(0, -2)), m, n] };
  },
  flops: ([a], y, { transposeA }) => 2 * numel(y.shape) * matrix(a as TensorType, transposeA)[1],
  grad({ inputs, attrs: { transposeA: ta, transposeB: tb }, dy }) {
    const [a, b] = inputs as readonly [Node, Node];
    // C = A·B: dA = dC·Bᵀ, dB = Aᵀ·dC; each transposed when its operand was.
    const da = ta ? matmul(b, dy, { transposeA: tb, transposeB: true }) : matmul(dy, b, { transposeB: !tb });
    const [x, y] = !ta && isOneForAll(a, b) ? [rowsOf(a), rowsOf(dy)] : [a, dy];
    const db = tb ? matmul(y, x, { transposeA: true, transposeB: ta }) : matmul(x, y, { transposeA: !ta });
    return [sumTo(da, a.type.shape), sumTo(db, b.type.shape)];
  },
};

/** Whether one matrix `b`, such as the weight of a layer, is multiplied by all matrices of `a`: then its gradient is one product over the rows of all of them. */
function isOneForAll({ type: a }: Node, { type: b }: Node): boolean {
  return b.shape.length === 2 && a.shape.length > 2 && !isDynamic(a.shape);
}

/** All matrices one below the other. */
function rowsOf(x: Node): Node {
  const { shape } = x.type;
  return reshape(x, [numel(shape.slice(0, -1)), shape.at(-1) as number]);
}

function matrix({ shape }: TensorType, transposed: boolean): readonly [number, number] {
  const [rows, cols] = shape.slice(-2) as [number, number];
  return transposed ? [cols, rows] : [rows, cols];
}

/** Matrix product of the last two axes, `[…, m, k] · […, k, n] → […, m, n]`; leading axes broadcast. */
export function matmul(a: Node, b: Node, options: Partial<MatmulAttrs> = {}): Node {
  expectOptions('matmul', options, ['transposeA', 'transposeB']);
  const { transposeA = false, transposeB = false } = options;
  return node(matmulOp, [a, b], { transposeA, transposeB });
}
