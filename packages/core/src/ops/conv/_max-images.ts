import { ShapeError } from '../../errors.ts';
import { tensor } from '../../ir/ndarray.ts';
import { type Node, node } from '../../ir/node.ts';
import { gather } from '../indexing/gather.ts';
import { constant } from '../leaf/constant.ts';
import { attrsOf, type PoolAxis } from './_pool.ts';
import { maxPool2dOp } from './max-pool2d.ts';

/** For each window along an axis, the pixels that it sees, in order and equally many. */
export type Seen = readonly (readonly number[])[];

/** The largest pixel of each window of images. */
export function maxOfImages(op: string, x: Node, axes: readonly [PoolAxis, PoolAxis]): Node {
  if (axes.every(({ dilation }) => dilation === 1)) return node(maxPool2dOp, [x], attrsOf(axes));
  return maxOfSeen(x, [seen(op, axes[0]), seen(op, axes[1])]);
}

/** The largest pixel of windows that see any rows and columns: these are copied together, so that windows tile the copy. */
export function maxOfSeen(x: Node, seenBy: readonly [Seen, Seen]): Node {
  const kernel = seenBy.map(([first]) => (first as readonly number[]).length) as [number, number];
  const copied = seenBy.reduce((from, all, i) => {
    const at = all.flat();
    const isWhole = at.length === x.type.shape[i + 2] && at.every((v, j) => v === j);
    return isWhole ? from : gather(from, constant(tensor(at, 'int32')), i + 2);
  }, x);
  return node(maxPool2dOp, [copied], { kernel, strides: kernel, pads: [0, 0, 0, 0] });
}

/** A pixel of the padding, which never wins, is replaced by one of the same window, which changes neither the maximum nor which is the first. */
function seen(op: string, { size, kernel, stride, dilation, before, output }: PoolAxis): Seen {
  return Array.from({ length: output }, (_, o) => {
    const at = Array.from({ length: kernel }, (_, t) => o * stride - before + t * dilation);
    const inside = at.filter((i) => i >= 0 && i < size);
    const [first, last] = [inside[0], inside.at(-1)];
    if (first === undefined || last === undefined) {
      throw new ShapeError(`${op}: a window holds no pixel`, {
        received: `a window at ${at.join(', ')} of an axis of ${size}`,
        expected: 'windows that each hold a pixel',
        fix: 'use less dilation or less padding',
      });
    }
    return at.map((i) => Math.min(Math.max(i, first), last));
  });
}
