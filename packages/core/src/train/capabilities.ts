import { gradients } from '../autodiff/gradients.ts';
import type { Backend } from '../backend/contract.ts';
import { BackendError, NotDifferentiableError } from '../errors.ts';
import { graph } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import type { TensorType } from '../ir/op.ts';
import { leafName, leavesOf, mapTree, type Tensors, type Tree } from '../ir/tree.ts';
import { type AnyLayer, applyLayer } from '../layers/layer.ts';
import { parameterInputs } from '../model/forward.ts';
import { input } from '../ops/leaf/input.ts';
import { decompose } from '../passes/decompose.ts';
import { type BatchSpec, evaluateProgram, type Recipe, trainProgram } from './step.ts';

/** What is known of a backend without opening it. */
export type BackendCapabilities = Pick<Backend, 'name' | 'supports'>;

/** The reference interpreter has every op; it stands to the right of this folder, so it is only named. */
const REFERENCE: BackendCapabilities = { name: 'reference' };

/**
 * Checks that `backend` runs every op of training and evaluation on such batches.
 * @throws BackendError naming the first layer and op that it does not run, and those of `alternatives` that do.
 */
export function expectCapable(
  recipe: Recipe,
  batch: BatchSpec,
  backend: BackendCapabilities,
  alternatives: readonly BackendCapabilities[],
): void {
  if (backend.supports === undefined) return;
  const programs = [evaluateProgram(recipe, batch).program, trainProgram(recipe, batch).program];
  const [op] = programs.flatMap(({ graph: g }) => missingOps(g.outputs, backend));
  if (op === undefined) return;
  const others = [...alternatives, REFERENCE].filter((b) => b.name !== backend.name && has(b, op));
  throw new BackendError(`${backend.name} has no op '${op}'`, {
    path: layerThatNeeds(op, recipe, batch.x, backend) ?? 'the loss, the metrics or the optimizer',
    received: `backend ${backend.name}`,
    expected: `one that has it: ${[...new Set(others.map(({ name }) => name))].join(', ')}`,
    fix: 'choose one of these backends, or build the network without this op',
  });
}

function missingOps(outputs: ReadonlyMap<string, Node>, backend: BackendCapabilities): string[] {
  const { nodes } = decompose(graph(outputs), (op) => has(backend, op));
  return nodes.flatMap(({ op }) => (op.kind === 'leaf' || has(backend, op.name) ? [] : [op.name]));
}

function has(backend: BackendCapabilities, op: string): boolean {
  return backend.supports?.(op) ?? true;
}

/** The innermost layer that needs `op`, forward or backward; `null` when none does by itself. */
function layerThatNeeds(
  op: string,
  { model }: Recipe,
  x: Tree<TensorType>,
  backend: BackendCapabilities,
): string | null {
  const layers: { readonly path: string; readonly layer: AnyLayer; readonly x: Tensors }[] = [];
  applyLayer(
    model,
    mapTree(x, (t, name) => input(leafName('x', name), t.shape, t.dtype)),
    parameterInputs(model),
    {
      training: true,
      observe: (path, layer, x) => void layers.push({ path, layer, x }),
    },
  );
  const found = layers.find(({ layer, x }) => missingOps(stepOf(layer, x), backend).includes(op));
  return found === undefined ? null : `layer ${found.path} ${found.layer.label}`.replace('  ', ' ');
}

/** One layer by itself: its output and the gradients of its input and parameters. */
function stepOf(layer: AnyLayer, taken: Tensors): ReadonlyMap<string, Node> {
  const x = mapTree(taken, ({ type }, name) => input(`x/${name}`, type.shape, type.dtype));
  const parameters = parameterInputs(layer, 'p/');
  const given = leavesOf(applyLayer(layer, x, parameters, { training: true }));
  const outputs = new Map(given.map(([name, output]) => [`output/${name}`, output]));
  const floats = leavesOf(x).flatMap(([, t]) => (t.type.dtype === 'float32' ? [t] : []));
  for (const [name, output] of given) {
    if (output.type.dtype !== 'float32') continue;
    try {
      const found = gradients(output, [...floats, ...parameters.values()], input(`dy/${name}`, output.type.shape));
      for (const [i, g] of found.entries()) outputs.set(`gradient/${name}/${i}`, g);
    } catch (error) {
      // Then training fails with that error, which names the op, before any backend is asked.
      if (!(error instanceof NotDifferentiableError)) throw error;
    }
  }
  return outputs;
}
