import type { Graph, Node } from '@descent/core/backend';
import type { Uses } from './uses.ts';

/** Of pairs times nodes: a transformer of 50 layers has less. From about here on, looking for paths would take a second. */
const MOST_WORK = 3e7;

/** A set by where its nodes stand in the graph. */
interface Places {
  readonly places: number[];
  first: number;
  last: number;
}

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
  // Places stand for nodes: this is where most of the time goes.
  const users = g.nodes.map((n) => uses(n).flatMap((user) => (user === null ? [] : [at(user)])));
  const sets = new Map(members.map((n) => [at(n), { places: [at(n)], first: at(n), last: at(n) }]));
  const joined = new Set<Places>();
  const [reached, ends] = [new Int32Array(g.nodes.length), new Int32Array(g.nodes.length)];
  let search = 0;

  /** The last place from which a path leads to `to`: users stand behind what they use, but a set is left from any of its places. */
  const limitOf = ({ last }: Places): number => {
    let limit = last;
    for (let before = -1; before !== limit; ) {
      before = limit;
      for (const set of joined) if (set.first < limit && set.last > limit) limit = set.last;
    }
    return limit;
  };

  /** Whether a path from `from` to `to` goes through nodes of neither; of another set, each node leads to all that use one of it. */
  const isAround = (from: Places, to: Places): boolean => {
    const limit = limitOf(to);
    search++;
    for (const { places } of [from, to]) for (const n of places) ends[n] = search;
    const stack: number[] = [];
    const reach = (n: number): void => {
      if (n > limit || reached[n] === search) return;
      reached[n] = search;
      stack.push(n);
    };
    for (const n of from.places) for (const user of users[n] as number[]) if (ends[user] !== search) reach(user);
    for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
      for (const m of sets.get(n)?.places ?? [n]) {
        reached[m] = search;
        for (const user of users[m] as number[]) {
          if (ends[user] === search) return true;
          reach(user);
        }
      }
    }
    return false;
  };

  for (const [a, b] of pairs.length * g.nodes.length > MOST_WORK ? [] : pairs) {
    const [one, other] = [sets.get(at(a)) as Places, sets.get(at(b)) as Places];
    if (one === other || isAround(one, other) || isAround(other, one)) continue;
    const [large, small] = one.places.length > other.places.length ? [one, other] : [other, one];
    large.places.push(...small.places);
    large.first = Math.min(large.first, small.first);
    large.last = Math.max(large.last, small.last);
    joined.add(large).delete(small);
    for (const m of small.places) sets.set(m, large);
  }
  return [...new Set(sets.values())].map(({ places }) => places.sort((x, y) => x - y).map((i) => g.nodes[i] as Node));
}
