import { expanded } from '../ir/expand.ts';
import { type Graph, rewrite } from '../ir/graph.ts';
import { mapBodies } from '../ops/loop/_map-bodies.ts';
import { expectKind } from '../options.ts';

/** Expands composites for which `isNative` is false, and those that appear in their expansions; in the bodies of loops, too. */
export function decompose(g: Graph, isNative: (name: string) => boolean): Graph {
  expectKind('isNative', isNative, 'function', '(name) => name in lowerings');
  const own = rewrite(g, (n) =>
    n.op.kind === 'composite' && !isNative(n.op.name) ? expanded(n.op, n, (op) => !isNative(op.name)) : null,
  );
  return mapBodies(own, (body) => decompose(body, isNative));
}
