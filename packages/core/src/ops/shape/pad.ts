import { ShapeError } from '../../errors.ts';
import { expectHolds } from '../../ir/dtype.ts';
import { type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';
import { DYNAMIC, formatShape } from '../../ir/shape.ts';
import { slice } from './slice.ts';

export interface PadAttrs {
  /** One entry an axis: elements put in front. */
  readonly before: readonly number[];
  /** One entry an axis: elements put behind. */
  readonly after: readonly number[];
  /** One entry an axis: elements put between neighbours. */
  readonly interior: readonly number[];
  readonly value: number;
}

export const padOp: PrimitiveOp<'pad', PadAttrs> = {
  kind: 'primitive',
  name: 'pad',
  infer([x], { before, after, interior, value }) {
    const { dtype, shape } = x as TensorType;
    expectHolds('pad', value, dtype);
    const counts = [before, after, interior];
    if (counts.some((c) => c.length !== shape.length || c.some((n) => !Number.isInteger(n) || n < 0))) {
      throw new ShapeError(`pad needs one count of at least 0 for each axis of ${formatShape(shape)}`, {
        received: counts.map((c) => `[${c.join(', ')}]`).join(', '),
      });
    }
    const out = shape.map((d, i) => {
      const [b, a, gap] = [before[i], after[i], interior[i]] as [number, number, number];
      if (d === DYNAMIC) {
        if (b + a + gap === 0) return d;
        throw new ShapeError('pad cannot change the dynamic axis', { received: `axis ${i} of ${formatShape(shape)}` });
      }
      return b + a + d + Math.max(0, d - 1) * gap;
    });
    return { dtype, shape: out };
  },
  simplify: ({ inputs: [x], type }) =>
    (x as Node).type.shape.every((d, i) => d === type.shape[i]) ? (x as Node) : null,
  grad({ inputs: [x], attrs: { before, interior }, dy }) {
    const { shape } = (x as Node).type;
    return [
      slice(
        dy,
        ...shape.flatMap((d, axis) => {
          const start = before[axis] as number;
          const step = (interior[axis] as number) + 1;
          return d === DYNAMIC ? [] : [{ axis, start, end: d === 0 ? start : start + (d - 1) * step + 1, step }];
        }),
      ),
    ];
  },
};

/**
 * Surrounds `x` with `value` (0 by default): `before[i]` and `after[i]` elements on axis i, and `interior[i]` between neighbours.
 */
export function pad(
  x: Node,
  before: readonly number[],
  after: readonly number[],
  { value = 0, interior = before.map(() => 0) }: { value?: number; interior?: readonly number[] } = {},
): Node {
  return node(padOp, [x], { before, after, interior, value });
}
