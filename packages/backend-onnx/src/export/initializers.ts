import type { Parameters } from '@descent/core';
import { withConstants } from '../model/constants.ts';
import { type OnnxModel, renamedNodes } from '../model/graph.ts';
import { Names } from '../model/names.ts';

/** What parameters are called in the graph that is lowered: like nothing else. */
export const PARAMETER_PREFIX = 'parameter/';

/** The name of each parameter in a model file: its own, with a number behind it where that is taken by one of `ports`. */
export function initializerNames(parameters: Parameters, ports: readonly string[]): ReadonlyMap<string, string> {
  const keeps = (name: string): boolean => !ports.includes(name);
  const names = new Names([...ports, ...Object.keys(parameters).filter(keeps)]);
  return new Map(Object.keys(parameters).map((name) => [name, keeps(name) ? name : names.numbered(name)]));
}

/**
 * Turns the graph inputs that are parameters under `prefix` and their own names into initializers: constants with a name. Parameters that
 * the graph does not use, such as those that only training needs, are left out.
 */
export function withInitializers(
  { graph, opset }: OnnxModel,
  parameters: Parameters,
  prefix: string,
  names: ReadonlyMap<string, string>,
): OnnxModel {
  const renamed = new Map([...names].map(([name, final]) => [`${prefix}${name}`, final]));
  const used = new Set(graph.inputs.map(({ name }) => name));
  const initializers = Object.entries(parameters)
    .filter(([name]) => used.has(`${prefix}${name}`))
    .map(([name, { dtype, shape, data }]) => [names.get(name) as string, { dtype, shape, data }] as const);
  const rename = (name: string): string => renamed.get(name) ?? name;
  const inputs = graph.inputs.map((input) => ({ ...input, name: rename(input.name) }));
  const nodes = renamedNodes(graph.nodes, rename);
  return withConstants({ opset, graph: { ...graph, inputs, nodes } }, new Map(initializers));
}
