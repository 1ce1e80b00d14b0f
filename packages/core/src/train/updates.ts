import type { Arrays, Backend, State } from '../backend/contract.ts';
import { firstNonFinite } from '../ir/finite.ts';
import { full } from '../ir/ndarray.ts';
import { learningRate } from '../optimizers/optimizer.ts';
import type { Key } from '../random/index.ts';
import { entriesAt, only } from './arrays.ts';
import type { AnyBatch } from './batch.ts';
import { drawStep } from './draws.ts';
import { stepFeeds } from './feeds.ts';
import { isCheckPassed } from './finite.ts';
import { type Metrics, metricsAt } from './metrics.ts';
import { names } from './names.ts';
import type { Compiled } from './programs.ts';
import type { Recipe } from './step.ts';
import { type FailedStep, nonFiniteLoss } from './trace.ts';
import { nonFiniteUpdate } from './trace-update.ts';

/**
 * The updates of a trainer, and their number. Both ways of making them throw a `NumericError` for a step that is not finite: the ones before it
 * stand, and the parameters stay those from before it.
 */
export interface Updates {
  count: number;
  /** One update on a batch of `samples`. `batch` gives it, should the step not be finite. */
  one(compiled: Compiled, samples: number, feeds: Arrays, batch: () => AnyBatch): Promise<Metrics>;
  /** `steps` updates in one run; each of `feeds` has an entry for each of them. */
  many(
    compiled: Compiled,
    steps: number,
    samples: number,
    feeds: Arrays,
    batchOf: (i: number) => AnyBatch,
  ): Promise<readonly Metrics[]>;
}

export function createUpdates(backend: Backend, recipe: Recipe, state: State, draws: Key): Updates {
  const { optimizer, metrics } = recipe;
  const besides = stepFeeds(optimizer, draws);

  const fail = async (step: number, batch: AnyBatch, loss: number): Promise<never> => {
    const failed: FailedStep = {
      ...{ backend, recipe, state, batch, step, loss },
      scalars: besides.one([], step),
      feedDraw: (draw) => drawStep(draws, draw, step),
      lr: learningRate(optimizer, step),
    };
    throw await (Number.isFinite(loss) ? nonFiniteUpdate(failed) : nonFiniteLoss(failed));
  };

  const isGood = ({ isGuarded }: Compiled, outputs: Arrays, i: number, { loss }: Metrics): boolean =>
    Number.isFinite(loss) && isCheckPassed(outputs[names.check]?.data[i], isGuarded);

  /** Sums that overflow raise a false alarm; the numbers themselves tell. */
  const isAllFinite = async (writes: readonly string[]): Promise<boolean> =>
    Object.values(await state.read(writes)).every((array) => firstNonFinite(array) === -1);

  const updates: Updates = {
    count: 0,
    async one(compiled, samples, feeds, batch) {
      const { executable, draws: inputs, fed, isGuarded, program } = compiled;
      const step = updates.count + 1;
      const outputs = await executable.run(only(fed, feeds, besides.one(inputs, step)), state);
      const result = metricsAt(metrics, outputs, 0, samples);
      const stands =
        isGood(compiled, outputs, 0, result) ||
        (!isGuarded && Number.isFinite(result.loss) && (await isAllFinite(program.writes)));
      if (stands) {
        updates.count = step;
        return result;
      }
      if (isGuarded) await state.write({ [names.good]: full([], 1) });
      else await state.rollback();
      return fail(step, batch(), result.loss);
    },
    async many(compiled, steps, samples, feeds, batchOf) {
      const { executable, draws: inputs, fed, isGuarded } = compiled;
      const first = updates.count + 1;
      const outputs = await executable.runSteps(steps, only(fed, feeds, besides.many(inputs, first, steps)), state);
      const results = Array.from({ length: steps }, (_, i) => metricsAt(metrics, outputs, i, samples));
      const bad = results.findIndex((result, i) => !isGood(compiled, outputs, i, result));
      if (bad === -1) {
        updates.count += steps;
        return results;
      }
      if (isGuarded) {
        updates.count += bad;
        await state.write({ [names.good]: full([], 1) });
        return fail(first + bad, batchOf(bad), (results[bad] as Metrics).loss);
      }
      await state.rollback();
      // One by one, so that the steps before the bad one stand.
      const replayed: Metrics[] = [];
      for (let i = 0; i < steps; i++)
        replayed.push(await updates.one(compiled, samples, entriesAt(feeds, i), () => batchOf(i)));
      return replayed;
    },
  };
  return updates;
}
