import { readModel } from '../src/inspect/source.ts';

interface FileNode {
  readonly name: string;
  readonly opType: string;
}

/** The nodes of a file, those of loops behind the loop. */
export async function nodesOf(bytes: Uint8Array): Promise<readonly FileNode[]> {
  type Graph = NonNullable<Awaited<ReturnType<typeof readModel>>['model']['graph']>;
  const inside = (graph: Graph): readonly FileNode[] =>
    graph.node.flatMap((n) => [n, ...n.attribute.flatMap(({ g }) => (g === undefined ? [] : inside(g)))]);
  return inside((await readModel('test', bytes)).model.graph as Graph);
}
