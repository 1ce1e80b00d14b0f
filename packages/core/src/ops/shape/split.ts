import { ShapeError } from '../../errors.ts';
import { type Node, rankOf } from '../../ir/node.ts';
import { formatShape, normalizeAxis } from '../../ir/shape.ts';
import { notWhatWasWanted } from '../../options.ts';
import { slice } from './slice.ts';

/** Cuts `x` along `axis` into pieces of the given `sizes`, which must add up to the size of the axis. */
export function split(x: Node, sizes: readonly number[], axis = 0): readonly Node[] {
  if (!Array.isArray(sizes))
    throw notWhatWasWanted('split: the sizes', sizes, {
      what: 'one list',
      example: 'split(x, [2, 3])',
      fix: 'give the size of each piece',
    });
  const a = normalizeAxis('split', axis, rankOf('split', x));
  const total = sizes.reduce((n, s) => n + s, 0);
  if (total !== x.type.shape[a]) {
    throw new ShapeError(`split sizes do not add up to axis ${a} of ${formatShape(x.type.shape)}`, {
      received: `[${sizes.join(', ')}], a total of ${total}`,
      expected: `a total of ${x.type.shape[a]}`,
    });
  }
  let start = 0;
  return sizes.map((size) => {
    const piece = slice(x, { axis: a, start, end: start + size });
    start += size;
    return piece;
  });
}
