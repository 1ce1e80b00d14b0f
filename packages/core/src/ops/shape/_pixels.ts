import { ShapeError } from '../../errors.ts';
import { expectNodes, type Node } from '../../ir/node.ts';
import { formatShape } from '../../ir/shape.ts';
import { expectCount } from '../../options.ts';

/** The sizes of images whose axes of the names in `divided` are multiples of `by`. */
export function expectImages(
  op: string,
  x: Node,
  factor: number,
  divided: readonly ('channels' | 'height' | 'width')[],
  by: number,
): readonly [batch: number, channels: number, height: number, width: number] {
  expectNodes(op, [x]);
  expectCount(op, 'factor', factor);
  const { shape } = x.type;
  if (shape.length !== 4) {
    throw new ShapeError(`${op} needs images [batch, channels, height, width]`, {
      received: formatShape(shape),
      expected: 'four axes',
    });
  }
  const [batch, channels, height, width] = shape as [number, number, number, number];
  const sizes = { channels, height, width };
  const odd = divided.find((axis) => sizes[axis] < 0 || sizes[axis] % by !== 0);
  if (odd !== undefined) {
    throw new ShapeError(`${op}: the ${odd} cannot be divided by ${by}`, {
      received: `${formatShape(shape)}, factor ${factor}`,
      expected: `a multiple of ${odd === 'channels' ? `${factor} · ${factor} = ${by}` : by}`,
    });
  }
  return [batch, channels, height, width];
}
