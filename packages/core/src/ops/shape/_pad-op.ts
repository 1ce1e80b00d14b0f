import { ShapeError } from '../../errors.ts';
import { expectHolds } from '../../ir/dtype.ts';
import type { Node } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';
import { DYNAMIC, formatShape } from '../../ir/shape.ts';
import { describeValue } from '../../options.ts';
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
    const isCount = (n: unknown): boolean => Number.isInteger(n) && (n as number) >= 0;
    if (counts.some((c) => !Array.isArray(c) || c.length !== shape.length || !c.every(isCount))) {
      throw new ShapeError(`pad needs one count of at least 0 for each axis of ${formatShape(shape)}`, {
        received: counts.map((c) => (Array.isArray(c) ? `[${c.join(', ')}]` : describeValue(c))).join(', '),
        expected: 'pad(x, before, after): elements in front of each axis, and elements behind each',
        fix: `for one element on every side: pad(x, [${shape.map(() => 1).join(', ')}], [${shape.map(() => 1).join(', ')}])`,
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
  window(_, { interior }) {
    const [, , height = 0, width = 0] = interior;
    return { size: [1, 1], step: [1 / (height + 1), 1 / (width + 1)], dilation: [1, 1] };
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
