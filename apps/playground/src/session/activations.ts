import { type AnyLayer, forwardGraph, type NDArray, type Node, type Tensors } from '@descent/core';
import { graph, inputOp, isOp, leavesOf, programInputs } from '@descent/core/backend';
import type { Network } from './network.ts';
import type { Activation } from './protocol.ts';

const PREFIX = 'parameter/';

interface Seen {
  readonly path: string;
  readonly label: string;
  readonly node: Node;
}

/** The output of each layer that is no container, in the order of computation, for samples `[n, …]`; computed by the engine of the network. */
export async function activationsOf(
  { recipe, sample, trainer, backend }: Network,
  x: NDArray,
): Promise<readonly Activation[]> {
  const seen: Seen[] = [];
  const observe = (path: string, layer: AnyLayer, _: Tensors, output: Tensors): void => {
    if (layer.children !== undefined) return;
    for (const [name, node] of leavesOf(output))
      seen.push({ path: name === '' ? path : `${path} ${name}`, label: layer.label, node });
  };
  forwardGraph(recipe.model, sample, { prefix: PREFIX, batch: x.shape[0] ?? 0, observe });
  const names = new Map<Node, string>();
  // A layer that changes nothing in inference gives on the node that it got, which may be the input itself.
  for (const { node } of seen) if (!isInput(node) && !names.has(node)) names.set(node, `output/${names.size}`);
  const network = graph(Object.fromEntries([...names].map(([node, name]) => [name, node])));
  const parameters = Object.entries(await trainer.parameters()).map(
    ([name, array]) => [`${PREFIX}${name}`, array] as const,
  );
  const fed = programInputs({ graph: network });
  const feeds = Object.fromEntries([...parameters, ['input', x] as const].filter(([name]) => fed.has(name)));
  const executable = await backend.compile({ graph: network, reads: [], writes: [] });
  try {
    const outputs = await executable.run(feeds);
    return seen.map(({ path, label, node }) => {
      const name = names.get(node);
      return { path, label, output: name === undefined ? x : (outputs[name] as NDArray) };
    });
  } finally {
    executable.dispose();
  }
}

function isInput(node: Node): boolean {
  return isOp(node, inputOp);
}
