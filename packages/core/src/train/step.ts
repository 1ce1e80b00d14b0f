import { gradients } from '../autodiff/gradients.ts';
import { programInputs } from '../backend/check.ts';
import type { Program } from '../backend/contract.ts';
import { graph } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import type { TensorType } from '../ir/op.ts';
import { leafName, leavesOf, mapTree, type Tensors, type Tree, typesOf } from '../ir/tree.ts';
import { type AnyLayer, applyLayer, type ParameterSpec } from '../layers/layer.ts';
import type { AnyLoss } from '../losses/loss.ts';
import type { AnyMetric } from '../metrics/metric.ts';
import { parameterInputs } from '../model/forward.ts';
import { gather } from '../ops/indexing/gather.ts';
import { scalar } from '../ops/leaf/constant.ts';
import { input } from '../ops/leaf/input.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { NodeTree } from '../optimizers/transform.ts';
import { simplify } from '../passes/simplify.ts';
import { type DrawInput, externalizeDraws } from './draws.ts';
import { checked, guarded } from './finite.ts';
import { judge } from './judge.ts';
import { names } from './names.ts';
import { type NamedRule, targetRules } from './targets.ts';
import { updateNodes } from './update-nodes.ts';

/** What is trained, and how: all the parts of a step. Descriptions only, no numbers. */
export interface Recipe {
  readonly model: AnyLayer;
  readonly loss: AnyLoss;
  readonly optimizer: Optimizer;
  readonly metrics: readonly AnyMetric[];
  /** Parameters that stay as they are. */
  readonly isFrozen: (name: string) => boolean;
}

/** The parameters that the optimizer changes. */
export function trainedParameters({ model, isFrozen }: Pick<Recipe, 'model' | 'isFrozen'>): readonly ParameterSpec[] {
  return model.parameters.filter((p) => p.trainable !== false && !isFrozen(p.name));
}

/** Where a step's batch comes from: fed directly, or gathered by fed row numbers from a data set on the device. */
export type BatchSpec =
  | { readonly kind: 'fed'; readonly x: Tree<TensorType>; readonly y: Tree<TensorType> }
  | {
      readonly kind: 'resident';
      readonly name: string;
      readonly x: Tree<TensorType>;
      readonly y: Tree<TensorType>;
      readonly batchSize: number;
    };

export interface StepProgram {
  readonly program: Program;
  readonly draws: readonly DrawInput[];
  /** Names of all that the program is fed: not the targets of a loss that does not look at them, say. */
  readonly fed: ReadonlySet<string>;
  /** What the targets must be. */
  readonly targets: readonly NamedRule[];
  /** Whether a step that is not finite writes nothing; see `guarded`. */
  readonly isGuarded: boolean;
}

/** Forward, loss, metrics, backward and update of one step, as nodes. */
export interface StepNodes {
  readonly loss: Node;
  /** What is returned: the loss, the metrics and their weights. */
  readonly results: Readonly<Record<string, Node>>;
  /** By parameter. */
  readonly gradients: NodeTree;
  /** By state entry. */
  readonly written: Readonly<Record<string, Node>>;
  /** Those of `written` that can be NaN or infinite by themselves. */
  readonly suspects: readonly Node[];
  readonly reads: readonly string[];
  readonly targets: readonly NamedRule[];
}

export function stepNodes(recipe: Recipe, batch: BatchSpec): StepNodes {
  const { x, y, samples, reads } = batchNodes(batch);
  const parameters = parameterInputs(recipe.model, names.parameter(''));
  const assigned: Record<string, Node> = {};
  const assign = (name: string, value: Node): void => {
    if (!recipe.isFrozen(name)) assigned[names.parameter(name)] = value;
  };
  const output = applyLayer(recipe.model, x, parameters, { training: true, assign });
  const evaluated = judge(recipe, output, y);
  // Simplified before it is differentiated: what is cheaper forward is then cheaper backward, too. Leaves stay the same nodes.
  const forward = Object.fromEntries(simplify(graph({ ...evaluated, ...assigned })).outputs);
  const pick = (keys: readonly string[]): Record<string, Node> =>
    Object.fromEntries(keys.map((key) => [key, forward[key] as Node]));
  const loss = forward[names.result('loss')] as Node;
  const trained: NodeTree = new Map(trainedParameters(recipe).map(({ name }) => [name, parameters.get(name) as Node]));
  const gradients = gradientTree(loss, trained);
  const weight = forward[names.weight('loss')] ?? scalar(samples);
  const written = { ...pick(Object.keys(assigned)), ...updateNodes(recipe.optimizer, trained, gradients, weight) };
  const shown = (recipe.optimizer.transform.shown ?? []).map((s) => names.slot(s, ''));
  const suspects = Object.entries(written).filter(([name]) => !shown.some((slot) => name.startsWith(slot)));
  return {
    loss,
    results: pick(Object.keys(evaluated)),
    gradients,
    written,
    suspects: suspects.map(([, n]) => n),
    reads,
    targets: targetRules(recipe, typesOf(output), typesOf(y)),
  };
}

export interface TrainProgramOptions {
  /** For a backend that cannot undo a run. Default false. */
  readonly isGuarded?: boolean;
}

/** One step as one graph, with the check of what it writes. */
export function trainProgram(
  recipe: Recipe,
  batch: BatchSpec,
  { isGuarded = false }: TrainProgramOptions = {},
): StepProgram {
  const { results, written, reads, targets, ...step } = stepNodes(recipe, batch);
  const outputs = isGuarded
    ? { ...results, ...guarded(written, results, [step.loss, ...step.suspects]) }
    : { ...results, ...written, ...checked(step.suspects) };
  const { graph: whole, draws } = externalizeDraws(graph(outputs));
  const writes = [...Object.keys(written), ...(isGuarded ? [names.good] : [])];
  const used = [...programInputs({ graph: whole }).keys()].filter((name) => name.startsWith(names.parameter('')));
  const program: Program = { graph: whole, reads: [...new Set([...reads, ...writes, ...used])], writes };
  return { program, draws, fed: fedOf(program), targets, isGuarded };
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
    graph: graph(judge(recipe, output, y)),
    reads: [...reads, ...recipe.model.parameters.map((p) => names.parameter(p.name))],
    writes: [],
  };
  return {
    program,
    draws: [],
    fed: fedOf(program),
    targets: targetRules(recipe, typesOf(output), typesOf(y)),
    isGuarded: false,
  };
}

/** The network's output without training. */
export function predictProgram({ model }: Pick<Recipe, 'model'>, batch: BatchSpec): StepProgram {
  const { x } = batchNodes(batch);
  const output = applyLayer(model, x, parameterInputs(model, names.parameter('')), { training: false });
  const named = leavesOf(output).map(([name, node]) => [name || 'output', node] as const);
  const whole = graph(Object.fromEntries(named));
  const inputs = [...programInputs({ graph: whole }).keys()];
  const program = { graph: whole, reads: inputs.filter((name) => name.startsWith(names.parameter(''))), writes: [] };
  return { program, draws: [], fed: fedOf(program), targets: [], isGuarded: false };
}

function fedOf(program: Program): ReadonlySet<string> {
  return new Set([...programInputs(program).keys()].filter((name) => !program.reads.includes(name)));
}

function batchNodes(batch: BatchSpec): { x: Tensors; y: Tensors; samples: number; reads: readonly string[] } {
  if (batch.kind === 'fed') {
    const fed = (of: 'x' | 'y'): Tensors =>
      mapTree(batch[of], (t, name) => input(leafName(of, name), t.shape, t.dtype));
    return { x: fed('x'), y: fed('y'), samples: leavesOf(batch.x)[0]?.[1].shape[0] as number, reads: [] };
  }
  const rows = input('rows', [batch.batchSize], 'int32');
  const reads: string[] = [];
  const gathered = (of: 'x' | 'y'): Tensors =>
    mapTree(batch[of], (t, name) => {
      const entry = names.data(batch.name, leafName(of, name));
      reads.push(entry);
      return gather(input(entry, t.shape, t.dtype), rows);
    });
  return { x: gathered('x'), y: gathered('y'), samples: batch.batchSize, reads };
}
