import type { ImportedGraph } from './graph.ts';
import { dtypeOf, type Known } from './known.ts';
import { isModulePath } from './node-path.ts';

/**
 * The same graph, with a tensor of its own for each parameter that PyTorch's older exporter wrote once since another had the same numbers, as gains of ones and
 * biases of zeros have in a new network: it writes `b.bias = Identity(a.bias)`. Of numbers that are not all the same it is taken that the module shares them.
 */
export function withUntied(graph: ImportedGraph, fixed: readonly string[]): ImportedGraph {
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.filter(({ domain, opType, inputs: [from], outputs: [to] }) => {
    if (domain !== '' || opType !== 'Identity' || from === undefined || to === undefined) return true;
    const value = initializers.get(from);
    const isAlike =
      value !== undefined &&
      isConstant(value) &&
      [from, to].every(isModulePath) &&
      !fixed.includes(from) &&
      !graph.outputs.includes(to);
    if (isAlike) initializers.set(to, { ...value });
    return !isAlike;
  });
  return nodes.length === graph.nodes.length ? graph : { ...graph, initializers, nodes };
}

function isConstant({ elementType, data }: Known): boolean {
  return dtypeOf(elementType) === 'float32' && Array.prototype.every.call(data, (v: number) => v === data[0]);
}
