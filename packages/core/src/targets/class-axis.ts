import { ValueError } from '../errors.ts';
import type { Node } from '../ir/node.ts';
import { normalizeAxis, type Shape } from '../ir/shape.ts';
import { transpose } from '../ops/shape/transpose.ts';
import { describeValue } from '../options.ts';

/** Throws a `ValueError` unless `axis` may hold classes: a whole number, and not 0, which is the batch. */
export function expectClassAxis(of: string, axis: unknown): asserts axis is number {
  if (Number.isSafeInteger(axis) && axis !== 0) return;
  throw new ValueError(`${of} was given an invalid classAxis`, {
    path: `${of}.classAxis`,
    received: describeValue(axis),
    expected: 'a whole number other than 0, which is the batch: 1 for [batch, classes, height, width], -1 for the last',
  });
}

/** `x` with the axis of the classes at the end. */
export function classesLast(of: string, x: Node, axis: number): Node {
  const at = normalizeAxis(of, axis, x.type.shape.length);
  const last = x.type.shape.length - 1;
  if (at === last) return x;
  return transpose(x, [...x.type.shape.keys()].filter((i) => i !== at).concat(at));
}

/** The shape of `classesLast`. */
export function classesLastShape(of: string, shape: Shape, axis: number): Shape {
  const at = normalizeAxis(of, axis, shape.length);
  return [...shape.filter((_, i) => i !== at), shape[at] as number];
}
