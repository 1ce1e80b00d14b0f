import type { Arrays } from '../backend/contract.ts';
import { StateError } from '../errors.ts';
import { zeros } from '../ir/ndarray.ts';
import { formatShape, type Shape, sameShape } from '../ir/shape.ts';
import type { Layer } from '../layers/layer.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import { names } from './step.ts';

/** The optimizer's slots before the first step, by state name. */
export function emptySlots(model: Layer, { transform }: Optimizer): Arrays {
  const entries = transform.slots.flatMap((slot) =>
    model.parameters.map((p) => [names.slot(slot, p.name), zeros(p.shape)] as const),
  );
  return Object.fromEntries(entries);
}

/** Throws a `StateError` naming every difference unless `slots` are those of `optimizer` for `model`. */
export function expectSlots(model: Layer, optimizer: Optimizer, slots: Arrays): void {
  const wanted = new Map<string, Shape>(
    optimizer.transform.slots.flatMap((slot) => model.parameters.map((p) => [`${slot}/${p.name}`, p.shape] as const)),
  );
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
    path: optimizer.label,
    received: problems.join('; '),
    expected: [...wanted.keys()].join(', ') || 'no slots',
    fix: 'use the same optimizer with the same options, or load the parameters alone',
  });
}
