import type { Node } from '../../ir/node.ts';
import type { ScanAttrs } from './scan.ts';

export type ScanNode = Node & { readonly attrs: ScanAttrs };

/** By what its op says, so that a page without loops does not fetch them. */
function isLoop(n: Node): n is ScanNode {
  return n.op.body !== undefined;
}

/** The results of each loop among `nodes`, in their order: nodes with the same body and the same inputs are one loop. */
export function loopsAmong(nodes: readonly Node[]): readonly (readonly ScanNode[])[] {
  const ids = new Map<unknown, number>();
  const idOf = (x: unknown): number => {
    const id = ids.get(x) ?? ids.size;
    ids.set(x, id);
    return id;
  };
  const loops = new Map<string, ScanNode[]>();
  for (const n of nodes) {
    if (!isLoop(n)) continue;
    const key = [n.attrs.body, ...n.inputs].map(idOf).join();
    const known = loops.get(key);
    if (known === undefined) loops.set(key, [n]);
    else known.push(n);
  }
  return [...loops.values()];
}
