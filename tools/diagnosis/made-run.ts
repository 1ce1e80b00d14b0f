import { onnx } from '@descent/backend-onnx';
import {
  accuracy,
  createTrainer,
  crossEntropy,
  type FindingRule,
  type FitResult,
  fit,
  type Layer,
  type Loss,
  type Optimizer,
} from '@descent/core';
import { loader } from '@descent/datasets';
import { named, type Sets } from './data.ts';

/** A run with a known fault, or without one. */
export interface MadeRun {
  readonly name: string;
  readonly data: () => Sets | Promise<Sets>;
  readonly model: Layer;
  readonly optimizer: Optimizer;
  readonly loss?: Loss;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly shuffle?: boolean;
  readonly seed?: number;
  /** The findings that it must have; none for a run that does well. */
  readonly expected: readonly FindingRule[];
  /** Findings that would be right as well. */
  readonly allowed?: readonly FindingRule[];
  /** What the advice of its finding comes to. */
  readonly advised?: Partial<Pick<MadeRun, 'model' | 'data' | 'shuffle' | 'batchSize' | 'optimizer'>>;
}

/** Trains a made run. Throws a `NumericError` when its loss becomes infinite, as `fit` does. */
export async function trained(run: MadeRun): Promise<FitResult> {
  const { model, optimizer, loss = crossEntropy(), epochs = 6, batchSize = 50, shuffle = true, seed = 1 } = run;
  const { train, test } = await run.data();
  const trainer = await createTrainer({
    model,
    loss,
    optimizer,
    metrics: train.y.dtype === 'float32' ? [] : [accuracy()],
    backend: onnx({ threads: 1 }),
    seed,
  });
  try {
    return await fit(trainer, {
      train: loader(named(train), { batchSize, shuffle, seed }),
      test: loader(named(test), { batchSize: 500 }),
      epochs,
      log: null,
    });
  } finally {
    trainer.dispose();
  }
}
