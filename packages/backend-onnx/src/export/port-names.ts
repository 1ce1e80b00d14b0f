import { describeValue, ValueError } from '@descent/core';
import { type OnnxModel, renamedNodes } from '../model/graph.ts';
import type { ExportedOutput } from './output.ts';

/** What inputs and outputs are called in a file. */
export interface PortNames {
  /** Names in the file by those in the graph. */
  readonly inputs: ReadonlyMap<string, string>;
  readonly outputs: readonly ExportedOutput[];
}

/**
 * For `what`: `inputs` and `outputs` under the `names` that were asked for: by the names that they would have, `output` standing for the only one.
 * @throws ValueError for a name of nothing, and for two that are the same.
 */
export function portNames(
  what: string,
  inputs: readonly string[],
  outputs: readonly ExportedOutput[],
  names: Readonly<Record<string, string>> = {},
): PortNames {
  const [only, ...others] = outputs;
  const single = others.length === 0 ? only?.from : undefined;
  const known = [...inputs, ...outputs.map(({ from }) => from)];
  if (typeof names !== 'object' || names === null || Array.isArray(names))
    throw noNames(what, describeValue(names), known);
  for (const [key, name] of Object.entries(names)) {
    if (!known.includes(key)) throw noNames(what, key, known);
    if (typeof name !== 'string' || name === '') throw noNames(what, `${key}: ${describeValue(name)}`, known);
  }
  const named = (key: string, name: string): string => (Object.hasOwn(names, key) ? (names[key] as string) : name);
  const of = {
    inputs: new Map(inputs.map((name) => [name, named(name, name)])),
    outputs: outputs.map((output) => ({ ...output, name: named(single ?? output.from, output.name) })),
  };
  const all = [...of.inputs.values(), ...of.outputs.map(({ name }) => name)];
  const twice =
    all.find((name, i) => all.indexOf(name) !== i) ?? of.outputs.find(({ name }) => of.inputs.has(name))?.name;
  if (twice === undefined) return of;
  throw new ValueError('an input and an output of the network have the same name', {
    received: twice,
    expected: 'names of their own: they are the names in the file',
    fix: 'rename one of them in the network, or in names',
  });
}

function noNames(what: string, received: string, known: readonly string[]): ValueError {
  return new ValueError(`${what} was given names that are none of its inputs and outputs`, {
    path: 'names',
    received,
    expected: `texts by ${known.join(', ')}, such as { ${known[0]}: 'pixels' }`,
  });
}

/** The model with other names of its inputs. */
export function withInputNames({ graph, opset }: OnnxModel, names: ReadonlyMap<string, string>): OnnxModel {
  const rename = (name: string): string => names.get(name) ?? name;
  const inputs = graph.inputs.map((port) => ({ ...port, name: rename(port.name) }));
  return { opset, graph: { ...graph, inputs, nodes: renamedNodes(graph.nodes, rename) } };
}
