import { rateCallbacks } from '../optimizers/optimizer.ts';
import { expectCount, expectNumber, expectOptions } from '../options.ts';
import { type AnyBatch, batchOf } from './batch.ts';
import { expectTrainer } from './fit-options.ts';
import type { AnyTrainer } from './trainer.ts';

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
  trainer: AnyTrainer,
  batch: AnyBatch,
  options: OverfitOptions = {},
): Promise<OverfitResult> {
  expectTrainer('overfitOneBatch', trainer);
  expectOptions('overfitOneBatch', options, ['steps', 'target']);
  const { steps = 200, target = 0.01 } = options;
  expectCount('overfitOneBatch', 'steps', steps);
  expectNumber('overfitOneBatch.target', target);
  const { x, y } = batchOf(batch?.x, batch?.y);
  const losses: number[] = [];
  // One batch has no epochs of which a rate could be told.
  const followed = rateCallbacks(trainer.options?.optimizer ?? { lr: 0, label: '' }) as readonly Alone[];
  try {
    for (const rate of followed) rate.alone?.(true);
    while (losses.length < steps) {
      losses.push((await trainer.step(x, y)).loss);
      if ((losses.at(-1) as number) < target) break;
    }
  } finally {
    for (const rate of followed) rate.alone?.(false);
  }
  return { reached: (losses.at(-1) ?? Number.POSITIVE_INFINITY) < target, steps: losses.length, losses };
}

/** What a rate that depends on epochs has among its callbacks. */
interface Alone {
  alone?(isAlone: boolean): void;
}
