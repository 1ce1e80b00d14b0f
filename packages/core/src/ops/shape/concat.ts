import { ShapeError } from '../../errors.ts';
import { expectNodes, type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';
import { formatShape, normalizeAxis } from '../../ir/shape.ts';
import { notWhatWasWanted } from '../../options.ts';
import { slice } from './slice.ts';

export interface ConcatAttrs {
  readonly axis: number;
}

export const concatOp: PrimitiveOp<'concat', ConcatAttrs> = {
  kind: 'primitive',
  name: 'concat',
  keepsPlaces: ({ axis }) => axis < 2,
  infer(inputs, { axis }) {
    const [first] = inputs;
    if (first === undefined) throw new ShapeError('concat needs at least one tensor', { received: 'none' });
    normalizeAxis('concat', axis, first.shape.length);
    const fits = (t: TensorType): boolean =>
      t.dtype === first.dtype &&
      t.shape.length === first.shape.length &&
      t.shape.every((d, i) => i === axis || d === first.shape[i]);
    const odd = inputs.find((t) => !fits(t));
    if (odd !== undefined) {
      throw new ShapeError(`concat on axis ${axis} cannot join these tensors`, {
        received: inputs.map((t) => `${t.dtype}${formatShape(t.shape)}`).join(', '),
        expected: 'one element type, and equal sizes on every other axis',
      });
    }
    if (inputs.some((t) => (t.shape[axis] as number) < 0)) {
      throw new ShapeError('concat cannot join along the dynamic axis', { received: `axis ${axis}` });
    }
    return {
      dtype: first.dtype,
      shape: first.shape.map((d, i) => (i === axis ? inputs.reduce((n, t) => n + (t.shape[i] as number), 0) : d)),
    };
  },
  simplify: ({ inputs }) => (inputs.length === 1 ? (inputs[0] as Node) : null),
  grad({ inputs, attrs: { axis }, dy }) {
    let start = 0;
    return inputs.map((x) => {
      const end = start + (x.type.shape[axis] as number);
      const part = slice(dy, { axis, start, end });
      start = end;
      return part;
    });
  },
};

/** Joins tensors along `axis`. */
export function concat(inputs: readonly Node[], axis = 0): Node {
  if (!Array.isArray(inputs))
    throw notWhatWasWanted('concat: the tensors', inputs, { what: 'one list', example: 'concat([a, b], 1)' });
  expectNodes('concat', inputs);
  const [first] = inputs;
  return node(concatOp, inputs, {
    axis: first === undefined ? axis : normalizeAxis('concat', axis, first.type.shape.length),
  });
}
