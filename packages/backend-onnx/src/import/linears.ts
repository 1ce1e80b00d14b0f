import { bodiesOf, type ImportedGraph, type ImportedNode } from './graph.ts';
import { dtypeOf, type Known } from './known.ts';
import { nodePath } from './node-path.ts';

/** A value that only one node uses, and not the graph itself. */
type UsersOf = (name: string) => readonly ImportedNode[] | undefined;

/**
 * The same graph, with one operator for each linear layer that exporters write as a product with a transposed weight and a sum with a bias: `Gemm` of a
 * weight [out, in], as PyTorch has it, for inputs of any rank. A weight whose name the exporter made up is called after its bias or its node.
 */
export function withLinears(graph: ImportedGraph): ImportedGraph {
  const users = usersIn(graph);
  const initializers = new Map(graph.initializers);
  const kinds = new Map(graph.kinds);
  const dropped = new Set<ImportedNode>();
  const replaced = new Map<ImportedNode, ImportedNode>();
  for (const node of graph.nodes) {
    if (node.domain !== '' || node.opType !== 'MatMul') continue;
    const found = linearAt(node, initializers, users);
    if (found === undefined) continue;
    const { sum, bias, weight } = found;
    const name = weightName(node, weight, bias, initializers);
    initializers.set(name, transposed(initializers.get(weight) as Known));
    if (name !== weight) initializers.delete(weight);
    const kind = kinds.get(weight);
    if (kind !== undefined) kinds.set(name, kind);
    const last = sum ?? node;
    if (sum !== undefined) dropped.add(node);
    replaced.set(last, {
      ...node,
      opType: 'Gemm',
      inputs: [node.inputs[0], name, ...(bias === undefined ? [] : [bias])],
      outputs: last.outputs,
      attributes: new Map([['transB', 1]]),
    });
  }
  return {
    ...graph,
    initializers,
    kinds,
    nodes: graph.nodes.flatMap((node) => (dropped.has(node) ? [] : [replaced.get(node) ?? node])),
  };
}

function linearAt(
  node: ImportedNode,
  initializers: ReadonlyMap<string, Known>,
  users: UsersOf,
): { readonly weight: string; readonly sum?: ImportedNode; readonly bias?: string } | undefined {
  const [x, weight] = node.inputs;
  if (x === undefined || weight === undefined || initializers.has(x)) return undefined;
  const w = initializers.get(weight);
  if (w?.shape.length !== 2 || dtypeOf(w.elementType) !== 'float32' || users(weight)?.length !== 1) return undefined;
  const [sum, ...others] = users(node.outputs[0] as string) ?? [];
  if (sum?.domain !== '' || sum.opType !== 'Add' || others.length > 0) return { weight };
  const bias = sum.inputs.find((name) => name !== node.outputs[0]);
  const b = bias === undefined ? undefined : initializers.get(bias);
  const isBias = b?.shape.length === 1 && b.shape[0] === w.shape[1] && users(bias as string)?.length === 1;
  return isBias ? { weight, sum, bias: bias as string } : { weight };
}

/** What stands in front of `weight`, or the name itself where it is one of a module. */
function weightName(
  node: ImportedNode,
  weight: string,
  bias: string | undefined,
  taken: ReadonlyMap<string, Known>,
): string {
  if (weight.includes('.') && !weight.includes('::')) return weight;
  const module = bias?.endsWith('.bias') ? bias.slice(0, -'.bias'.length) : nodePath(node);
  const name = `${module}.weight`;
  return module === '' || taken.has(name) ? weight : name;
}

function usersIn(graph: ImportedGraph): UsersOf {
  const users = new Map<string, ImportedNode[]>();
  const use = (name: string | undefined, node: ImportedNode): void => {
    if (name === undefined) return;
    const all = users.get(name);
    if (all === undefined) users.set(name, [node]);
    else all.push(node);
  };
  const visit = (node: ImportedNode, owner: ImportedNode): void => {
    for (const name of node.inputs) use(name, owner);
    for (const body of bodiesOf(node)) {
      for (const inner of body.nodes) visit(inner, owner);
      for (const name of body.outputs) use(name, owner);
    }
  };
  for (const node of graph.nodes) visit(node, node);
  const isResult = new Set(graph.outputs);
  return (name) => (isResult.has(name) ? undefined : users.get(name));
}

function transposed({ shape: [rows = 0, columns = 0], data, ...rest }: Known): Known {
  const turned = new Float64Array(data.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) turned[j * rows + i] = data[i * columns + j] as number;
  }
  return { ...rest, shape: [columns, rows], data: turned };
}
