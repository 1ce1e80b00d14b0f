import { importOnnx } from '@descent/backend-onnx';
import {
  type Arrays,
  applyLayer,
  type Backend,
  DescentError,
  type Graph,
  initParameters,
  type NDArray,
  type Node,
  type Tensors,
} from '@descent/core';
import { graph, isOp } from '@descent/core/backend';
import { input, inputOp } from '@descent/core/ops';
import { referenceBackend } from '@descent/core/reference';
import type { OnnxCase } from './read.ts';

/** The network of a case as a graph, and what it is fed. */
export interface CaseNetwork {
  readonly graph: Graph;
  /** Of the graph, in the order of the file. */
  readonly names: readonly string[];
  readonly feeds: Arrays;
}

const reference = referenceBackend();

/**
 * The network of a case. These cases feed what files have as constants, such as the target of a reshape: where the network cannot be built or run so, all
 * inputs but the first are constants of it, and at last all.
 */
export async function caseNetwork(test: OnnxCase): Promise<CaseNetwork> {
  const count = test.inputs.length;
  const choices = [count, 1, 0].filter((n, i, all) => n <= count && all.indexOf(n) === i);
  let refused: unknown;
  for (const fed of choices) {
    try {
      const network = await networkOf(test, fed);
      await outputsOn(reference, network.graph, network.feeds);
      return network;
    } catch (error) {
      if (!(error instanceof DescentError)) throw error;
      refused ??= error;
    }
  }
  throw refused;
}

/** The outputs of `graph`, which needs no more than `feeds` has. */
export async function outputsOn(backend: Backend, graph: Graph, feeds: Arrays): Promise<Arrays> {
  const used = new Set(graph.nodes.flatMap((n) => (isOp(n, inputOp) ? [(n.attrs as { name: string }).name] : [])));
  const executable = await backend.compile({ graph, reads: [], writes: [] });
  try {
    return await executable.run(Object.fromEntries(Object.entries(feeds).filter(([name]) => used.has(name))));
  } finally {
    executable.dispose();
  }
}

/** The network, where the first `fed` inputs are fed and the others are constants. */
async function networkOf({ model: path, inputs }: OnnxCase, fed: number): Promise<CaseNetwork> {
  const whole = await importOnnx<Tensors, Tensors>(path);
  const all = whole.inputs.map(({ name }) => name);
  const arrays = (chosen: readonly string[]): Arrays =>
    Object.fromEntries(chosen.map((name) => [name, inputs[all.indexOf(name)] as NDArray]));
  const isWhole = fed === all.length;
  const { model, outputs } = isWhole
    ? whole
    : await importOnnx<Tensors, Tensors>(path, { fixed: arrays(all.slice(fed)) });
  const given = arrays(all.slice(0, fed));
  const nodes = Object.entries(given).map(
    ([name, { dtype, shape }]) => [name, input(name, shape, dtype as 'float32')] as const,
  );
  const parameters = initParameters(model, 0);
  const weights = Object.entries(parameters).map(
    ([name, { shape }]) => [name, input(`parameter/${name}`, shape)] as const,
  );
  const x = nodes.length === 1 ? (nodes[0]?.[1] as Node) : Object.fromEntries(nodes);
  const y = applyLayer(model, x, new Map(weights), { training: false });
  const results = outputs.map(({ name }) => (outputs.length === 1 ? y : y[name as never]) as Node);
  const names = results.map((_, i) => `y${i}`);
  const computed = graph(Object.fromEntries(results.map((node, i) => [`y${i}`, node])));
  const feeds = { ...given, ...Object.fromEntries(Object.entries(parameters).map(([k, v]) => [`parameter/${k}`, v])) };
  return { graph: computed, names, feeds };
}
