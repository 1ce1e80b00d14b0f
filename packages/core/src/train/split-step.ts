import { graph } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import { input } from '../ops/leaf/input.ts';
import { checked, guarded } from './finite.ts';
import { names } from './names.ts';
import {
  type BatchSpec,
  gradientNodes,
  programOf,
  type Recipe,
  type StepProgram,
  trainedParameters,
  type WritingOptions,
} from './step.ts';
import { type UpdateNodes, updateNodes } from './update-nodes.ts';

/** The first half of a step: the loss, the metrics, the gradients, and what layers set. It writes nothing. */
export function gradientProgram(recipe: Recipe, batch: BatchSpec): StepProgram {
  const { results, gradients, assigned, reads, targets, indices } = gradientNodes(recipe, batch);
  const named = (rename: (name: string) => string, nodes: ReadonlyMap<string, Node>): Record<string, Node> =>
    Object.fromEntries([...nodes].map(([name, n]) => [rename(name), n]));
  const outputs = { ...results, ...named(names.gradient, gradients), ...named(names.assigned, assigned) };
  return { ...programOf(graph(outputs), reads, []), targets, indices, isGuarded: false };
}

/** The second half as nodes, of gradients and a weight that are fed. */
export function fedUpdateNodes(recipe: Recipe): UpdateNodes {
  const inputs = (rename: (name: string) => string): ReadonlyMap<string, Node> =>
    new Map(trainedParameters(recipe).map(({ name, shape }) => [name, input(rename(name), shape)]));
  return updateNodes(recipe, inputs(names.parameter), inputs(names.gradient), input(names.weight('loss'), []));
}

/** The second half of a step: writes parameters and slots, with the check of what it writes. */
export function updateProgram(recipe: Recipe, { isGuarded = false }: WritingOptions = {}): StepProgram {
  const { written, suspects } = fedUpdateNodes(recipe);
  const outputs = isGuarded ? guarded(written, {}, suspects) : { ...written, ...checked(suspects) };
  const writes = [...Object.keys(written), ...(isGuarded ? [names.good] : [])];
  return { ...programOf(graph(outputs), [], writes), targets: [], indices: [], isGuarded };
}
