import { gradients } from '../autodiff/gradients.ts';
import type { Program } from '../backend/contract.ts';
import { programInputs } from '../backend/program-inputs.ts';
import { ValueError } from '../errors.ts';
import { type Graph, graph } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import type { TensorType } from '../ir/op.ts';
import { leafName, leavesOf, mapTree, type Tensors, type Tree, typesOf } from '../ir/tree.ts';
import { type AnyLayer, applyLayer, type ParameterSpec } from '../layers/layer.ts';
import type { AnyLoss } from '../losses/loss.ts';
import type { AnyMetric } from '../metrics/metric.ts';
import { parameterInputs } from '../model/forward.ts';
import type { NetworkNodes } from '../model/input-check.ts';
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
import { sharpGradients } from './sharpness.ts';
import { type NamedRule, networkOf, targetRules } from './targets.ts';
import { updateNodes } from './update-nodes.ts';

/** What is trained, and how: all the parts of a step. Descriptions only, no numbers. */
export interface Recipe {
  readonly model: AnyLayer;
  readonly loss: AnyLoss;
  readonly optimizer: Optimizer;
  readonly metrics: readonly AnyMetric[];
  /** Parameters that stay as they are. */
  readonly isFrozen: (name: string) => boolean;
  /** The trainer's name among those that share a state, empty for one alone: their slots lie apart. */
  readonly owner: string;
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
  /** The network in it, for who looks at what it is fed. */
  readonly network: NetworkNodes;
  /** Whether a step that is not finite writes nothing; see `guarded`. */
  readonly isGuarded: boolean;
  /** Results that lie in that of the check; see `checked`. Default none. */
  readonly packed?: readonly string[];
}

/** Forward, loss, metrics and backward of one step, as nodes. */
export interface GradientNodes {
  readonly loss: Node;
  /** What is returned: the loss, the metrics and their weights. */
  readonly results: Readonly<Record<string, Node>>;
  /** The parameters that are trained, as the update finds them. */
  readonly trained: NodeTree;
  /** By parameter. */
  readonly gradients: NodeTree;
  /** What layers set parameters to. */
  readonly assigned: NodeTree;
  /** What the loss is the mean of. */
  readonly weight: Node;
  /** Data sets in the state. */
  readonly reads: readonly string[];
  /** What the targets must be. */
  readonly targets: readonly NamedRule[];
  /** The network in it, for who looks at what it is fed. */
  readonly network: NetworkNodes;
}

/** The nodes of a whole step, with what the optimizer makes of the gradients. */
export interface StepNodes extends GradientNodes {
  /** By state entry. */
  readonly written: Readonly<Record<string, Node>>;
  /** Those of `written` that can be NaN or infinite by themselves. */
  readonly suspects: readonly Node[];
}

export function gradientNodes(recipe: Recipe, batch: BatchSpec): GradientNodes {
  const { x, y, samples, reads } = batchNodes(batch);
  const parameters = parameterInputs(recipe.model, names.parameter(''));
  const set: Record<string, Node> = {};
  const assign = (name: string, value: Node): void => {
    if (!recipe.isFrozen(name)) set[name] = value;
  };
  const output = applyLayer(recipe.model, x, parameters, { training: true, assign });
  const evaluated = judge(recipe, output, y);
  if (names.term(0) in evaluated && recipe.optimizer.transform.weighs === true) throw severalMeans(recipe);
  const assigned = Object.fromEntries(Object.entries(set).map(([name, value]) => [names.assigned(name), value]));
  // Simplified before it is differentiated: what is cheaper forward is then cheaper backward, too. Leaves stay the same nodes.
  const forward = simplify(graph({ ...evaluated, ...assigned })).outputs;
  const simple = (key: string): Node => forward.get(key) as Node;
  const loss = simple(names.result('loss'));
  const leaves: NodeTree = new Map(trainedParameters(recipe).map(({ name }) => [name, parameters.get(name) as Node]));
  // A layer may set what is trained, too.
  const trained: NodeTree = new Map(
    [...leaves].map(([name, leaf]) => [name, name in set ? simple(names.assigned(name)) : leaf]),
  );
  return {
    loss,
    results: Object.fromEntries(Object.keys(evaluated).map((key) => [key, simple(key)])),
    trained,
    gradients: sharpGradients(recipe, { x, y }, parameters, trained, gradientTree(loss, leaves)),
    assigned: new Map(Object.keys(set).map((name) => [name, simple(names.assigned(name))])),
    weight: forward.get(names.weight('loss')) ?? scalar(samples),
    reads,
    targets: targetRules(recipe, typesOf(output), typesOf(y)),
    network: networkOf(output, x),
  };
}

function severalMeans({ loss }: Recipe): ValueError {
  return new ValueError('accumulate cannot join the gradients of a sum of means over different things', {
    path: 'optimizer',
    received: `the loss ${loss.label}, one gradient of which would have a weight for each term`,
    expected: 'a loss whose terms are means over the same: the samples, one set of class weights, one ignoreIndex',
    fix: 'use larger batches without accumulate, or terms that count the same',
  });
}

export function stepNodes(recipe: Recipe, batch: BatchSpec): StepNodes {
  const nodes = gradientNodes(recipe, batch);
  const update = updateNodes(recipe, nodes.trained, nodes.gradients, nodes.weight);
  const assigned = [...nodes.assigned].map(([name, value]) => [names.parameter(name), value] as const);
  return {
    ...nodes,
    written: { ...Object.fromEntries(assigned), ...update.written },
    suspects: [...assigned.map(([, value]) => value), ...update.suspects],
  };
}

export interface WritingOptions {
  /** For a backend that cannot undo a run. Default false. */
  readonly isGuarded?: boolean;
}

/** One step as one graph, with the check of what it writes. */
export function trainProgram(recipe: Recipe, batch: BatchSpec, options: WritingOptions = {}): StepProgram {
  const { isGuarded = false } = options;
  const { results, written, reads, targets, network, ...step } = stepNodes(recipe, batch);
  if (isGuarded) {
    const outputs = { ...results, ...guarded(written, results, [step.loss, ...step.suspects]) };
    const writes = [...Object.keys(written), names.good];
    return { ...programOf(graph(outputs), reads, writes), targets, network, isGuarded };
  }
  const { check, packed } = checked(step.suspects, results);
  const others = Object.entries(results).filter(([name]) => !packed.includes(name));
  const outputs = { ...Object.fromEntries(others), ...written, ...(check !== null && { [names.check]: check }) };
  return { ...programOf(graph(outputs), reads, Object.keys(written)), targets, network, isGuarded, packed };
}

/** A step's graph as a program that reads parameters and writes `writes`, with its draws as inputs. */
export function programOf(
  whole: Graph,
  reads: readonly string[],
  writes: readonly string[],
): Pick<StepProgram, 'program' | 'draws' | 'fed'> {
  const { graph: traced, draws } = externalizeDraws(whole);
  const used = [...programInputs({ graph: traced }).keys()].filter((name) => name.startsWith(names.parameter('')));
  const program: Program = { graph: traced, reads: [...new Set([...reads, ...writes, ...used])], writes };
  return { program, draws, fed: fedOf(program) };
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
    network: networkOf(output, x),
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
  return {
    program,
    draws: [],
    fed: fedOf(program),
    targets: [],
    network: networkOf(output, x),
    isGuarded: false,
  };
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
