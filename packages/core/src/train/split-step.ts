import type { Arrays } from '../backend/contract.ts';
import { StateError } from '../errors.ts';
import { expectFinite } from '../ir/finite.ts';
import { graph } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import { formatShape } from '../ir/shape.ts';
import { expectNamedArrays, misfits } from '../model/parameters.ts';
import { input } from '../ops/leaf/input.ts';
import { expectNumber, notWhatWasWanted } from '../options.ts';
import { checked, guarded } from './finite.ts';
import { EXAMPLE, type ParameterGradients } from './gradients.ts';
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
  const { results, gradients, assigned, reads, targets, network } = gradientNodes(recipe, batch);
  const named = (rename: (name: string) => string, nodes: ReadonlyMap<string, Node>): Record<string, Node> =>
    Object.fromEntries([...nodes].map(([name, n]) => [rename(name), n]));
  const outputs = { ...results, ...named(names.gradient, gradients), ...named(names.assigned, assigned) };
  return { ...programOf(graph(outputs), reads, []), targets, network, isGuarded: false };
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
  const { check } = checked(suspects);
  const outputs = isGuarded
    ? guarded(written, {}, suspects)
    : { ...written, ...(check !== null && { [names.check]: check }) };
  const writes = [...Object.keys(written), ...(isGuarded ? [names.good] : [])];
  return { ...programOf(graph(outputs), [], writes), targets: [], network: { outputs: [], inputs: [] }, isGuarded };
}

/**
 * Checks what `update` is given.
 * @throws ValueError for what is no result of `gradients`, StateError that names every difference, NumericError for what is not finite.
 */
export function expectGradients(recipe: Recipe, given: unknown): void {
  const isObject = typeof given === 'object' && given !== null;
  if (!isObject || !('gradients' in given))
    throw notWhatWasWanted('update: the gradients', given, { what: 'gradients with their weight', example: EXAMPLE });
  const { gradients, weight, assigned } = given as Partial<ParameterGradients>;
  expectNamedArrays('update: gradients', gradients);
  expectNamedArrays('update: assigned', assigned);
  expectNumber('update: weight', weight, { least: 0 });
  const trained = trainedParameters(recipe);
  const problems = [
    ...misfits(trained, gradients, 'is not a parameter that is trained'),
    ...misfits(settable(recipe, assigned), assigned, 'is not a parameter that a layer sets'),
  ];
  if (problems.length > 0) {
    throw new StateError('the gradients belong to another network, or not all are there', {
      received: problems.join('; '),
      expected:
        trained.map(({ name, shape }) => `${name} ${formatShape(shape)}`).join(', ') || 'none: nothing is trained',
      fix: `give all that ${EXAMPLE} gave, of a trainer of the same network`,
    });
  }
  const changed =
    'look at what changed them since trainer.gradients gave them, which are finite, or leave this update out';
  expectFinite('the gradients', gradients, changed);
  expectFinite('what layers set', assigned, changed);
}

/** Those of the parameters in `assigned` that a layer may set. */
function settable({ model, isFrozen }: Recipe, assigned: Arrays): Recipe['model']['parameters'] {
  return model.parameters.filter((p) => !isFrozen(p.name) && Object.hasOwn(assigned, p.name));
}
