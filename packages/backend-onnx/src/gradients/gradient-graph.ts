import type { AnyLayer, Node, SampleType, Tensors, Tree } from '@descent/core';
import { applyLayer, DTypeError, gradients, ValueError } from '@descent/core';
import { graph, leavesOf, mapTree, topologicalOrder } from '@descent/core/backend';
import { input } from '@descent/core/ops';
import { claim, type Owner, type Trace } from '../export/traces.ts';
import { type GradientOf, scalarOf } from './scalar.ts';

/** With respect to what gradients are taken. */
export type WithRespectTo = 'input' | 'weights';

export interface GradientRequest {
  readonly model: AnyLayer;
  readonly of: GradientOf;
  /** Which output, where there are several. */
  readonly output: string | undefined;
  readonly wrt: readonly WithRespectTo[];
  /** Which weights. */
  readonly isWanted: (parameter: string) => boolean;
  /** Put before the names of parameters. */
  readonly prefix: string;
}

/** A graph, and what each of its nodes is a part of. */
export type OwnedGraph = Pick<Trace, 'graph' | 'owners'>;

/** What the scalar is called. */
export const VALUE = 'value';
/** Put before the name of what a gradient is with respect to. */
export const GRADIENT = 'gradient/';

/**
 * The network for inference with the outputs of `forwardGraph`, the scalar `value`, and gradients under `gradient/` and the names of inputs and
 * parameters.
 * @throws DTypeError for an input that has no gradients, ValueError where there is nothing to take them of.
 */
export function gradientGraph(request: GradientRequest, sample: Tree<SampleType>, batch: number): OwnedGraph {
  const { model, of, output, wrt, isWanted, prefix } = request;
  const x = mapTree(sample, ({ shape, dtype = 'float32' }, name) => input(name || 'input', [batch, ...shape], dtype));
  const parameters = new Map(model.parameters.map(({ name, shape }) => [name, input(`${prefix}${name}`, shape)]));
  const owners = new Map<Node, Owner>();
  const y = applyLayer(model, x as Tensors, parameters, {
    training: false,
    observe: (path, { label }, given, made) => claim(owners, { path, label }, given, made),
  });
  expectOwnNames(x, y);
  const value = scalarOf(y, { of, output, batch });
  const wanted: (readonly [string, Node])[] = [];
  if (wrt.includes('input')) wanted.push(...inputsOf(x));
  if (wrt.includes('weights')) wanted.push(...weightsOf(model, parameters, isWanted));
  const found = gradients(
    value,
    wanted.map(([, node]) => node),
  );
  const whole = graph({
    ...Object.fromEntries(leavesOf(y).map(([name, node]) => [name || 'output', node])),
    [VALUE]: value,
    ...Object.fromEntries(wanted.map(([name], i) => [`${GRADIENT}${name}`, found[i] as Node])),
  });
  for (const n of topologicalOrder([value])) if (!owners.has(n)) owners.set(n, SCALAR);
  for (const n of whole.nodes) if (!owners.has(n)) owners.set(n, BACKWARD);
  return { graph: whole, owners };
}

/** What is computed behind the network, which nodes are named by. */
const SCALAR: Owner = { path: VALUE, label: 'the scalar' };
const BACKWARD: Owner = { path: 'gradient', label: 'the gradients' };

function inputsOf(x: Tensors): readonly (readonly [string, Node])[] {
  const all = leavesOf(x).map(([name, node]) => [name || 'input', node] as const);
  const floats = all.filter(([, node]) => node.type.dtype === 'float32');
  if (floats.length > 0) return floats;
  const [name, node] = all[0] as readonly [string, Node];
  throw new DTypeError('a network has no gradients with respect to whole numbers', {
    path: name,
    received: node.type.dtype,
    expected: 'an input of floats',
    fix:
      node.type.dtype === 'uint8'
        ? "let the file take floats, which layers such as rescale take, too: sample: { …, dtype: 'float32' }"
        : "take those of the weights, wrt: 'weights', or export the part of the network behind the embedding",
  });
}

function weightsOf(
  { parameters }: AnyLayer,
  nodes: ReadonlyMap<string, Node>,
  isWanted: (name: string) => boolean,
): readonly (readonly [string, Node])[] {
  const wanted = parameters.filter((p) => p.trainable !== false && isWanted(p.name));
  if (wanted.length > 0) return wanted.map(({ name }) => [name, nodes.get(name) as Node] as const);
  throw new ValueError('there are no weights to take gradients of', {
    path: 'weights',
    received: `${parameters.length} parameters, none of which is trained and matches`,
    expected: parameters.map(({ name }) => name).join(', ') || 'a network with parameters',
  });
}

/** Throws where an input or output of the network is called as one that the file has besides. */
function expectOwnNames(x: Tensors, y: Tensors): void {
  const inputs = leavesOf(x).map(([name]) => name);
  const outputs = leavesOf(y).map(([name]) => name);
  const taken =
    inputs.find((name) => ['class', 'weights', 'target'].includes(name) || name.startsWith('target/')) ??
    outputs.find((name) => name === VALUE || name.startsWith(GRADIENT));
  if (taken === undefined) return;
  throw new ValueError('an input or output of the network has a name that the file needs', {
    received: taken,
    expected: `inputs that are not called class, weights or target, outputs that are not called ${VALUE}`,
    fix: 'rename it in the network',
  });
}
