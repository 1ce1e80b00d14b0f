import { ShapeError } from '../../errors.ts';
import type { Node } from '../../ir/node.ts';
import { formatShape, type Shape, sameShape } from '../../ir/shape.ts';
import { expectCount, notWhatWasWanted } from '../../options.ts';

/** `[768]` for 768; a list as it is. Throws a `ValueError` unless all sizes are counts. */
export function lastAxes(layer: string, normalizedShape: number | readonly number[]): Shape {
  const shape: readonly number[] = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
  if (!Array.isArray(shape) || shape.length === 0) {
    throw notWhatWasWanted(`${layer}.normalizedShape`, normalizedShape, {
      what: 'the sizes of the last axes',
      example: `${layer}(768) or ${layer}([16, 32])`,
    });
  }
  for (const size of shape) expectCount(layer, 'normalizedShape', size);
  return [...shape];
}

/** Throws a `ShapeError` unless the last axes of `x`, without the batch, are `shape`. */
export function expectLastAxes(layer: string, x: Node, shape: Shape): void {
  const received = x.type.shape;
  if (received.length > shape.length && sameShape(received.slice(-shape.length), shape)) return;
  const last = received.slice(-shape.length);
  const fits = received.length > shape.length && last.every((size) => size > 0);
  throw new ShapeError('the last axes of the input are not those that the layer normalizes', {
    received: formatShape(received),
    expected: `[batch, …, ${shape.join(', ')}]`,
    fix: fits
      ? `use ${layer}(${last.length === 1 ? last[0] : `[${last.join(', ')}]`})`
      : 'give the input a batch axis in front of the axes that are normalized',
  });
}
