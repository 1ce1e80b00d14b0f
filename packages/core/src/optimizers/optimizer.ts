import { expectRate, rateAt, type Schedule, scheduleCallbacks, scheduleOf } from '../schedules/rate.ts';
import { type ParameterGroup, rateGroup } from './groups.ts';
import type { GradientTransform } from './transform.ts';

/** `parameter − lr · direction`, where `transform` makes the direction. A description: it holds no state and belongs to no network. */
export interface Optimizer {
  readonly label: string;
  readonly lr: Schedule;
  /** What else it was made with, by name, for people: momentum, weight decay. Nothing is computed from it. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly transform: GradientTransform;
  /** Parameters with learning rates of their own, or that stay as they are. Their weight decay is in `transform`. */
  readonly groups?: readonly ParameterGroup[];
  /** Gradients are taken where the parameters would be after a step of this length up the gradient; see `sam`. */
  readonly sharpness?: { readonly rho: number };
}

type Rated = Pick<Optimizer, 'lr' | 'label' | 'groups'>;

/**
 * The learning rate of `step`, of the parameter of that name if one is given. Throws a `ValueError` when a schedule gives something else than
 * a finite number of at least 0.
 */
export function learningRate(optimizer: Rated, step: number, parameter?: string): number {
  expectRate('optimizer.lr', optimizer?.lr);
  const group = parameter === undefined ? -1 : rateGroup(optimizer, parameter);
  return groupRate(optimizer, step, group);
}

/** The learning rate of the group at a position, or with −1 that of the parameters in no group. */
export function groupRate({ lr, label, groups = [] }: Rated, step: number, position: number): number {
  const group = groups[position];
  if (group?.lr !== undefined) return rateAt(`${label}.groups[${position}].lr`, group.lr, step);
  return rateAt(`${label}.lr`, lr, step) * (group?.lrFactor ?? 1);
}

/** `f` applied to every schedule of an optimizer, such as to count updates instead of steps. */
export function mapSchedules({ lr, groups }: Rated, f: (lr: Schedule) => Schedule): Pick<Optimizer, 'lr' | 'groups'> {
  const mapped = (before: Schedule): Schedule => {
    const made = f(before);
    return typeof made === 'number' ? made : scheduleOf([before], made);
  };
  if (groups === undefined) return { lr: mapped(lr) };
  return { lr: mapped(lr), groups: groups.map((g) => (g.lr === undefined ? g : { ...g, lr: mapped(g.lr) })) };
}

/** What its learning rates depend on: callbacks of `fit`, each once. */
export function rateCallbacks({ lr, groups = [] }: Rated): readonly object[] {
  return [...new Set([lr, ...groups.map((g) => g.lr ?? 0)].flatMap(scheduleCallbacks))];
}
