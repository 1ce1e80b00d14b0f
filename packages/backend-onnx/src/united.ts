import type { Graph, Node } from '@descent/core/backend';
import type { Uses } from './uses.ts';

/** Of pairs times nodes: a transformer of 50 layers has less. From about here on, looking for paths would take a second. */
const MOST_WORK = 3e7;

/**
 * `members` in sets, inputs before users: two nodes of each of `pairs` come into one set, first pairs first, unless something outside of it would
 * depend on one part of the set and the other part on that.
 */
export function unitedNodes(
  g: Graph,
  uses: Uses,
  members: readonly Node[],
  pairs: readonly (readonly [Node, Node])[],
): readonly (readonly Node[])[] {
  const place = new Map(g.nodes.map((n, i) => [n, i]));
  const at = (n: Node): number => place.get(n) as number;
  const sets = new Map(members.map((n) => [n, [n]]));

  /** Whether a path from `from` to `to` goes through nodes of neither; of another set, each node leads to all that use one of it. */
  const isAround = (from: readonly Node[], to: readonly Node[]): boolean => {
    const [sources, targets] = [new Set(from), new Set(to)];
    const seen = new Set<Node>();
    const stack = from.flatMap((n) => usersOf(n)).filter((n) => !sources.has(n) && !targets.has(n));
    for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
      if (seen.has(n)) continue;
      for (const m of sets.get(n) ?? [n]) {
        seen.add(m);
        for (const user of usersOf(m)) {
          if (targets.has(user) || sources.has(user)) return true;
          if (!seen.has(user)) stack.push(user);
        }
      }
    }
    return false;
  };
  const usersOf = (n: Node): readonly Node[] => uses(n).filter((user) => user !== null);

  for (const [a, b] of pairs.length * g.nodes.length > MOST_WORK ? [] : pairs) {
    const [one, other] = [sets.get(a) as Node[], sets.get(b) as Node[]];
    if (one === other || isAround(one, other) || isAround(other, one)) continue;
    const [large, small] = one.length > other.length ? [one, other] : [other, one];
    large.push(...small);
    for (const m of small) sets.set(m, large);
  }
  return [...new Set(sets.values())].map((nodes) => nodes.sort((a, b) => at(a) - at(b)));
}
