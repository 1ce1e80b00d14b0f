import type { Graph } from '../ir/graph.ts';
import { mapBodies } from '../ops/loop/_map-bodies.ts';
import { decompose } from './decompose.ts';
import { share } from './share.ts';
import { simplify } from './simplify.ts';

/**
 * What every backend does to a graph first: expand the composites it has no lowering for, simplify, and compute nothing twice. Dead nodes
 * vanish by themselves, since a graph holds only what its outputs need. In what it gives, nodes that are results of one loop have one body, which
 * no other loop has.
 */
export function optimize(g: Graph, isNative: (name: string) => boolean): Graph {
  return tidied(decompose(g, isNative));
}

function tidied(g: Graph): Graph {
  return mapBodies(share(simplify(share(g))), tidied);
}
