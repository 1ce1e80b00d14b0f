import type { OnnxGraph, OnnxModel, OnnxNode } from './graph.ts';

/**
 * `model` with names of nodes that say which layer they are a part of: `layer2.conv` where that is one node, else `layer2.attention/MatMul`,
 * `layer2.attention/MatMul_1` and so on. They follow from the layer alone, not from what stands elsewhere in the network.
 */
export function withNodeNames(model: OnnxModel): OnnxModel {
  const counts = new Map<string, number>();
  for (const { origin = '' } of nodesIn(model.graph)) counts.set(origin, (counts.get(origin) ?? 0) + 1);
  const taken = new Set<string>();
  const used = new Map<string, number>();
  const nameOf = ({ type, origin = '' }: OnnxNode): string => {
    const stem = origin === '' ? type : counts.get(origin) === 1 ? origin : `${origin}/${type}`;
    for (;;) {
      const before = used.get(stem) ?? 0;
      used.set(stem, before + 1);
      const name = before === 0 ? stem : `${stem}_${before}`;
      if (taken.has(name)) continue;
      taken.add(name);
      return name;
    }
  };
  const named = (graph: OnnxGraph): OnnxGraph => ({
    ...graph,
    nodes: graph.nodes.map((n) => {
      const name = nameOf(n);
      const body = bodyOf(n);
      return { ...n, name, attributes: body === undefined ? n.attributes : { ...n.attributes, body: named(body) } };
    }),
  });
  return { ...model, graph: named(model.graph) };
}

function nodesIn({ nodes }: OnnxGraph): readonly OnnxNode[] {
  return nodes.flatMap((n) => {
    const body = bodyOf(n);
    return body === undefined ? [n] : [n, ...nodesIn(body)];
  });
}

/** The graph of a loop. */
function bodyOf({ attributes: { body } }: OnnxNode): OnnxGraph | undefined {
  return typeof body === 'object' && 'nodes' in body ? body : undefined;
}
