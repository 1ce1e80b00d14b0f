import type { Node } from '../ir/node.ts';
import { expectTransform } from './expect.ts';
import { type GradientTransform, type NodeTree, slotShape } from './transform.ts';

/** Applies transforms one after the other. Each has slots of its own: those of a second `momentum` are called `momentum_2`. */
export function chain(...transforms: readonly GradientTransform[]): GradientTransform {
  for (const [i, transform] of transforms.entries()) expectTransform(`chain: transform ${i}`, transform);
  const stages = distinct(transforms);
  return {
    slots: stages.flatMap((t) => t.slots),
    slotShape: ofStages(stages),
    numbers: stages.flatMap((t) => t.numbers ?? []),
    scalars: (step) => Object.assign({}, ...stages.map((t) => t.scalars(step))),
    shown: stages.flatMap((t, i) => (stages.slice(i + 1).every(propagates) ? (t.shown ?? []) : [])),
    propagates: stages.every(propagates),
    weighs: stages.some((t) => t.weighs === true),
    update(gradients, context) {
      let directions = gradients;
      const slots: Record<string, NodeTree> = {};
      const numbers: Record<string, Node> = {};
      for (const t of stages) {
        const next = t.update(directions, context);
        directions = next.directions;
        Object.assign(slots, next.slots);
        Object.assign(numbers, next.numbers);
      }
      return { directions, slots, numbers };
    },
  };
}

/** Shapes of slots as the stage says that has them. */
export function ofStages(stages: readonly GradientTransform[]): NonNullable<GradientTransform['slotShape']> {
  const owners = new Map(stages.flatMap((t) => t.slots.map((slot) => [slot, t] as const)));
  return (slot, parameter) => slotShape(owners.get(slot) as GradientTransform, slot, parameter);
}

function propagates(t: GradientTransform): boolean {
  return t.propagates === true;
}

/** The learning rate is a scalar of every step. */
const RESERVED = 'lr';

/** The same transforms with names of their own for slots, numbers and scalars. The first to use a name keeps it. */
export function distinct(transforms: readonly GradientTransform[]): readonly GradientTransform[] {
  const kept = new Set<string>();
  const scalars = new Set<string>([RESERVED]);
  return transforms.map((t) => {
    const ofKept = namesFor([...t.slots, ...(t.numbers ?? [])], kept);
    const ofScalars = namesFor(Object.keys(t.scalars(1)), scalars);
    return ofKept.size + ofScalars.size === 0 ? t : renamed(t, nameIn(ofKept), nameIn(ofScalars));
  });
}

/** New names for those of `wanted` that are taken; all that are used then are added to `taken`. */
function namesFor(wanted: readonly string[], taken: Set<string>): ReadonlyMap<string, string> {
  const changed = new Map<string, string>();
  const own = new Set(wanted);
  for (const name of own) {
    if (!taken.has(name)) continue;
    let i = 2;
    while (taken.has(`${name}_${i}`) || own.has(`${name}_${i}`)) i++;
    changed.set(name, `${name}_${i}`);
    taken.add(`${name}_${i}`);
  }
  for (const name of own) if (!changed.has(name)) taken.add(name);
  return changed;
}

type Rename = (name: string) => string;

function nameIn(changed: ReadonlyMap<string, string>): Rename {
  return (name) => changed.get(name) ?? name;
}

/** The transform as the trainer sees it, under other names; it goes on using its own. */
function renamed(transform: GradientTransform, kept: Rename, scalar: Rename): GradientTransform {
  const keys = <T>(values: Readonly<Record<string, T>>, rename: Rename): Record<string, T> =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [rename(name), value]));
  const original = new Map(transform.slots.map((slot) => [kept(slot), slot]));
  return {
    slots: transform.slots.map(kept),
    slotShape: (slot, parameter) => slotShape(transform, original.get(slot) ?? slot, parameter),
    numbers: (transform.numbers ?? []).map(kept),
    shown: (transform.shown ?? []).map(kept),
    propagates: propagates(transform),
    weighs: transform.weighs === true,
    scalars: (step) => keys(transform.scalars(step), scalar),
    update(directions, context) {
      const next = transform.update(directions, {
        ...context,
        slot: (s, name) => context.slot(kept(s), name),
        number: (name) => context.number(kept(name)),
        scalar: (name) => context.scalar(scalar(name)),
      });
      return { ...next, slots: keys(next.slots, kept), numbers: keys(next.numbers ?? {}, kept) };
    },
  };
}
