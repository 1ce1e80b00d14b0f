import { learningRate, type NDArray, type Parameters } from '@descent/core';
import { strides } from '@descent/core/backend';
import type { Network } from './network.ts';
import type { StepView, WeightPlace, WeightView } from './protocol.ts';

/**
 * Makes one update by `update`, and looks at weights before and after it. The gradients are those of the same batch with the same random draws;
 * taking them changes nothing, so that the run goes on as it would have without a look.
 */
export async function lookedAtStep(
  network: Network,
  seen: readonly WeightPlace[],
  update: () => Promise<void>,
): Promise<StepView> {
  const { trainer, batches, recipe } = network;
  const position = network.position();
  const [batch] = batches.epoch(position.epoch - 1, { from: position.step });
  if (batch === undefined) throw new Error(`epoch ${position.epoch} has no batch ${position.step}`);
  const { gradients, metrics } = await trainer.gradients(batch.x, batch.y);
  const before = await trainer.parameters();
  await update();
  const after = await trainer.parameters();
  const step = trainer.stepCount;
  const places = seen.length > 0 ? seen : Object.keys(gradients).map((name) => middleOf(name, before));
  return {
    step,
    samples: batch.y.shape[0] as number,
    loss: metrics['loss' as never] as number,
    accuracy: (metrics as Readonly<Record<string, number>>)['accuracy'] ?? null,
    weights: places.map(({ name, index }): WeightView => {
      const { shape } = before[name] as NDArray;
      return {
        ...{ name, index, shape },
        before: at(before[name], index),
        gradient: at(gradients[name], index),
        lr: learningRate(recipe.optimizer, step, name),
        after: at(after[name], index),
      };
    }),
  };
}

/** A weight in the middle of a parameter: of pictures, the first ones look at corners that are always black. */
function middleOf(name: string, parameters: Parameters): WeightPlace {
  const { shape } = parameters[name] as NDArray;
  return { name, index: shape.map((size) => Math.floor(size / 2)) };
}

function at(array: NDArray | undefined, index: readonly number[]): number {
  const steps = strides(array?.shape ?? []);
  return array?.data[index.reduce((sum, i, axis) => sum + i * (steps[axis] as number), 0)] ?? Number.NaN;
}
