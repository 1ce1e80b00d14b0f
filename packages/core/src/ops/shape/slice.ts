import { ShapeError } from '../../errors.ts';
import { expectNodes, type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp, TensorType } from '../../ir/op.ts';
import { DYNAMIC, formatShape } from '../../ir/shape.ts';
import { expectOptions } from '../../options.ts';
import { padOp } from './_pad-op.ts';

export interface SliceAttrs {
  /** One entry an axis: first index taken. */
  readonly starts: readonly number[];
  /** One entry an axis: first index not taken. */
  readonly ends: readonly number[];
  /** One entry an axis: distance between indices, at least 1. */
  readonly steps: readonly number[];
}

export const sliceOp: PrimitiveOp<'slice', SliceAttrs> = {
  kind: 'primitive',
  name: 'slice',
  infer([x], { starts, ends, steps }) {
    const { dtype, shape } = x as TensorType;
    const out = shape.map((d, i) => {
      const [s, e, step] = [starts[i], ends[i], steps[i]] as [number, number, number];
      if (d === DYNAMIC && s === 0 && e === DYNAMIC && step === 1) return d;
      if (d < 0 || !(s >= 0 && s <= e && e <= d && step >= 1) || ![s, e, step].every(Number.isInteger)) {
        throw new ShapeError(`slice is out of range on axis ${i}`, {
          received: `${s}:${e}:${step} of shape ${formatShape(shape)}`,
          expected: '0 ≤ start ≤ end ≤ size and a step of at least 1',
        });
      }
      return Math.ceil((e - s) / step);
    });
    return { dtype, shape: out };
  },
  window: (_, { steps: [, , height = 1, width = 1] }) => ({ size: [1, 1], step: [height, width], dilation: [1, 1] }),
  simplify({ inputs: [x], type }) {
    const input = x as Node;
    return input.type.shape.every((d, i) => d === type.shape[i]) ? input : null;
  },
  grad({ inputs: [x], attrs: { starts, steps }, output, dy }) {
    const { shape } = (x as Node).type;
    // Put step-1 zeros between the rows of dy, then zeros around them.
    const inner = output.type.shape.map((n, i) => Math.max(0, (n - 1) * (steps[i] as number)));
    const before = starts;
    const taken = output.type.shape.map((n, i) => (n === 0 ? 0 : (inner[i] as number) + 1));
    const after = shape.map((d, i) => (d === DYNAMIC ? 0 : d - (before[i] as number) - (taken[i] as number)));
    // The op itself, so that a page fetches no other modes of padding.
    return [node(padOp, [dy], { before, after, interior: steps.map((s) => s - 1), value: 0 })];
  },
};

export interface SliceRange {
  readonly axis: number;
  /** First index, default 0; negative counts from the end. */
  readonly start?: number;
  /** First index not taken, default the size; negative counts from the end. */
  readonly end?: number;
  readonly step?: number;
}

/** Takes a range of indices on one or more axes. */
export function slice(x: Node, ...ranges: readonly SliceRange[]): Node {
  expectNodes('slice', [x]);
  const { shape } = x.type;
  const starts = shape.map(() => 0);
  const ends = [...shape];
  const steps = shape.map(() => 1);
  for (const range of ranges) {
    expectOptions('slice', range, ['axis', 'start', 'end', 'step']);
    const { axis, start = 0, end, step = 1 } = range;
    const a = axis < 0 ? axis + shape.length : axis;
    const size = shape[a];
    if (size === undefined)
      throw new ShapeError(`slice: ${formatShape(shape)} has no axis ${axis}`, { received: `axis ${axis}` });
    const wrap = (i: number): number => (i < 0 ? i + size : i);
    starts[a] = wrap(start);
    ends[a] = end === undefined ? size : wrap(end);
    steps[a] = step;
  }
  return node(sliceOp, [x], { starts, ends, steps });
}
