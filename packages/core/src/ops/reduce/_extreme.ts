import { ShapeError } from '../../errors.ts';
import type { Node } from '../../ir/node.ts';
import type { TensorType } from '../../ir/op.ts';
import { formatShape } from '../../ir/shape.ts';
import { cast } from '../elementwise/cast.ts';
import { div } from '../elementwise/div.ts';
import { equal } from '../elementwise/equal.ts';
import { mul } from '../elementwise/mul.ts';
import { type ReduceAttrs, unreduce } from './_types.ts';
import { sum } from './sum.ts';

/** Gradient of `max` and `min`: split evenly among the elements that equal the extreme. */
export function extremeGrad(x: Node, output: Node, attrs: ReduceAttrs, dy: Node): Node {
  const { shape } = x.type;
  const mask = cast(equal(x, unreduce(output, attrs, shape)), 'float32');
  const share = div(dy, sum(mask, attrs));
  return mul(mask, unreduce(share, attrs, shape));
}

/** An extreme of no elements does not exist. */
export function expectNonEmpty(op: string, [x]: readonly TensorType[], axes: readonly number[]): void {
  const { shape } = x as TensorType;
  if (axes.every((a) => shape[a] !== 0)) return;
  throw new ShapeError(`${op} over an empty axis has no value`, {
    received: `shape ${formatShape(shape)}, axes [${axes.join(', ')}]`,
    expected: 'at least one element on each reduced axis',
  });
}
