import type { Node } from '@descent/core';
import {
  argMax,
  equal,
  iota,
  maximum,
  neg,
  oneHot,
  reshape,
  scalar,
  scan,
  sub,
  sum,
  transpose,
  where,
} from '@descent/core/ops';
import { flag, number } from '../attributes.ts';
import type { ImportedNode } from '../graph.ts';
import type { RuleContext } from '../rule.ts';
import { axisOf } from './_axes.ts';

/** What has been taken already, and the least that has not. */
const FLOAT = { taken: -3.4028234663852886e38, least: -3.402823e38 } as const;
const INTEGER = { taken: -(2 ** 31), least: 1 - 2 ** 31 } as const;

/** The largest or smallest `k` elements along an axis, and where they stood. Of equal ones the first comes first. */
export function topK(node: ImportedNode, c: RuleContext): readonly Node[] {
  const x = c.node(0);
  const k = node.opset < 10 ? number(node, 'k') : c.number(1);
  const rank = x.type.shape.length;
  const axis = axisOf(node, number(node, 'axis', -1), rank);
  const last = rank - 1;
  const swapped = Array.from({ length: rank }, (_, i) => (i === axis ? last : i === last ? axis : i));
  const lines = axis === last ? x : transpose(x, swapped);
  const size = lines.type.shape[last] as number;
  if (!(k >= 0 && k <= size)) throw c.unsupported(`k ${k} of ${size} elements`, `0 to ${size}`);
  const indices = largest(lines, k, size, node.opset < 11 || flag(node, 'largest', true));
  const found = equal(oneHot(indices, size), 1);
  const values = sum(where(found, reshape(lines, lines.type.shape.toSpliced(last, 0, 1)), 0), { axes: [rank] });
  return axis === last ? [values, indices] : [transpose(values, swapped), transpose(indices, swapped)];
}

/** One after the other, in a loop: the program does not grow with `k`. */
function largest(x: Node, k: number, size: number, isLargest: boolean): Node {
  const { taken, least } = x.type.dtype === 'int32' ? INTEGER : FLOAT;
  // −1 − x turns the order of integers around without one that is too large.
  const keys = isLargest ? x : x.type.dtype === 'int32' ? sub(-1, x) : neg(x);
  const { ys } = scan(maximum(keys, least), iota(k), (left: Node, _: Node) => {
    const first = argMax(left, { axis: -1 });
    return { carry: where(equal(oneHot(first, size), 1), scalar(taken, left.type.dtype), left), y: first };
  });
  const rank = x.type.shape.length;
  return transpose(ys, [...Array.from({ length: rank - 1 }, (_, i) => i + 1), 0]);
}
