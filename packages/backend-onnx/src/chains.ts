import {
  constantOp,
  type Graph,
  isDynamic,
  isOp,
  type Node,
  numel,
  sameShape,
  type TensorType,
} from '@descent/core/backend';
import type { Uses } from './uses.ts';

/** Elementwise ops over tensors of one shape that use each other's results, so that they can be computed together, block by block. */
export interface Chain {
  /** Inputs before users. */
  readonly nodes: readonly Node[];
  readonly type: TensorType;
  /** What they use besides each other: tensors of their shape, and single numbers that are not known before. */
  readonly tensors: readonly Node[];
  readonly numbers: readonly Node[];
}

/** Smaller tensors stay in the cache between one op and the next. */
const LEAST_ELEMENTS = 2 ** 17;

/** The chains of `g`. Nothing that a chain uses depends on a result of it. */
export function chainsOf(g: Graph, uses: Uses): readonly Chain[] {
  const members = g.nodes.filter(isMember);
  if (members.length === 0) return [];
  const isIn = new Set(members);
  const joins = (x: Node, n: Node): boolean => isIn.has(x) && isIn.has(n) && sameShape(x.type.shape, n.type.shape);
  const levels = levelsOf(g, uses, joins);
  const chains = new Map<Node, Node[]>();
  for (const n of members) {
    const own = chains.get(n) ?? [];
    own.push(n);
    chains.set(n, own);
    for (const x of n.inputs) {
      if (!joins(x, n) || levels.get(x) !== levels.get(n)) continue;
      const other = chains.get(x) as Node[];
      const mine = chains.get(n) as Node[];
      if (other === mine) continue;
      const [large, small] = other.length > mine.length ? [other, mine] : [mine, other];
      large.push(...small);
      for (const m of small) chains.set(m, large);
    }
  }
  const place = new Map(members.map((n, i) => [n, i]));
  return [...new Set(chains.values())].map((nodes) =>
    chainOf(nodes.sort((a, b) => (place.get(a) as number) - (place.get(b) as number))),
  );
}

function isMember(n: Node): boolean {
  const { shape } = n.type;
  if (n.op.elementwise !== true || isDynamic(shape) || numel(shape) < LEAST_ELEMENTS) return false;
  return n.inputs.every((x) => sameShape(x.type.shape, shape) || isNumber(x));
}

function isNumber({ type: { shape } }: Node): boolean {
  return !isDynamic(shape) && numel(shape) === 1;
}

function isKnownNumber(n: Node): boolean {
  return isOp(n, constantOp) && n.type.shape.length === 0;
}

/**
 * A number for each node that never falls from a node to its users, and rises between nodes that do not join. So a path that leaves the nodes of one
 * level and shape never comes back to them. What only one chain uses is of the level of that chain.
 */
function levelsOf({ nodes }: Graph, uses: Uses, joins: (x: Node, n: Node) => boolean): ReadonlyMap<Node, number> {
  const levels = new Map<Node, number>();
  const level = (n: Node): number => levels.get(n) as number;
  for (const n of nodes) {
    levels.set(
      n,
      n.inputs.reduce((most, x) => Math.max(most, level(x) + (joins(x, n) ? 0 : 1)), 0),
    );
  }
  for (const n of [...nodes].reverse()) {
    const users = uses(n);
    if (users.every((user) => user !== null && joins(n, user))) {
      levels.set(
        n,
        users.reduce((least, user) => Math.min(least, level(user as Node)), Number.POSITIVE_INFINITY),
      );
    }
  }
  return levels;
}

function chainOf(nodes: readonly Node[]): Chain {
  const own = new Set(nodes);
  const [{ type }] = nodes as readonly [Node];
  const outside = new Set(nodes.flatMap((n) => n.inputs.filter((x) => !own.has(x) && !isKnownNumber(x))));
  const isTensor = (x: Node): boolean => sameShape(x.type.shape, type.shape);
  return {
    nodes,
    type,
    tensors: [...outside].filter(isTensor),
    numbers: [...outside].filter((x) => !isTensor(x)),
  };
}
