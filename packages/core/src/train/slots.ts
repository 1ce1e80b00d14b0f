import type { Arrays } from '../backend/contract.ts';
import { StateError } from '../errors.ts';
import { zeros } from '../ir/ndarray.ts';
import type { Shape } from '../ir/shape.ts';
import { misfits } from '../model/parameters.ts';
import { slotShape } from '../optimizers/transform.ts';
import { keyed } from './arrays.ts';
import { names } from './names.ts';
import { type Recipe, trainedParameters } from './step.ts';

/** The optimizer's slots by name, `momentum/0.weight`, with their shapes, and its numbers. */
export function slotShapes(recipe: Recipe): ReadonlyMap<string, Shape> {
  const { transform } = recipe.optimizer;
  const { slots, numbers = [] } = transform;
  const trained = trainedParameters(recipe);
  const entriesOf = (slot: string): readonly (readonly [string, Shape])[] =>
    trained.flatMap((parameter) => {
      const shape = slotShape(transform, slot, parameter);
      return shape === null ? [] : [[`${slot}/${parameter.name}`, shape] as const];
    });
  return new Map([...slots.flatMap(entriesOf), ...numbers.map((name) => [name, []] as const)]);
}

/** The slots before the first step, by state name. */
export function emptySlots(recipe: Recipe): Arrays {
  const empty = [...slotShapes(recipe)].map(([name, shape]) => [name, zeros(shape)] as const);
  return slotEntries(recipe, Object.fromEntries(empty));
}

/** Slots by state name. */
export function slotEntries({ owner }: Recipe, slots: Arrays): Arrays {
  return keyed((name) => `${names.slots(owner)}${name}`, slots);
}

/** Throws a `StateError` naming every difference unless `slots` are those of the recipe. */
export function expectSlots(recipe: Recipe, slots: Arrays): void {
  const wanted = slotShapes(recipe);
  const shapes = [...wanted].map(([name, shape]) => ({ name, shape }));
  const problems = misfits(shapes, slots, 'is not a slot of this optimizer');
  if (problems.length === 0) return;
  throw new StateError('the optimizer state belongs to another network or optimizer', {
    path: recipe.optimizer.label,
    received: problems.join('; '),
    expected: [...wanted.keys()].join(', ') || 'no slots',
    fix: 'use the same optimizer with the same options, or load the parameters alone',
  });
}
