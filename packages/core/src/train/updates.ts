import type { Arrays, Backend, State } from '../backend/contract.ts';
import { firstNonFinite } from '../ir/finite.ts';
import { full } from '../ir/ndarray.ts';
import { learningRate } from '../optimizers/optimizer.ts';
import type { Key } from '../random/index.ts';
import { only, sliceSteps, squeeze, squeezed } from './arrays.ts';
import type { AnyBatch } from './batch.ts';
import { drawSteps } from './draws.ts';
import { drawFeeds, scalarFeeds } from './feeds.ts';
import { isCheckPassed } from './finite.ts';
import { type Metrics, metricsAt } from './metrics.ts';
import { names } from './names.ts';
import type { Compiled } from './programs.ts';
import type { Recipe } from './step.ts';
import { type FailedStep, nonFiniteLoss } from './trace.ts';
import { nonFiniteUpdate } from './trace-update.ts';

/** The updates of a trainer, and their number. */
export interface Updates {
  count: number;
  /**
   * Makes `steps` updates. `batchOf` gives the batch of one of them, should it not be finite.
   * @throws NumericError for a step that is not finite; the ones before it stand, and the parameters stay those from before it.
   */
  make(
    compiled: Compiled,
    steps: number,
    samples: number,
    feeds: Arrays,
    batchOf: (i: number) => AnyBatch,
  ): Promise<readonly Metrics[]>;
}

export function createUpdates(backend: Backend, recipe: Recipe, state: State, draws: Key): Updates {
  const { optimizer, metrics } = recipe;

  const fail = async (step: number, batch: AnyBatch, loss: number): Promise<never> => {
    const failed: FailedStep = {
      ...{ backend, recipe, state, batch, step, loss },
      scalars: squeezed(scalarFeeds(optimizer, step, 1)),
      feedDraw: (draw) => squeeze(drawSteps(draws, draw, step, 1)),
      lr: learningRate(optimizer, step),
    };
    throw await (Number.isFinite(loss) ? nonFiniteUpdate(failed) : nonFiniteLoss(failed));
  };

  /** Sums that overflow raise a false alarm; the numbers themselves tell. */
  const isAllFinite = async (writes: readonly string[]): Promise<boolean> =>
    Object.values(await state.read(writes)).every((array) => firstNonFinite(array) === -1);

  const updates: Updates = {
    count: 0,
    async make(compiled, steps, samples, feeds, batchOf) {
      const { executable, draws: inputs, isGuarded, fed } = compiled;
      const first = updates.count + 1;
      const all = only(fed, {
        ...feeds,
        ...drawFeeds(draws, inputs, first, steps),
        ...scalarFeeds(optimizer, first, steps),
      });
      const outputs =
        steps === 1 ? await executable.run(squeezed(all), state) : await executable.runSteps(steps, all, state);
      const results = Array.from({ length: steps }, (_, i) => metricsAt(metrics, outputs, i, samples));
      const isGood = ({ loss }: Metrics, i: number): boolean =>
        Number.isFinite(loss) && isCheckPassed(outputs[names.check]?.data[i], isGuarded);
      const bad = results.findIndex((result, i) => !isGood(result, i));
      if (bad === -1) {
        updates.count += steps;
        return results;
      }
      const { loss } = results[bad] as Metrics;
      if (isGuarded) {
        updates.count += bad;
        await state.write({ [names.good]: full([], 1) });
        return fail(first + bad, batchOf(bad), loss);
      }
      if (steps === 1 && Number.isFinite(loss) && (await isAllFinite(compiled.program.writes))) {
        updates.count++;
        return results;
      }
      await state.rollback();
      if (steps === 1) return fail(first, batchOf(0), loss);
      // One by one, so that the steps before the bad one stand.
      const replayed: Metrics[] = [];
      for (let i = 0; i < steps; i++)
        replayed.push(...(await updates.make(compiled, 1, samples, sliceSteps(feeds, i), () => batchOf(i))));
      return replayed;
    },
  };
  return updates;
}
