import type { Batch } from './batch.ts';
import type { Trainer } from './trainer.ts';

export interface OverfitOptions {
  /** Default 200. */
  readonly steps?: number;
  /** Stop when the loss is below this. Default 0.01. */
  readonly target?: number;
}

export interface OverfitResult {
  readonly reached: boolean;
  readonly steps: number;
  readonly losses: readonly number[];
}

/**
 * Trains on one batch only. A network that cannot learn a single batch by heart will not learn a data set: then look at the loss, the
 * labels, the learning rate. Use a trainer of its own; its parameters are spoilt for anything else.
 */
export async function overfitOneBatch(
  trainer: Trainer,
  { x, y }: Batch,
  { steps = 200, target = 0.01 }: OverfitOptions = {},
): Promise<OverfitResult> {
  const losses: number[] = [];
  while (losses.length < steps) {
    losses.push((await trainer.step(x, y)).loss);
    if ((losses.at(-1) as number) < target) break;
  }
  return { reached: (losses.at(-1) ?? Number.POSITIVE_INFINITY) < target, steps: losses.length, losses };
}
