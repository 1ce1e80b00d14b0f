import { isOp, type Node, node } from '../../ir/node.ts';
import type { PrimitiveOp } from '../../ir/op.ts';
import { sameShape } from '../../ir/shape.ts';
import { sumTo } from '../reduce/sum-to.ts';
import { type PadAttrs, padOp } from '../shape/_pad-op.ts';
import { concat, concatOp } from '../shape/concat.ts';
import { binary, covers, isConstantOf, NO_ATTRS, type NoAttrs, type Operand, operands } from './_types.ts';

export const addOp: PrimitiveOp<'add', NoAttrs> = {
  kind: 'primitive',
  name: 'add',
  elementwise: true,
  commutative: true,
  simplify({ inputs: [a, b] }) {
    if (isConstantOf(b as Node, 0) && covers(a as Node, b as Node)) return a as Node;
    if (isConstantOf(a as Node, 0) && covers(b as Node, a as Node)) return b as Node;
    return joined(a as Node, b as Node) ?? besideATerm(a as Node, b as Node) ?? besideATerm(b as Node, a as Node);
  },
  infer: (inputs) => binary('add', inputs),
  grad: ({ inputs: [a, b], dy }) => [sumTo(dy, (a as Node).type.shape), sumTo(dy, (b as Node).type.shape)],
};

/** `a + b`, broadcasting. */
export function add(a: Operand, b: Operand): Node {
  return node(addOp, operands('add', a, b), NO_ATTRS);
}

/** `sum + part`, where a term of `sum` meets `part`, which is padded: gradients of slices come in the order in which the slices were used, not in that of their places. */
function besideATerm(sum: Node, part: Node, depth = 0): Node | null {
  if (depth === MOST_TERMS || !isOp(part, padOp) || !isOp(sum, addOp)) return null;
  const [rest, term] = sum.inputs as readonly [Node, Node];
  if (![rest, term].every(({ type }) => sameShape(type.shape, part.type.shape))) return null;
  for (const x of [term, rest]) {
    const pair = joined(x, part);
    if (pair !== null) return add(x === term ? rest : term, padOp.simplify?.(pair) ?? pair);
  }
  const inner = besideATerm(rest, part, depth + 1);
  return inner && add(inner, term);
}

/** So many terms of a sum are looked at. */
const MOST_TERMS = 8;

function joined(a: Node, b: Node): Node | null {
  return sideBySide(a, b) ?? sideBySide(b, a);
}

/**
 * Tensors padded with zeros so that one begins where the other ends, joined instead of added: gradients of slices, each of which would fill a whole tensor.
 * `null` where they do not meet so.
 */
function sideBySide(a: Node, b: Node): Node | null {
  if (!isOp(a, padOp) || !isOp(b, padOp) || !isPlain(a.attrs) || !isPlain(b.attrs)) return null;
  // Padded along one axis, a piece of size 1 on another is added to all of that axis, and not to its place.
  if (!sameShape(a.type.shape, b.type.shape)) return null;
  const [left, right] = [a.inputs[0] as Node, b.inputs[0] as Node];
  const [from, to] = [a.attrs, b.attrs];
  const axis = left.type.shape.findIndex((d, i) => d !== right.type.shape[i] || from.before[i] !== to.before[i]);
  const meets = (d: number, i: number): boolean =>
    i === axis
      ? d > 0 && (from.before[i] as number) + d === to.before[i]
      : d === right.type.shape[i] && from.before[i] === to.before[i] && from.after[i] === to.after[i];
  if (axis === -1 || !left.type.shape.every(meets)) return null;
  const parts = [left, right].flatMap((x) => (isOp(x, concatOp) && x.attrs.axis === axis ? x.inputs : [x]));
  return node(padOp, [concat(parts, axis)], { ...from, after: from.after.with(axis, to.after[axis] as number) });
}

function isPlain({ interior, value }: PadAttrs): boolean {
  return value === 0 && interior.every((gap) => gap === 0);
}
