import { type AttributeValue, bodiesOf, type ImportedGraph, isGraph } from './graph.ts';
import { dtypeOf, type Known } from './known.ts';

/**
 * The same graph, with the float tensors of the bodies of loops and branches as tensors of the file itself: weights that stand in a body are parameters as
 * others are. Those whose name has another meaning elsewhere stay where they are.
 */
export function withHoisted(graph: ImportedGraph): ImportedGraph {
  const makers = new Map<string, number>();
  countMakers(graph, makers);
  const found = new Map<string, Known>();
  const constants = new Set(graph.constants);
  const nodes = graph.nodes.map((node) => withBodies(node, (body) => without(body, makers, found, constants)));
  return found.size === 0
    ? graph
    : { ...graph, nodes, constants, initializers: new Map([...graph.initializers, ...found]) };
}

/** How often each name is given to a value, in all bodies. */
function countMakers({ inputs, initializers, nodes }: ImportedGraph, counts: Map<string, number>): void {
  const own = new Set([...inputs, ...initializers.keys(), ...nodes.flatMap((n) => n.outputs)]);
  for (const name of own) if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const body of nodes.flatMap(bodiesOf)) countMakers(body, counts);
}

/** `body` without what is moved out of it, which is added to `found`. */
function without(
  body: ImportedGraph,
  makers: ReadonlyMap<string, number>,
  found: Map<string, Known>,
  constants: Set<string>,
): ImportedGraph {
  const isMoved = (name: string, { elementType }: Known): boolean =>
    dtypeOf(elementType) === 'float32' && makers.get(name) === 1 && !body.inputs.includes(name);
  const moved = [...body.initializers].filter(([name, value]) => isMoved(name, value));
  for (const [name, value] of moved) {
    found.set(name, value);
    if (body.constants?.has(name)) constants.add(name);
  }
  const names = new Set(moved.map(([name]) => name));
  return {
    ...body,
    initializers: new Map([...body.initializers].filter(([name]) => !names.has(name))),
    nodes: body.nodes.map((node) => withBodies(node, (inner) => without(inner, makers, found, constants))),
  };
}

function withBodies(
  node: ImportedGraph['nodes'][number],
  f: (body: ImportedGraph) => ImportedGraph,
): ImportedGraph['nodes'][number] {
  if (bodiesOf(node).length === 0) return node;
  const changed = (value: AttributeValue): AttributeValue => {
    if (isGraph(value)) return f(value);
    return Array.isArray(value) && isGraph(value[0]) ? (value as readonly ImportedGraph[]).map(f) : value;
  };
  return { ...node, attributes: new Map([...node.attributes].map(([name, value]) => [name, changed(value)])) };
}
