import type { NDArray, Node } from '@descent/core';
import { isOp } from '@descent/core/backend';
import {
  addOp,
  argMaxOp,
  broadcastToOp,
  castOp,
  concatOp,
  constantOp,
  flipOp,
  gatherOp,
  iotaOp,
  maximumOp,
  maxOp,
  minimumOp,
  minOp,
  mulOp,
  negOp,
  padOp,
  reshapeOp,
  sliceOp,
  subOp,
  sumOp,
  transposeOp,
  whereOp,
} from '@descent/core/ops';

/** The least and the largest value that a tensor can have. */
export type Bounds = readonly [number, number];

export const INT32: Bounds = [-(2 ** 31), 2 ** 31 - 1];

/** What is known of the elements of `n`, integers, from how they are computed. */
export function boundsOf(n: Node, depth = 0): Bounds {
  const before = found.get(n);
  if (before !== undefined) return before;
  const { dtype } = n.type;
  const whole: Bounds = dtype === 'bool' ? [0, 1] : dtype === 'uint8' ? [0, 255] : INT32;
  if (dtype === 'float32' || depth > MOST_DEPTH) return whole;
  const [least, most] = computed(n, (x) => boundsOf(x, depth + 1)) ?? whole;
  // What would leave the type wraps around, to anything.
  const bounds: Bounds = least >= whole[0] && most <= whole[1] ? [least, most] : whole;
  found.set(n, bounds);
  return bounds;
}

const MOST_DEPTH = 64;
const found = new WeakMap<Node, Bounds>();

/** The exact bounds of what `n` computes, beyond 32 bits as well; undefined of what is not looked into. */
export function computed(n: Node, of: (x: Node) => Bounds): Bounds | undefined {
  if (isOp(n, constantOp)) return extremes(n.attrs.value);
  if (isOp(n, iotaOp)) return [0, Math.max(0, count(n.type.shape) - 1)];
  if (isOp(n, argMaxOp)) return [0, Math.max(0, count([(n.inputs[0] as Node).type.shape[n.attrs.axis] as number]) - 1)];
  const inputs = n.inputs.filter((x, i) => x.type.dtype !== 'float32' && !(isOp(n, whereOp) && i === 0));
  if (inputs.length === 0) return undefined;
  if (isOp(n, gatherOp)) return of(inputs[0] as Node);
  if (MOVING.has(n.op)) return union(inputs.map(of));
  const [a, b] = inputs as [Node, Node];
  if (isOp(n, padOp)) return union([of(a), [n.attrs.value, n.attrs.value]]);
  if (n.op === addOp) return pairwise(of(a), of(b), (x, y) => x + y);
  if (n.op === subOp) return pairwise(of(a), of(b), (x, y) => x - y);
  if (n.op === mulOp) return pairwise(of(a), of(b), (x, y) => x * y);
  if (n.op === maximumOp) return pairwise(of(a), of(b), Math.max);
  if (n.op === minimumOp) return pairwise(of(a), of(b), Math.min);
  if (n.op === negOp) return pairwise(of(a), [0, 0], (x) => -x);
  if (!isOp(n, sumOp)) return undefined;
  const times = count(n.attrs.axes.map((axis) => a.type.shape[axis] as number));
  const [least, most] = of(a);
  return [Math.min(0, least * times), Math.max(0, most * times)];
}

/** Elements of these are elements of their inputs. */
const MOVING: ReadonlySet<unknown> = new Set([
  ...[broadcastToOp, castOp, concatOp, flipOp, maxOp, minOp, reshapeOp, sliceOp, transposeOp, whereOp],
]);

/** How many elements there can be; of an open axis, as many as a tensor has. */
function count(sizes: readonly number[]): number {
  return sizes.reduce((n, d) => n * (d < 0 ? INT32[1] : d), 1);
}

function union(all: readonly Bounds[]): Bounds {
  return [Math.min(...all.map(([least]) => least)), Math.max(...all.map(([, most]) => most))];
}

/** Of a function that is monotone in each of two. */
function pairwise(a: Bounds, b: Bounds, f: (x: number, y: number) => number): Bounds {
  const ends = [f(a[0], b[0]), f(a[0], b[1]), f(a[1], b[0]), f(a[1], b[1])];
  return [Math.min(...ends), Math.max(...ends)];
}

function extremes({ data }: NDArray): Bounds | undefined {
  if (data.length === 0) return [0, 0];
  let [least, most] = [data[0] as number, data[0] as number];
  for (let i = 1; i < data.length; i++) {
    const v = data[i] as number;
    if (v < least) least = v;
    else if (v > most) most = v;
  }
  return [least, most];
}
