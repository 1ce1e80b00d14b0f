import { ShapeError } from '../../errors.ts';
import type { Node } from '../../ir/node.ts';
import { formatShape } from '../../ir/shape.ts';

/** Sizes of `[batch, time, width]`. Throws a `ShapeError` for another rank, or a width that `fits` does not take. */
export function expectSequence(
  { type: { shape } }: Node,
  fits: (width: number) => boolean,
  wanted: string,
): { readonly time: number; readonly width: number } {
  const [, time, width] = shape;
  if (shape.length === 3 && time !== undefined && width !== undefined && fits(width)) return { time, width };
  throw new ShapeError('the input is no batch of sequences of that width', {
    received: formatShape(shape),
    expected: `[batch, time, width] with ${wanted}`,
    fix: shape.length === 2 ? 'give the input a batch axis in front, or an embedding for tokens' : undefined,
  });
}
