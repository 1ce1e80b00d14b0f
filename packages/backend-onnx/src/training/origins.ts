// Which part of a step each node of its graph belongs to, for the names of nodes in files.
import { type AnyLayer, applyLayer, type Node, type Tensors } from '@descent/core';
import { type Graph, graph, leavesOf, mapTree } from '@descent/core/backend';
import { claim, type Owner } from '../export/traces.ts';

/** `model` whose nodes say which layer made them; it computes the same. */
export function withLayerOrigins(model: AnyLayer): AnyLayer {
  return {
    ...model,
    apply(x: Tensors, context): Tensors {
      const owners = new Map<Node, Owner>();
      const assigned = new Map<string, Node>();
      const parameters = new Map(model.parameters.map(({ name }) => [name, context.parameter(name)] as const));
      const y = applyLayer(model, x, parameters, {
        training: context.training,
        observe: (path, { label }, input, output) => claim(owners, { path, label }, input, output),
        assign: (name, value) => void assigned.set(name, value),
      });
      // What a layer sets, such as a running mean, is no part of what it gives.
      for (const [name, value] of assigned) claim(owners, { path: name.replace(/\.?[^.]+$/, ''), label: '' }, x, value);
      const told = toldOrigins([...leavesOf(y).map(([, n]) => n), ...assigned.values()], owners);
      for (const [name, value] of assigned) context.assign(name, told(value));
      return mapTree(y, told);
    },
  };
}

/** The nodes in place of those that `ends` are made of. Inputs and the like stay the same nodes. */
function toldOrigins(ends: readonly Node[], owners: ReadonlyMap<Node, Owner>): (n: Node) => Node {
  const told = new Map<Node, Node>();
  for (const n of graph(Object.fromEntries(ends.map((end, i) => [String(i), end]))).nodes) {
    const origin = owners.get(n)?.path;
    const inputs = n.inputs.map((x) => told.get(x) as Node);
    told.set(n, n.inputs.length === 0 ? n : { ...n, inputs, ...(origin !== undefined && { origin }) });
  }
  return (n) => told.get(n) as Node;
}

/** What a step does besides applying layers, as the origin of its nodes. */
const [LOSS, GRADIENTS, UPDATE, CHECK] = ['loss', 'gradients', 'update', 'check'] as const;

/**
 * The graph of a step, all of whose nodes say what they are for: the layer that made them, `loss`, `gradients`, `update/0.weight` for what leads to the new values of one
 * parameter alone, or `check`.
 * @param parameterOf The parameter that a state entry belongs to.
 */
export function withStepOrigins(
  { nodes, outputs }: Graph,
  results: readonly string[],
  written: readonly string[],
  parameterOf: (entry: string) => string,
): Graph {
  const ends = (names: readonly string[]): readonly Node[] => names.flatMap((name) => outputs.get(name) ?? []);
  const forward = reached(ends(results));
  const parameters = new Map<Node, string | null>();
  for (const name of new Set(written.map(parameterOf)))
    for (const n of reached(ends(written.filter((entry) => parameterOf(entry) === name))))
      parameters.set(n, parameters.has(n) ? null : name);
  const originOf = (n: Node): string => {
    if (n.origin !== undefined) return n.origin;
    if (forward.has(n)) return LOSS;
    const parameter = parameters.get(n);
    if (parameter === undefined) return CHECK;
    return parameter === null ? GRADIENTS : `${UPDATE}/${parameter}`;
  };
  const told = new Map<Node, Node>();
  for (const n of nodes) {
    const inputs = n.inputs.map((x) => told.get(x) as Node);
    told.set(n, { ...n, inputs, origin: originOf(n) });
  }
  return {
    nodes: nodes.map((n) => told.get(n) as Node),
    outputs: new Map([...outputs].map(([name, n]) => [name, told.get(n) as Node])),
  };
}

function reached(ends: readonly Node[]): ReadonlySet<Node> {
  const found = new Set<Node>();
  const open = [...ends];
  for (let n = open.pop(); n !== undefined; n = open.pop()) {
    if (found.has(n)) continue;
    found.add(n);
    open.push(...n.inputs);
  }
  return found;
}
