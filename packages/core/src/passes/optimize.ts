import type { Graph } from '../ir/graph.ts';
import { decompose } from './decompose.ts';
import { share } from './share.ts';
import { simplify } from './simplify.ts';

/**
 * What every backend does to a graph first: expand the composites it has no lowering for, simplify, and compute nothing twice. Dead nodes
 * vanish by themselves, since a graph holds only what its outputs need.
 */
export function optimize(g: Graph, isNative: (name: string) => boolean): Graph {
  return share(simplify(share(decompose(g, isNative))));
}
