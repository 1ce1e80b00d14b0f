import type { Layer, Loss, Metric, Optimizer } from '@descent/core';
import { buildLoss, buildMetrics, buildModel, buildOptimizer } from './calls.ts';
import type { DescentConfig } from './define-config.ts';
import { withInit } from './init.ts';
import { type DataTask, defaultLoss, defaultMetrics, expectLossFits } from './loss.ts';

/** What is trained and how, with every call of a config made and its defaults filled in. */
export interface Recipe {
  readonly model: Layer;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly metrics: readonly Metric[];
  readonly batchSize: number;
  readonly epochs: number;
  readonly seed: number;
}

/** What is taken where a config says nothing. */
export const TRAINING_DEFAULTS = { batchSize: 64, epochs: 10, seed: 0 } as const;

/**
 * The recipe of a config for data of this task, as the `descent` command has it: cross entropy and accuracy for classes, the mean squared error for
 * numbers to predict, what `loss` and `metrics` of a config say of others; batches of 64, 10 epochs, seed 0.
 * @throws UsageError for a call that is wrong, with its place such as `model.2 › inFeatures`, for a rule of `init` that matches no
 * parameter, and for a loss that does not fit the data.
 */
export function buildRecipe(config: Omit<DescentConfig, 'data'>, data: DataTask): Recipe {
  const { batchSize, epochs, seed } = { ...TRAINING_DEFAULTS, ...config };
  const loss = config.loss === undefined ? defaultLoss(data) : buildLoss(config.loss);
  expectLossFits(loss, data);
  const metrics = config.metrics ?? (config.loss === undefined ? defaultMetrics(data) : []);
  return {
    metrics: buildMetrics(metrics),
    model: withInit(buildModel(config.model), config.init),
    loss,
    optimizer: buildOptimizer(config.optimizer),
    batchSize,
    epochs,
    seed,
  };
}
