import type { Lifetime } from '../backend/lifetime.ts';
import type { Key } from '../random/index.ts';
import type { TrainerDevice } from './device.ts';
import type { Recipe } from './step.ts';
import type { TrainerOptions } from './trainer.ts';

/** What a trainer is made of besides the device. */
export interface Binding {
  readonly recipe: Recipe;
  readonly options: TrainerOptions;
  /** Random draws follow from it. */
  readonly draws: Key;
  readonly alive: Lifetime;
  /** Called once when the trainer is disposed of and idle. */
  readonly onEnd?: () => void;
}

/** What a trainer stands on, for whoever looks into its steps. */
export interface Bound extends Pick<Binding, 'recipe' | 'draws' | 'alive'> {
  readonly device: TrainerDevice;
}

/** Where a trainer keeps it. A symbol, so that nobody takes it for a part of the interface. */
export const BOUND: unique symbol = Symbol();

/** What `trainer` stands on; undefined for one of another make. */
export function boundOf(trainer: object): Bound | undefined {
  return (trainer as { readonly [BOUND]?: Bound })[BOUND];
}
