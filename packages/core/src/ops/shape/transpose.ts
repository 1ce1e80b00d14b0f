import { ShapeError } from '../../errors.ts';
import { isOp, type Node, node, rankOf } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';
import { formatShape } from '../../ir/shape.ts';
import { notWhatWasWanted } from '../../options.ts';

export interface TransposeAttrs {
  /** Output axis i is input axis perm[i]. */
  readonly perm: readonly number[];
}

export const transposeOp: PrimitiveOp<'transpose', TransposeAttrs> = {
  kind: 'primitive',
  name: 'transpose',
  infer([x], { perm }) {
    const { dtype, shape } = x as TensorType;
    const sorted = [...perm].sort((a, b) => a - b);
    if (perm.length !== shape.length || sorted.some((p, i) => p !== i)) {
      throw new ShapeError('transpose needs each axis exactly once', {
        received: `permutation [${perm.join(', ')}] for shape ${formatShape(shape)}`,
        expected: `a permutation of 0…${shape.length - 1}`,
      });
    }
    return { dtype, shape: perm.map((p) => shape[p] as number) };
  },
  simplify({ inputs: [x], attrs }) {
    const input = x as Node;
    const { perm } = attrs as TransposeAttrs;
    if (perm.every((p, i) => p === i)) return input;
    if (!isOp(input, transposeOp)) return null;
    return transpose(
      input.inputs[0] as Node,
      perm.map((p) => input.attrs.perm[p] as number),
    );
  },
  grad({ attrs: { perm }, dy }) {
    return [
      transpose(
        dy,
        perm.map((_, i) => perm.indexOf(i)),
      ),
    ];
  },
};

/** Permutes the axes; without `perm`, reverses them. */
export function transpose(x: Node, perm?: readonly number[]): Node {
  const rank = rankOf('transpose', x);
  if (perm !== undefined && !Array.isArray(perm))
    throw notWhatWasWanted('transpose: the order of the axes', perm, {
      what: 'one list',
      example: 'transpose(x, [1, 0])',
    });
  const order = perm ?? x.type.shape.map((_, i) => rank - 1 - i);
  return order.length === rank && order.every((p, i) => p === i) ? x : node(transposeOp, [x], { perm: order });
}
