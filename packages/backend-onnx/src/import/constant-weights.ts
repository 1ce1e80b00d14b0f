import { type AttributeValue, bodiesOf, type ImportedGraph, type ImportedNode, isGraph } from './graph.ts';
import { dtypeOf, isKnown, type Known, known } from './known.ts';
import { operatorName } from './rule.ts';
import { WEIGHTED } from './rules/inputs.ts';

/** What gives a weight another form in front of the operator that uses it. */
const FORMING: ReadonlySet<string> = new Set([
  ...['Cast', 'CastLike', 'Identity', 'Reshape', 'Squeeze', 'Transpose', 'Unsqueeze'],
]);

/**
 * The same graph, with float tensors that a file writes as `Constant` operators among its initializers, where weights stand in other files: those that an
 * operator with weights takes for its weights, and what is added behind it; all of them in a file that has no others. The rest is listed in `constants`, and so are ones and
 * zeros beside weights of the usual kind: exporters put them where an operator asks for a scale that the network does not have, as GroupNorm's instance normalization.
 */
export function withConstantWeights(graph: ImportedGraph): ImportedGraph {
  const isOnly = !hasWeights(graph);
  const weights = weightsIn(graph);
  return moved(graph, (name, { data }) =>
    isOnly ? weights.has(name) || data.length > 1 : weights.has(name) && !isPlain(data),
  );
}

function isPlain(data: Known['data']): boolean {
  const values = Array.from(data);
  return [0, 1].some((plain) => values.every((v) => v === plain));
}

type Judge = (name: string, value: Known) => boolean;

function moved(graph: ImportedGraph, judge: Judge): ImportedGraph {
  const initializers = new Map(graph.initializers);
  const constants = new Set<string>();
  const nodes = graph.nodes.flatMap((node): readonly ImportedNode[] => {
    const value = floatsOf(node);
    const [name] = node.outputs;
    if (value === undefined || name === undefined || graph.outputs.includes(name)) return [inside(node, judge)];
    const isTaken = judge(name, value);
    if (!isTaken && value.data.length === 1) return [node];
    initializers.set(name, value);
    if (!isTaken) constants.add(name);
    return [];
  });
  return { ...graph, nodes, initializers, constants };
}

function inside(node: ImportedNode, judge: Judge): ImportedNode {
  if (bodiesOf(node).length === 0) return node;
  const changed = (value: AttributeValue): AttributeValue => (isGraph(value) ? moved(value, judge) : value);
  return { ...node, attributes: new Map([...node.attributes].map(([name, value]) => [name, changed(value)])) };
}

/** The float tensor that `node` states. */
function floatsOf({ domain, opType, attributes }: ImportedNode): Known | undefined {
  if (domain !== '' || opType !== 'Constant') return undefined;
  const [value, list] = [attributes.get('value'), attributes.get('value_floats')];
  if (Array.isArray(list)) return known('float32', [list.length], list as readonly number[]);
  if (typeof value !== 'object' || !isKnown(value as Known)) return undefined;
  const { elementType, data } = value as Known;
  return dtypeOf(elementType) === 'float32' && data.length > 0 ? (value as Known) : undefined;
}

/** Whether a file has float tensors among its initializers, which are weights then. */
function hasWeights({ initializers, nodes }: ImportedGraph): boolean {
  for (const { elementType, data } of initializers.values())
    if (dtypeOf(elementType) === 'float32' && data.length > 1) return true;
  return nodes.some((node) => bodiesOf(node).some(hasWeights));
}

/** Names of the tensors that operators of `graph` take for their weights, or add behind those that do. */
function weightsIn(graph: ImportedGraph): ReadonlySet<string> {
  const sources = new Map<string, { readonly name: string; readonly shape: Known['shape'] }>();
  const results = new Set<string>();
  const found = new Set<string>();
  const visit = ({ nodes }: ImportedGraph): void => {
    for (const node of nodes) {
      const [output] = node.outputs;
      const operator = operatorName(node);
      const value = floatsOf(node);
      if (value !== undefined && output !== undefined) sources.set(output, { name: output, shape: value.shape });
      const source = sources.get(node.inputs[0] ?? '');
      if (FORMING.has(operator) && source !== undefined && output !== undefined) sources.set(output, source);
      const isBehind = operator === 'Add' && node.inputs.some((name) => name !== undefined && results.has(name));
      node.inputs.forEach((name, at) => {
        const { name: own, shape } = sources.get(name ?? '') ?? { name: '', shape: [] };
        const isBias = isBehind && shape.filter((size) => size !== 1).length === 1;
        if (own !== '' && (isBias || (WEIGHTED.has(operator) && isWeightOf(operator, at, shape)))) found.add(own);
      });
      if (WEIGHTED.has(operator) && output !== undefined) results.add(output);
      for (const body of bodiesOf(node)) visit(body);
    }
  };
  visit(graph);
  return found;
}

function isWeightOf(operator: string, at: number, shape: Known['shape']): boolean {
  if (operator === 'Gather') return at === 0 && shape.length >= 2;
  return at > 0 || operator === 'MatMul';
}
