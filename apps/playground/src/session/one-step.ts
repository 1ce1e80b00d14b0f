import { learningRate, type NDArray } from '@descent/core';
import { leavesOf, strides } from '@descent/core/backend';
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
  const places = seen.length > 0 ? seen : Object.entries(gradients).map(([name, array]) => steepest(name, array));
  return {
    step,
    samples: leavesOf(batch.y)[0]?.[1].shape[0] as number,
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

/** The weight of a parameter that the batch says most about. */
function steepest(name: string, { shape, data }: NDArray): WeightPlace {
  let largest = 0;
  for (let i = 1; i < data.length; i++)
    if (Math.abs(data[i] as number) > Math.abs(data[largest] as number)) largest = i;
  const index = strides(shape).map((step, axis) => Math.floor(largest / step) % (shape[axis] as number));
  return { name, index };
}

function at(array: NDArray | undefined, index: readonly number[]): number {
  const steps = strides(array?.shape ?? []);
  return array?.data[index.reduce((sum, i, axis) => sum + i * (steps[axis] as number), 0)] ?? Number.NaN;
}
