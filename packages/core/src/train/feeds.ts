import type { Arrays } from '../backend/contract.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { groupRate, type Optimizer } from '../optimizers/optimizer.ts';
import type { Key } from '../random/key.ts';
import { drawStep, drawSteps, type ReadyDraw } from './draws.ts';
import { names } from './names.ts';

/** What steps are fed besides their batches: random draws, learning rates and other numbers of the optimizer. */
export interface StepFeeds {
  /** For one step. */
  one(draws: readonly ReadyDraw[], step: number): Arrays;
  /** For steps `first` to `first + steps − 1`: each feed has one more axis in front. */
  many(draws: readonly ReadyDraw[], first: number, steps: number): Arrays;
}

/** The feeds of an optimizer; the draws follow from `root`. */
export function stepFeeds(optimizer: Optimizer, root: Key): StepFeeds {
  return {
    one(draws, step) {
      const feeds: Record<string, NDArray> = {};
      for (const [name, value] of Object.entries(scalarsAt(optimizer, step))) {
        feeds[name] = { dtype: 'float32', shape: [], data: Float32Array.of(value) };
      }
      for (const draw of draws) feeds[draw.name] = drawStep(root, draw, step);
      return feeds;
    },
    many(draws, first, steps) {
      const all = Array.from({ length: steps }, (_, i) => scalarsAt(optimizer, first + i));
      const feeds: Record<string, NDArray> = {};
      for (const name of Object.keys(all[0] ?? {})) {
        const data = Float32Array.from(all, (scalars) => scalars[name] as number);
        feeds[name] = { dtype: 'float32', shape: [steps], data };
      }
      for (const draw of draws) feeds[draw.name] = drawSteps(root, draw, first, steps);
      return feeds;
    },
  };
}

/** Learning rates and other numbers of the optimizer at `step`, by the name of their input. */
export function scalarsAt(optimizer: Optimizer, step: number): Readonly<Record<string, number>> {
  const scalars: Record<string, number> = { [names.rate(-1)]: groupRate(optimizer, step, -1) };
  for (const group of (optimizer.groups ?? []).keys()) scalars[names.rate(group)] = groupRate(optimizer, step, group);
  for (const [name, value] of Object.entries(optimizer.transform.scalars(step))) scalars[names.scalar(name)] = value;
  return scalars;
}
