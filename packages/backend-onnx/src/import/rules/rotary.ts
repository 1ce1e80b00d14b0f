import type { Node } from '@descent/core';
import { add, concat, gather, iota, mul, reshape, slice, split, sub, transpose } from '@descent/core/ops';
import { flag, number } from '../attributes.ts';
import type { ImportedNode } from '../graph.ts';
import type { RuleContext, Rules } from '../rule.ts';

/** Pairs of features turned by angles that grow with the place (Su et al. 2021); the angles come in tables. */
export const ROTARY: Rules = {
  RotaryEmbedding(node, c) {
    const tables = [c.node(1), c.node(2)] as const;
    const at = c.optional(3);
    const [cos, sin] = at === undefined ? tables : [gather(tables[0], at), gather(tables[1], at)];
    return turned(node, c.node(0), cos, sin, number(node, 'num_heads', 0));
  },
  'com.microsoft.RotaryEmbedding'(node, c) {
    const x = c.node(0);
    const length = x.type.shape[x.type.shape.length === 4 ? 2 : 1] as number;
    const cos = c.node(2);
    const places = placesOf(c, length);
    if (number(node, 'scale', 1) !== 1) throw c.unsupported('scale', 'scale 1');
    // Without a number of heads, the table says how wide a head is.
    const heads = number(node, 'num_heads', 0) || (x.type.shape.at(-1) as number) / (2 * (cos.type.shape[1] as number));
    return turned(node, x, gather(cos, places), gather(c.node(3), places), heads);
  },
};

/** One place is where the first row stands. */
function placesOf(c: RuleContext, length: number): Node {
  const given = c.node(1);
  if (given.type.shape.length === 2) return given;
  return reshape(add(iota(length), given), [1, length]);
}

/** `cos` and `sin` `[batch, length, width / 2]`; `x` `[batch, heads, length, width]`, or `[batch, length, heads·width]`. */
function turned(node: ImportedNode, given: Node, cos: Node, sin: Node, count: number): Node {
  const isFlat = given.type.shape.length === 3;
  // Places in front of heads: the tables have an axis of heads put in.
  const x = isFlat ? inHeads(given, count) : transpose(given, [0, 2, 1, 3]);
  const width = x.type.shape[3] as number;
  const part = number(node, 'rotary_embedding_dim', 0) || width;
  const own = slice(x, { axis: 3, start: 0, end: part });
  const half = part / 2;
  const table = (t: Node): Node => {
    const [batch, length] = t.type.shape as readonly [number, number];
    return reshape(slice(t, { axis: 2, start: 0, end: half }), [batch, length, 1, half]);
  };
  const turnedPart = turn(own, table(cos), table(sin), flag(node, 'interleaved', false));
  const y = part === width ? turnedPart : concat([turnedPart, slice(x, { axis: 3, start: part, end: width })], 3);
  return isFlat ? reshape(y, given.type.shape) : transpose(y, [0, 2, 1, 3]);
}

function inHeads(x: Node, count: number): Node {
  const [batch, length, hidden] = x.type.shape as readonly [number, number, number];
  return reshape(x, [batch, length, count, hidden / count]);
}

function turn(x: Node, cos: Node, sin: Node, isInterleaved: boolean): Node {
  const { shape } = x.type;
  const half = (shape[3] as number) / 2;
  if (!isInterleaved) {
    const [a, b] = split(x, [half, half], 3) as [Node, Node];
    return concat([sub(mul(a, cos), mul(b, sin)), add(mul(a, sin), mul(b, cos))], 3);
  }
  const paired = reshape(x, [...shape.slice(0, 3), half, 2]);
  const [a, b] = split(paired, [1, 1], 4).map((p) => reshape(p, [...shape.slice(0, 3), half])) as [Node, Node];
  const each = [sub(mul(a, cos), mul(b, sin)), add(mul(a, sin), mul(b, cos))];
  return reshape(
    concat(
      each.map((p) => reshape(p, [...shape.slice(0, 3), half, 1])),
      4,
    ),
    shape,
  );
}
