import { ShapeError } from '../errors.ts';
import { describeValue, expectKind } from '../options.ts';

/**
 * Sizes of the axes of a tensor, outermost first. At most one axis may be `DYNAMIC`: its size is known only when the graph runs (the
 * batch axis of an exported model).
 */
export type Shape = readonly number[];

/**
 * The size of an axis that is known only at run time. It is -1, so products and equality keep their meaning: a shape of numel `-784` holds
 * 784 elements for each entry of the dynamic axis, and two shapes with equal (negative) numel hold equally many elements.
 */
export const DYNAMIC = -1;

/** Number of elements; negative when one axis is dynamic (see `DYNAMIC`). */
export function numel(shape: Shape): number {
  expectSizes(shape);
  let n = 1;
  for (const d of shape) n *= d;
  return n;
}

/** The most elements that a tensor can have: engines count them with int32. */
const MOST_ELEMENTS = 2 ** 31 - 1;

/** Throws a `ShapeError` when a tensor of `shape` has more elements than any engine can count. */
export function expectCountable(op: string, shape: Shape): void {
  const count = Math.abs(numel(shape));
  if (count <= MOST_ELEMENTS) return;
  throw new ShapeError(`${op} gives a tensor that is too large`, {
    received: `${formatShape(shape)}, ${count} elements`,
    expected: `at most ${MOST_ELEMENTS} elements`,
    fix: 'check the sizes, or work on parts of the data',
  });
}

export function isDynamic(shape: Shape): boolean {
  expectSizes(shape);
  return shape.includes(DYNAMIC);
}

/** `[batch, 3, 32]` for people: a dynamic axis reads as `batch`. */
export function formatShape(shape: Shape): string {
  expectSizes(shape);
  return `[${shape.map((d) => (d === DYNAMIC ? 'batch' : d)).join(', ')}]`;
}

export function sameShape(a: Shape, b: Shape): boolean {
  expectSizes(a);
  expectSizes(b);
  return a.length === b.length && a.every((d, i) => d === b[i]);
}

/** Throws unless `shape` is a list: cheap enough for what runs often. */
function expectSizes(shape: Shape): void {
  expectKind('the shape', shape, 'list', '[2, 3]');
}

/** Throws unless every size is a non-negative integer, or `DYNAMIC` at most once. */
export function expectShape(op: string, shape: Shape): void {
  if (!Array.isArray(shape)) {
    throw new ShapeError(`${op} takes a shape as one list`, {
      received: describeValue(shape),
      expected: 'a list of sizes, such as [2, 3]',
    });
  }
  const valid = shape.every((d) => Number.isSafeInteger(d) && (d >= 0 || d === DYNAMIC));
  if (valid && shape.filter((d) => d === DYNAMIC).length <= 1) return;
  throw new ShapeError(`${op} was given an invalid shape`, {
    received: `[${shape.join(', ')}]`,
    expected: 'non-negative integers, and at most one dynamic axis (-1)',
  });
}

/** The common shape of two operands by NumPy's rule: aligned at the last axis, sizes equal or one of them 1. */
export function broadcastShapes(op: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const out: number[] = [];
  for (let i = 0; i < rank; i++) {
    const da = a[a.length - rank + i] ?? 1;
    const db = b[b.length - rank + i] ?? 1;
    if (da !== db && da !== 1 && db !== 1) {
      throw new ShapeError(`${op} cannot combine ${formatShape(a)} with ${formatShape(b)}`, {
        received: `sizes ${da} and ${db} on axis ${i - rank}`,
        expected: 'equal sizes, or one of them 1 (broadcasting aligns shapes at the last axis)',
        fix: 'reshape or transpose one operand so that the axes line up',
      });
    }
    out.push(da === 1 ? db : da);
  }
  return out;
}

/** `axis` counted from the front; negative axes count from the back. */
export function normalizeAxis(op: string, axis: number, rank: number): number {
  if (typeof axis !== 'number') {
    throw new ShapeError(`${op} takes an axis as a number`, {
      received: describeValue(axis),
      expected: 'a number, such as 1',
    });
  }
  const a = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(axis) && a >= 0 && a < rank) return a;
  throw new ShapeError(`${op} was given axis ${axis} for a tensor of rank ${rank}`, {
    received: `axis ${axis}`,
    expected: rank === 0 ? 'a tensor with at least one axis' : `an integer from ${-rank} to ${rank - 1}`,
  });
}

/** Sorted, distinct, non-negative axes; `undefined` means all of them. */
export function normalizeAxes(
  op: string,
  axes: readonly number[] | number | undefined,
  rank: number,
): readonly number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, i) => i);
  const list = (Array.isArray(axes) ? axes : [axes as number]).map((a) => normalizeAxis(op, a, rank));
  const unique = [...new Set(list)].sort((a, b) => a - b);
  if (unique.length === list.length) return unique;
  throw new ShapeError(`${op} was given the same axis twice`, {
    received: `[${list.join(', ')}]`,
    expected: 'distinct axes',
  });
}

/** Row-major strides in elements. */
export function strides(shape: Shape): readonly number[] {
  expectSizes(shape);
  const out = new Array<number>(shape.length);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    out[i] = step;
    step *= shape[i] as number;
  }
  return out;
}
