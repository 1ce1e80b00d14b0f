import type { Arrays, Backend, State } from '../backend/contract.ts';
import { firstNonFinite } from '../ir/finite.ts';
import { full } from '../ir/ndarray.ts';
import { learningRate, rateCallbacks } from '../optimizers/optimizer.ts';
import type { Key } from '../random/key.ts';
import { entriesAt, keyed, only } from './arrays.ts';
import { type AnyBatch, feedsOf } from './batch.ts';
import { stepFeeds } from './feeds.ts';
import { isCheckPassed, unpacked } from './finite.ts';
import { gradientsAt, type ParameterGradients, type StepGradients } from './gradients.ts';
import { type Metrics, metricsAt } from './metrics.ts';
import { names } from './names.ts';
import { stepFailure, updateFailure } from './on-demand.ts';
import type { CompiledStep } from './programs.ts';
import type { Recipe } from './step.ts';
import type { FailedUpdate } from './trace.ts';

/**
 * The updates of a trainer, and their number. All ways of making them throw a `NumericError` for a step that is not finite: the ones before it
 * stand, and the parameters stay those from before it.
 */
export interface Updates {
  count: number;
  /** One update on a batch of `samples`. `batch` gives it, should the step not be finite. */
  one(compiled: CompiledStep, samples: number, feeds: Arrays, batch: () => AnyBatch): Promise<Metrics>;
  /** `steps` updates in one run; each of `feeds` has an entry for each of them. */
  many(
    compiled: CompiledStep,
    steps: number,
    samples: number,
    feeds: Arrays,
    batchOf: (i: number) => AnyBatch,
  ): Promise<readonly Metrics[]>;
  /** What the next update would be made of; nothing is written. */
  gradients(compiled: CompiledStep, samples: number, feeds: Arrays, batch: () => AnyBatch): Promise<StepGradients>;
  /** One update by gradients, which were checked. */
  apply(compiled: CompiledStep, given: ParameterGradients): Promise<void>;
}

/** What a rate that depends on epochs has among its callbacks. */
interface FollowedRate {
  beforeUpdate?(): void;
}

export function createUpdates(backend: Backend, recipe: Recipe, state: State, draws: Key): Updates {
  const { optimizer, metrics } = recipe;
  const besides = stepFeeds(optimizer, draws);

  const failedAt = (step: number, feeds: Arrays): FailedUpdate => ({
    ...{ backend, recipe, state, step, draws },
    feeds: { ...feeds, ...besides.one([], step) },
    lr: learningRate(optimizer, step),
  });

  const fail = async (step: number, batch: AnyBatch, loss: number): Promise<never> => {
    throw await stepFailure({ ...failedAt(step, feedsOf(batch)), batch, loss });
  };

  const isGood = (compiled: CompiledStep, outputs: Arrays, { loss }: Metrics, i = 0, steps = 1): boolean =>
    Number.isFinite(loss) && isCheckPassed(outputs[names.check], compiled, i, steps);

  /** Sums that overflow raise a false alarm; the numbers themselves tell. */
  const isWrittenFinite = async (writes: readonly string[]): Promise<boolean> => isAllFinite(await state.read(writes));

  /** After a step that is not finite, everything is as it was before it. */
  const undo = async ({ isGuarded }: CompiledStep): Promise<void> => {
    if (isGuarded) await state.write({ [names.good]: full([], 1) });
    else await state.rollback();
  };

  // A rate that depends on epochs refuses updates of which nobody tells it.
  const beforeUpdate = (): void => {
    for (const one of rateCallbacks(optimizer) as readonly FollowedRate[]) one.beforeUpdate?.();
  };

  const updates: Updates = {
    count: 0,
    async one(compiled, samples, feeds, batch) {
      beforeUpdate();
      const { executable, draws: inputs, fed, isGuarded, program } = compiled;
      const step = updates.count + 1;
      const outputs = await executable.run(only(fed, feeds, besides.one(inputs, step)), state);
      const result = metricsAt(metrics, unpacked(compiled, outputs, 1), 0, samples);
      const stands =
        isGood(compiled, outputs, result) ||
        (!isGuarded && Number.isFinite(result.loss) && (await isWrittenFinite(program.writes)));
      if (stands) {
        updates.count = step;
        return result;
      }
      await undo(compiled);
      return fail(step, batch(), result.loss);
    },
    async many(compiled, steps, samples, feeds, batchOf) {
      beforeUpdate();
      const { executable, draws: inputs, fed, isGuarded } = compiled;
      const first = updates.count + 1;
      const outputs = await executable.runSteps(steps, only(fed, feeds, besides.many(inputs, first, steps)), state);
      const each = unpacked(compiled, outputs, steps);
      const results = Array.from({ length: steps }, (_, i) => metricsAt(metrics, each, i, samples));
      const bad = results.findIndex((result, i) => !isGood(compiled, outputs, result, i, steps));
      if (bad === -1) {
        updates.count += steps;
        return results;
      }
      await undo(compiled);
      if (isGuarded) {
        updates.count += bad;
        return fail(first + bad, batchOf(bad), (results[bad] as Metrics).loss);
      }
      // One by one, so that the steps before the bad one stand.
      const replayed: Metrics[] = [];
      for (let i = 0; i < steps; i++)
        replayed.push(await updates.one(compiled, samples, entriesAt(feeds, i), () => batchOf(i)));
      return replayed;
    },
    async gradients({ executable, draws: inputs, fed }, samples, feeds, batch) {
      const step = updates.count + 1;
      const outputs = await executable.run(only(fed, feeds, besides.one(inputs, step)), state);
      const result = gradientsAt(outputs, metricsAt(metrics, outputs, 0, samples), samples);
      const { metrics: shown, gradients, assigned } = result;
      if (Number.isFinite(shown.loss) && isAllFinite(gradients) && isAllFinite(assigned)) return result;
      return fail(step, batch(), shown.loss);
    },
    async apply(compiled, { gradients, weight, assigned }) {
      beforeUpdate();
      const { executable, draws: inputs, fed, isGuarded, program } = compiled;
      const step = updates.count + 1;
      const feeds = { ...keyed(names.gradient, gradients), [names.weight('loss')]: full([], weight) };
      // What a layer sets of a trained parameter is where its update begins; statistics alone are written when the step stands.
      const set = keyed(names.parameter, assigned);
      const all = Object.keys(set);
      const before = all.some((name) => program.writes.includes(name)) ? await state.read(all) : null;
      if (before !== null) await state.write(set);
      const outputs = await executable.run(only(fed, feeds, besides.one(inputs, step)), state);
      const stands =
        isCheckPassed(outputs[names.check], compiled) || (!isGuarded && (await isWrittenFinite(program.writes)));
      if (!stands) {
        await undo(compiled);
        const failure = await updateFailure(failedAt(step, feeds));
        if (before !== null) await state.write(before);
        throw failure;
      }
      if (before === null && all.length > 0) await state.write(set);
      updates.count = step;
    },
  };
  return updates;
}

function isAllFinite(arrays: Arrays): boolean {
  return Object.values(arrays).every((array) => firstNonFinite(array) === -1);
}
