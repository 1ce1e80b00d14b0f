import { accuracy, type Layer, type Loss, type Metric, type Optimizer } from '@descent/core';
import { buildLoss, buildMetrics, buildModel, buildOptimizer } from './calls.ts';
import type { DescentConfig } from './define-config.ts';
import { type DataTask, defaultLoss, expectLossFits } from './loss.ts';

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

/**
 * The recipe of a config for data of this task, as the `descent` command has it: cross entropy and accuracy for classes, the mean squared error for
 * numbers to predict, batches of 64, 10 epochs, seed 0.
 * @throws UsageError for a call that is wrong, with its place such as `model.2 › inFeatures`, and for a loss that does not fit the data.
 */
export function buildRecipe(config: Omit<DescentConfig, 'data'>, data: DataTask): Recipe {
  const { batchSize = 64, epochs = 10, seed = 0 } = config;
  const loss = config.loss === undefined ? defaultLoss(data) : buildLoss(config.loss);
  expectLossFits(loss, data);
  const metrics = config.metrics ?? (config.loss === undefined && data.task !== 'regression' ? [accuracy()] : []);
  return {
    metrics: buildMetrics(metrics),
    model: buildModel(config.model),
    loss,
    optimizer: buildOptimizer(config.optimizer),
    batchSize,
    epochs,
    seed,
  };
}
