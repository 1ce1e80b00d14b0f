// The steps of a trainer as graphs that stand alone: for whoever runs them without a trainer, from another language.

import type { Arrays } from '../backend/contract.ts';
import { programInputs } from '../backend/program-inputs.ts';
import { ValueError } from '../errors.ts';
import { LARGEST_FLOAT32 } from '../ir/finite.ts';
import { type Graph, graph } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import type { TensorType } from '../ir/op.ts';
import { leafName, leavesOf, type Tree } from '../ir/tree.ts';
import { indexRules } from '../model/index-rules.ts';
import { expectParameters, type Parameters } from '../model/parameters.ts';
import { abs } from '../ops/elementwise/abs.ts';
import { lessEqual } from '../ops/elementwise/less-equal.ts';
import { where } from '../ops/elementwise/where.ts';
import { scalar } from '../ops/leaf/constant.ts';
import { sum } from '../ops/reduce/sum.ts';
import { groupRate, rateCallbacks } from '../optimizers/optimizer.ts';
import { fold, key } from '../random/index.ts';
import { keyed } from './arrays.ts';
import type { BatchTypes } from './batch.ts';
import { recipeOf } from './create-trainer.ts';
import { drawStep } from './draw-step.ts';
import { type DrawInput, externalizeDraws } from './draws.ts';
import { scalarsAt } from './feeds.ts';
import { checked } from './finite.ts';
import { names } from './names.ts';
import { emptySlots, slotShapes } from './slots.ts';
import { evaluateProgram, type Recipe, type StepNodes, stepNodes, trainedParameters } from './step.ts';
import { both, keepsIndices, keepsRule } from './target-checks.ts';
import type { NamedRule } from './targets.ts';
import type { TrainerOptions } from './trainer.ts';

/** What a step is made of: a trainer's parts without its backend. */
export type StepParts = Pick<TrainerOptions, 'model' | 'loss' | 'optimizer' | 'metrics' | 'freeze'>;

/** A result of a step: the loss or a metric, and what its mean is over. */
export interface StepResult {
  /** `loss` or the name of the metric. */
  readonly of: string;
  /** The output of the graph. */
  readonly output: string;
  /** Whether it is what the result of that name is the mean of, where that is not the number of samples. */
  readonly isWeight: boolean;
}

/** One step as a graph. Inputs are `x` and `y` (or `x/left` …), state entries, and what `StepGraphs` names. */
export interface StepGraph {
  readonly graph: Graph;
  readonly results: readonly StepResult[];
  /** The output, a boolean of rank 0, that says whether the targets are what the loss takes and all that is written is finite. */
  readonly ok: string;
  /** State entries that are outputs, under their own names. */
  readonly written: readonly string[];
  /** Inputs to fill with random numbers. */
  readonly draws: readonly DrawInput[];
  readonly targets: readonly NamedRule[];
}

/** A number that the host feeds at each step (1 for the first). */
export interface StepNumber {
  /** The input of the graph. */
  readonly input: string;
  at(step: number): number;
}

/** A learning rate. */
export interface StepRate extends StepNumber {
  /** Position of its group of parameters; −1 of those in none. */
  readonly group: number;
  /** Whether it is the same at all steps; whether it follows from results of epochs, so that no file can know it. */
  readonly kind: 'constant' | 'schedule' | 'callbacks';
}

export interface StepGraphs {
  readonly train: (batch: BatchTypes) => StepGraph;
  readonly evaluate: (batch: BatchTypes) => StepGraph;
  /** Parameters and slots before the first step, under the names of inputs. */
  readonly state: (parameters: Parameters) => Arrays;
  readonly rates: readonly StepRate[];
  /** Other numbers of the optimizer that follow from the step alone. */
  readonly numbers: readonly StepNumber[];
  /** Names of the parameters that a step changes by gradients. */
  readonly trained: readonly string[];
  /** The state entry of a parameter. */
  readonly entryOf: (parameter: string) => string;
  /** Put before the names of slots to make state entries. */
  readonly slotPrefix: string;
  /** Names of slots, such as `momentum/0.weight`. */
  readonly slots: readonly string[];
}

const OK = 'ok';
const LOSS = 'loss';

/**
 * The steps of training `parts` as graphs.
 * @throws as `createTrainer` for parts that are none; ShapeError or DTypeError, when a graph is made, for batches that do not fit.
 */
export function stepGraphs(parts: StepParts): StepGraphs {
  const recipe = recipeOf(parts);
  expectNumbers(recipe);
  const { optimizer, model } = recipe;
  const groups = [-1, ...(optimizer.groups ?? []).keys()];
  const rated = new Set(groups.map(names.rate));
  const others = Object.keys(scalarsAt(optimizer, 1)).filter((name) => !rated.has(name));
  return {
    train: (batch) => trainGraph(recipe, batch),
    evaluate: (batch) => evaluateGraph(recipe, batch),
    state(parameters) {
      expectParameters(model, parameters);
      return { ...keyed(names.parameter, parameters), ...emptySlots(recipe) };
    },
    rates: groups.map((group) => ({
      input: names.rate(group),
      group,
      kind: rateKind(recipe, group),
      at: (step) => groupRate(optimizer, step, group),
    })),
    numbers: others.map((input) => ({ input, at: (step) => scalarsAt(optimizer, step)[input] as number })),
    trained: trainedParameters(recipe).map(({ name }) => name),
    entryOf: names.parameter,
    slotPrefix: names.slots(''),
    slots: [...slotShapes(recipe).keys()],
  };
}

/** The key that a trainer of that seed takes its random numbers from: the draw of a stream at a step is that of `fold(fold(root, stream), step)`. */
export const DRAWS_LABEL = 'draws';

/** What a trainer of that seed would feed for `draws` at `step`. */
export function drawsAt(
  _parts: Pick<StepParts, 'optimizer'>,
  seed: number,
  draws: readonly DrawInput[],
  step: number,
): Arrays {
  const root = fold(key(seed), DRAWS_LABEL);
  return Object.fromEntries(draws.map((draw) => [draw.name, drawStep(root, draw, step)] as const));
}

function rateKind({ optimizer }: Recipe, group: number): StepRate['kind'] {
  if (rateCallbacks(optimizer).length > 0) return 'callbacks';
  const own = optimizer.groups?.[group]?.lr ?? optimizer.lr;
  return typeof own === 'number' ? 'constant' : 'schedule';
}

function trainGraph(recipe: Recipe, batch: BatchTypes): StepGraph {
  const nodes = stepNodes(recipe, { kind: 'fed', ...batch });
  const { check } = checked([nodes.loss, ...nodes.suspects]);
  const finite = check === null ? null : lessEqual(abs(sum(check)), LARGEST_FLOAT32);
  const made = assemble(nodes.results, nodes.written, finite, nodes, batch);
  return { ...made, written: Object.keys(nodes.written) };
}

function evaluateGraph(recipe: Recipe, batch: BatchTypes): StepGraph {
  const { program, targets, network } = evaluateProgram(recipe, { kind: 'fed', ...batch });
  const results = Object.fromEntries(program.graph.outputs);
  const finite = lessEqual(abs(results[names.result('loss')] as Node), LARGEST_FLOAT32);
  return assemble(results, {}, finite, { targets, network }, batch);
}

/** The graph with its checks. A loss of targets that are none is NaN, so that nobody takes it for one. */
function assemble(
  results: Readonly<Record<string, Node>>,
  written: Readonly<Record<string, Node>>,
  finite: Node | null,
  { targets, network }: Pick<StepNodes, 'targets' | 'network'>,
  batch: BatchTypes,
): StepGraph {
  const known = programInputs({ graph: graph({ ...results, ...written }) });
  const fed = (of: 'x' | 'y', name: string): Node | undefined => known.get(leafName(of, name));
  const valid = both([
    ...targets.map(({ rule }) => {
      const target = fed('y', isSingle(batch.y) ? '' : (rule.part ?? ''));
      return target === undefined ? null : keepsRule(rule, target);
    }),
    ...indexRules(network.outputs, network.inputs).map((rule) => {
      const x = fed('x', rule.input);
      return x === undefined ? null : keepsIndices(rule, x);
    }),
  ]);
  const outputs: Record<string, Node> = {};
  const listed: StepResult[] = [];
  for (const [key, node] of Object.entries(results)) {
    const result = resultOf(key);
    // The terms of a loss that is a sum are for trainers, which join them over batches.
    if (result === null) continue;
    outputs[result.output] = result.output === LOSS && valid !== null ? where(valid, node, Number.NaN) : node;
    listed.push(result);
  }
  outputs[OK] = both([valid, finite]) ?? scalar(1, 'bool');
  const { graph: traced, draws } = externalizeDraws(graph({ ...outputs, ...written }));
  return { graph: traced, results: listed, ok: OK, written: [], draws, targets };
}

function resultOf(key: string): StepResult | null {
  const [weight, result] = [names.weight(''), names.result('')];
  if (key.startsWith(weight)) return { of: key.slice(weight.length), output: key, isWeight: true };
  if (!key.startsWith(result)) return null;
  const of = key.slice(result.length);
  return { of, output: of === LOSS ? LOSS : `metrics/${of}`, isWeight: false };
}

/** A metric that is finished on the host is no number in a graph. */
function expectNumbers({ metrics }: Recipe): void {
  const other = metrics.find(({ statistic }) => statistic !== undefined);
  if (other === undefined) return;
  throw new ValueError('a step that runs without a trainer cannot have this metric', {
    path: 'metrics',
    received: `${other.name}, which a trainer makes of numbers that it keeps over all batches`,
    expected: 'metrics that are the mean over a batch, such as accuracy()',
    fix: 'leave it out, and compute it from what predict gives',
  });
}

function isSingle(tree: Tree<TensorType>): boolean {
  return leavesOf(tree)[0]?.[0] === '';
}
