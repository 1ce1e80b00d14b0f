import { formatShape, type Node } from '@descent/core';
import { reshape } from '@descent/core/ops';
import { flag, number } from '../attributes.ts';
import type { ImportedNode } from '../graph.ts';
import { fromFront, toFront } from '../loops/frame.ts';
import type { RuleContext, Rules } from '../rule.ts';
import { JOINED_ENTRIES } from '../sequences.ts';
import { axisOf } from './_axes.ts';

/** What stands for lists of tensors. */
export const LISTS: Rules = { [`${JOINED_ENTRIES.domain}.${JOINED_ENTRIES.opType}`]: joinedEntries };

/** The entries of a tensor along one axis, joined along another: a list that was made of a tensor, or in a loop. */
function joinedEntries(node: ImportedNode, c: RuleContext): Node {
  const x = c.node(0);
  const from = axisOf(node, number(node, 'entries_axis'), x.type.shape.length);
  const front = toFront(x, from);
  const [count = 0, ...rest] = front.type.shape;
  const entry = flag(node, 'keepdims', false) ? rest.toSpliced(from, 0, 1) : rest;
  const all = reshape(front, [count, ...entry]);
  const isNew = flag(node, 'new_axis', false);
  if (!isNew && entry.length === 0)
    throw c.unsupported(`tensors ${formatShape(entry)}`, 'tensors with an axis to join');
  const axis = axisOf(node, number(node, 'axis'), entry.length + (isNew ? 1 : 0));
  const moved = fromFront(all, axis);
  if (isNew) return moved;
  const { shape } = moved.type;
  const size = count * (entry[axis] as number);
  return reshape(moved, [...shape.slice(0, axis), size, ...shape.slice(axis + 2)]);
}
