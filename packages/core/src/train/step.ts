import { gradients } from '../autodiff/vjp.ts';
import { programInputs } from '../backend/check.ts';
import type { Program } from '../backend/contract.ts';
import { graph } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import type { TensorType } from '../ir/op.ts';
import type { Shape } from '../ir/shape.ts';
import { applyLayer, type Layer, type ParameterSpec } from '../layers/layer.ts';
import type { Loss } from '../losses/loss.ts';
import type { Metric } from '../metrics/metric.ts';
import { parameterInputs } from '../model/forward.ts';
import { mul } from '../ops/elementwise/mul.ts';
import { sub } from '../ops/elementwise/sub.ts';
import { gather } from '../ops/indexing/gather.ts';
import { input } from '../ops/leaf/input.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { NodeTree } from '../optimizers/transform.ts';
import { simplify } from '../passes/simplify.ts';
import { type DrawInput, externalizeDraws } from './draws.ts';
import { type NamedRule, targetRules } from './targets.ts';

/** What is trained, and how: all the parts of a step. Descriptions only, no numbers. */
export interface Recipe {
  readonly model: Layer;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly metrics: readonly Metric[];
  /** Parameters that stay as they are. */
  readonly isFrozen: (name: string) => boolean;
}

/** The parameters that the optimizer changes. */
export function trainedParameters({ model, isFrozen }: Pick<Recipe, 'model' | 'isFrozen'>): readonly ParameterSpec[] {
  return model.parameters.filter((p) => p.trainable !== false && !isFrozen(p.name));
}

/** Where a step's batch comes from: fed directly, or gathered by fed row numbers from a data set on the device. */
export type BatchSpec =
  | { readonly kind: 'fed'; readonly x: TensorType; readonly y: TensorType }
  | {
      readonly kind: 'resident';
      readonly name: string;
      readonly x: TensorType;
      readonly y: TensorType;
      readonly batchSize: number;
    };

export interface StepProgram {
  readonly program: Program;
  readonly draws: readonly DrawInput[];
  /** What the targets must be. */
  readonly targets: readonly NamedRule[];
}

/** Names of state entries and feeds; parameters and slots are kept apart so that no name of a layer can collide. */
export const names: {
  readonly parameter: (name: string) => string;
  readonly slot: (slot: string, name: string) => string;
  readonly scalar: (name: string) => string;
  readonly data: (name: string, part: 'x' | 'y') => string;
} = {
  parameter: (name) => `parameters/${name}`,
  slot: (slot, name) => `optimizer/${slot}/${name}`,
  scalar: (name) => `scalars/${name}`,
  data: (name, part) => `data/${name}/${part}`,
};

/** Forward, loss, metrics, backward and update of one step, as one graph. */
export function trainProgram(recipe: Recipe, batch: BatchSpec): StepProgram {
  const { x, y, reads } = batchNodes(batch);
  const parameters = parameterInputs(recipe.model, names.parameter(''));
  const assigned: Record<string, Node> = {};
  const assign = (name: string, value: Node): void => {
    if (!recipe.isFrozen(name)) assigned[names.parameter(name)] = value;
  };
  const output = applyLayer(recipe.model, x, parameters, { training: true, assign });
  const forward = { ...evaluateNodes(recipe, output, y), ...assigned };
  // Simplified before it is differentiated: what is cheaper forward is then cheaper backward, too. Leaves stay the same nodes.
  const { loss, ...others } = Object.fromEntries(simplify(graph(forward)).outputs) as { [name: string]: Node };
  const trained: NodeTree = new Map(trainedParameters(recipe).map(({ name }) => [name, parameters.get(name) as Node]));
  const updates = updateNodes(recipe.optimizer, trained, gradientTree(loss as Node, trained));
  const { graph: whole, draws } = externalizeDraws(graph({ loss: loss as Node, ...others, ...updates }));
  const writes = [...Object.keys(assigned), ...Object.keys(updates)];
  const used = [...programInputs({ graph: whole }).keys()].filter((name) => name.startsWith(names.parameter('')));
  const program: Program = { graph: whole, reads: [...new Set([...reads, ...writes, ...used])], writes };
  return { program, draws, targets: targetRules(recipe, output.type, y.type) };
}

function gradientTree(loss: Node, parameters: NodeTree): NodeTree {
  const wrt = [...parameters];
  const grads = gradients(
    loss,
    wrt.map(([, p]) => p),
  );
  return new Map(wrt.map(([name], i) => [name, grads[i] as Node]));
}

/** Forward, loss and metrics without training. */
export function evaluateProgram(recipe: Recipe, batch: BatchSpec): StepProgram {
  const { x, y, reads } = batchNodes(batch);
  const parameters = parameterInputs(recipe.model, names.parameter(''));
  const output = applyLayer(recipe.model, x, parameters, { training: false });
  const program: Program = {
    graph: graph(evaluateNodes(recipe, output, y)),
    reads: [...reads, ...recipe.model.parameters.map((p) => names.parameter(p.name))],
    writes: [],
  };
  return { program, draws: [], targets: targetRules(recipe, output.type, y.type) };
}

function batchNodes(batch: BatchSpec): { x: Node; y: Node; reads: readonly string[] } {
  if (batch.kind === 'fed')
    return { x: input('x', batch.x.shape, batch.x.dtype), y: input('y', batch.y.shape, batch.y.dtype), reads: [] };
  const rows = input('rows', [batch.batchSize], 'int32');
  const reads = [names.data(batch.name, 'x'), names.data(batch.name, 'y')] as const;
  const x = gather(input(reads[0], batch.x.shape, batch.x.dtype), rows);
  const y = gather(input(reads[1], batch.y.shape, batch.y.dtype), rows);
  return { x, y, reads };
}

function evaluateNodes(
  { loss, metrics }: Pick<Recipe, 'loss' | 'metrics'>,
  output: Node,
  y: Node,
): Record<string, Node> {
  return { loss: loss.apply(output, y), ...Object.fromEntries(metrics.map((m) => [m.name, m.apply(output, y, loss)])) };
}

function updateNodes({ transform }: Optimizer, parameters: NodeTree, gradients: NodeTree): Record<string, Node> {
  const leaf = memoize((name: string, shape: Shape) => input(name, shape));
  const scalar = (name: string): Node => leaf(names.scalar(name), []);
  const slot = (s: string, name: string): Node => leaf(names.slot(s, name), (parameters.get(name) as Node).type.shape);
  const { directions, slots } = transform.update(gradients, { parameters, scalar, slot });
  const updated = [...directions].map(([name, direction]) => {
    return [names.parameter(name), sub(parameters.get(name) as Node, mul(direction, scalar('lr')))] as const;
  });
  const kept = Object.entries(slots).flatMap(([s, tree]) =>
    [...tree].map(([name, value]) => [names.slot(s, name), value] as const),
  );
  return Object.fromEntries([...updated, ...kept]);
}

/** A graph has one input of each name. */
function memoize(create: (name: string, shape: Shape) => Node): (name: string, shape: Shape) => Node {
  const known = new Map<string, Node>();
  return (name, shape) => {
    const n = known.get(name) ?? create(name, shape);
    known.set(name, n);
    return n;
  };
}
