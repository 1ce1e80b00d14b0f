import type { Node } from '../ir/node.ts';
import { distinct } from './chain.ts';
import { type GradientTransform, type NodeTree, slotShape, type TrainedParameter } from './transform.ts';

/** `yes` for the parameters that `isFor` says, `no` for all others; no parameter has slots of the other one. */
export function byParameter(
  isFor: (parameter: TrainedParameter) => boolean,
  yes: GradientTransform,
  no: GradientTransform,
): GradientTransform {
  const both = distinct([yes, no]) as readonly [GradientTransform, GradientTransform];
  const [first, second] = both;
  const ofFirst = new Set(first.slots);
  return {
    slots: both.flatMap((t) => t.slots),
    slotShape(slot, parameter) {
      const isOfFirst = ofFirst.has(slot);
      return isOfFirst === isFor(parameter) ? slotShape(isOfFirst ? first : second, slot, parameter) : null;
    },
    numbers: both.flatMap((t) => t.numbers ?? []),
    scalars: (step) => ({ ...first.scalars(step), ...second.scalars(step) }),
    shown: both.flatMap((t) => t.shown ?? []),
    propagates: both.every((t) => t.propagates === true),
    weighs: both.some((t) => t.weighs === true),
    update(directions, context) {
      const isOf = (wanted: boolean): NodeTree =>
        new Map([...directions].filter(([name, { type }]) => isFor({ name, shape: type.shape }) === wanted));
      const updates = [first.update(isOf(true), context), second.update(isOf(false), context)] as const;
      const made = new Map(updates.flatMap((u) => [...u.directions]));
      return {
        // In the order in which they came.
        directions: new Map([...directions.keys()].map((name) => [name, made.get(name) as Node])),
        slots: { ...updates[0].slots, ...updates[1].slots },
        numbers: { ...updates[0].numbers, ...updates[1].numbers },
      };
    },
  };
}
