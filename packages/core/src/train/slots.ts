import type { Arrays } from '../backend/contract.ts';
import { StateError } from '../errors.ts';
import { zeros } from '../ir/ndarray.ts';
import { formatShape, type Shape, sameShape } from '../ir/shape.ts';
import { names } from './names.ts';
import { type Recipe, trainedParameters } from './step.ts';

/** Prefix of the state entries that are optimizer slots. */
export const SLOTS: string = names.number('');

/** The optimizer's slots by name, `momentum/0.weight`, with their shapes, and its numbers. */
export function slotShapes(recipe: Recipe): ReadonlyMap<string, Shape> {
  const { slots, numbers = [] } = recipe.optimizer.transform;
  const trained = trainedParameters(recipe);
  return new Map([
    ...slots.flatMap((slot) => trained.map((p) => [`${slot}/${p.name}`, p.shape] as const)),
    ...numbers.map((name) => [name, []] as const),
  ]);
}

/** The slots before the first step, by state name. */
export function emptySlots(recipe: Recipe): Arrays {
  return Object.fromEntries([...slotShapes(recipe)].map(([name, shape]) => [`${SLOTS}${name}`, zeros(shape)]));
}

/** Throws a `StateError` naming every difference unless `slots` are those of the recipe. */
export function expectSlots(recipe: Recipe, slots: Arrays): void {
  const wanted = slotShapes(recipe);
  const problems = [
    ...[...wanted.keys()].filter((name) => slots[name] === undefined).map((name) => `${name} is missing`),
    ...Object.entries(slots).flatMap(([name, { shape }]) => {
      const expected = wanted.get(name);
      if (expected === undefined) return [`${name} is not a slot of this optimizer`];
      return sameShape(shape, expected) ? [] : [`${name} is ${formatShape(shape)}, not ${formatShape(expected)}`];
    }),
  ];
  if (problems.length === 0) return;
  throw new StateError('the optimizer state belongs to another network or optimizer', {
    path: recipe.optimizer.label,
    received: problems.join('; '),
    expected: [...wanted.keys()].join(', ') || 'no slots',
    fix: 'use the same optimizer with the same options, or load the parameters alone',
  });
}
