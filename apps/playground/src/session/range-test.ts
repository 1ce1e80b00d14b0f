import { NumericError, ValueError } from '@descent/core';
import { type Network, trainerOn } from './network.ts';
import type { RangeOptions, RangePoint } from './protocol.ts';

/** Once the loss is so many times the smallest, a larger rate shows nothing more. */
const HOPELESS = 4;

/**
 * Trains a copy of the network, with a fresh optimizer, at learning rates that grow from step to step; gives the loss before each of these
 * updates. Ends early where the loss has grown far, or is not finite.
 */
export async function rangeTest(network: Network, options: RangeOptions): Promise<readonly RangePoint[]> {
  const { from, to, steps } = options;
  if (!(from > 0 && to > from && Number.isInteger(steps) && steps >= 2))
    throw new ValueError('the learning rates of a range test are a range', {
      path: 'rangeTest',
      received: JSON.stringify(options),
      expected: 'from above 0, to above that, and at least 2 steps',
    });
  const { recipe, experiment, backend, batches } = network;
  const rate = (step: number): number => from * (to / from) ** ((step - 1) / (steps - 1));
  const optimizer = { ...recipe.optimizer, lr: rate };
  const trainer = await trainerOn(
    backend,
    { ...recipe, optimizer },
    experiment.seed,
    await network.trainer.parameters(),
  );
  const points: RangePoint[] = [];
  let smallest = Number.POSITIVE_INFINITY;
  try {
    for (let step = 1; step <= steps; ) {
      for (const { x, y } of batches.epoch(Math.floor((step - 1) / batches.length))) {
        const { loss } = await trainer.step(x, y);
        points.push({ lr: rate(step), loss });
        smallest = Math.min(smallest, loss);
        if (loss > HOPELESS * smallest || ++step > steps) return points;
      }
    }
    return points;
  } catch (error) {
    // A loss that is not finite is where the test ends, and no mistake.
    if (error instanceof NumericError) return points;
    throw error;
  } finally {
    trainer.dispose();
  }
}
