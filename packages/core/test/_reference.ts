import { type Arrays, type Backend, type DType, graph, type NDArray, type Node } from '../src/public/backend.ts';
import { type AnyLayer, applyLayer, type NestedNumbers, tensor, toNested } from '../src/public/index.ts';
import * as ops from '../src/public/ops.ts';
import { referenceBackend } from '../src/public/reference.ts';

export const backend: Backend = referenceBackend();
export const precise: Backend = referenceBackend({ precision: 'float64' });

/** Runs a graph that needs no state. */
export async function run(outputs: Record<string, Node>, feeds: Arrays = {}, on: Backend = backend): Promise<Arrays> {
  const executable = await on.compile({ graph: graph(outputs), reads: [], writes: [] });
  return executable.run(feeds);
}

/** What a network gives in evaluation: one tensor for one. */
export async function outputOf(model: AnyLayer, parameters: Arrays, x: NDArray): Promise<NDArray> {
  const nodes = new Map(model.parameters.map(({ name, shape }) => [name, ops.input(name, shape)]));
  const y = applyLayer(model, ops.input('x', x.shape, x.dtype as DType), nodes, { training: false }) as Node;
  return (await run({ y }, { x, ...parameters }))['y'] as NDArray;
}

/** The value of one node as nested lists. */
export async function numbersOf(y: Node, feeds: Arrays = {}, on: Backend = backend): Promise<unknown> {
  return toNested((await run({ y }, feeds, on))['y'] as NDArray);
}

export const float = (values: NestedNumbers): Node => ops.constant(tensor(values));
export const int = (values: NestedNumbers): Node => ops.constant(tensor(values, 'int32'));
