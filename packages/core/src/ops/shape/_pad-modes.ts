import { ShapeError } from '../../errors.ts';
import type { Node } from '../../ir/node.ts';
import { DYNAMIC, formatShape } from '../../ir/shape.ts';
import { knownAs } from '../composite/known-as.ts';
import { broadcastTo } from './broadcast-to.ts';
import { concat } from './concat.ts';
import { flip } from './flip.ts';
import { slice } from './slice.ts';

export const PAD_MODES = ['constant', 'reflect', 'replicate', 'circular'] as const;
export type PadMode = (typeof PAD_MODES)[number];

/** Surrounds `x` with elements of its own, one axis after the other; the counts were looked at. */
export function padFrom(
  x: Node,
  before: readonly number[],
  after: readonly number[],
  mode: Exclude<PadMode, 'constant'>,
): Node {
  const padded = x.type.shape.reduce((y, size, axis) => {
    const counts = [before[axis], after[axis]] as [number, number];
    if (size === DYNAMIC || counts.every((n) => n === 0)) return y;
    expectEnough(x, axis, Math.max(...counts), mode);
    const [front, back] = ENDS[mode](y, axis, size, ...counts);
    return concat([...(counts[0] === 0 ? [] : [front()]), y, ...(counts[1] === 0 ? [] : [back()])], axis);
  }, x);
  return padded === x ? x : knownAs(padded, { call: 'pad', mode, before, after }, { x });
}

/** What stands in front of an axis, and behind it. */
type Ends = (
  x: Node,
  axis: number,
  size: number,
  before: number,
  after: number,
) => readonly [front: () => Node, back: () => Node];

const ENDS: Readonly<Record<Exclude<PadMode, 'constant'>, Ends>> = {
  reflect: (x, axis, size, before, after) => [
    () => flip(slice(x, { axis, start: 1, end: 1 + before }), axis),
    () => flip(slice(x, { axis, start: size - 1 - after, end: size - 1 }), axis),
  ],
  replicate: (x, axis, size, before, after) => [
    () => repeated(slice(x, { axis, start: 0, end: 1 }), axis, before),
    () => repeated(slice(x, { axis, start: size - 1, end: size }), axis, after),
  ],
  circular: (x, axis, size, before, after) => [
    () => slice(x, { axis, start: size - before, end: size }),
    () => slice(x, { axis, start: 0, end: after }),
  ],
};

function repeated(x: Node, axis: number, count: number): Node {
  return broadcastTo(
    x,
    x.type.shape.map((d, i) => (i === axis ? count : d)),
  );
}

/** A mirror shows all but the edge itself, and nothing is there twice. */
function expectEnough(x: Node, axis: number, count: number, mode: Exclude<PadMode, 'constant'>): void {
  const size = x.type.shape[axis] as number;
  const most = { reflect: size - 1, replicate: size === 0 ? 0 : Number.POSITIVE_INFINITY, circular: size }[mode];
  if (count <= most) return;
  throw new ShapeError(`pad with mode '${mode}' has too few elements on axis ${axis}`, {
    received: `padding ${count} of ${formatShape(x.type.shape)}, of whose ${size} elements ${Math.max(0, most)} can be shown`,
    expected: `at most ${Math.max(0, most)}`,
    fix: "use less padding, or mode 'constant' or 'replicate'",
  });
}
