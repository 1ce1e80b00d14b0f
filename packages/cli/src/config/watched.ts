import { type EarlyStoppingOptions, type Metric, type MetricPath, type Mode, modeOf } from '@descent/core';
import { mistakeAt, UsageError } from '../errors.ts';
import type { CheckpointConfig, DescentConfig } from './define-config.ts';

/** Early stopping with its defaults filled in. */
export type StoppingConfig = Required<Omit<EarlyStoppingOptions, 'mode'>> & { readonly mode: Mode };

/** Throws when it would watch a number that there will be none of, which would show only after the first epoch. */
export function resolveEarlyStopping(config: DescentConfig, metrics: readonly Metric[]): StoppingConfig | null {
  const { earlyStopping = false } = config;
  if (earlyStopping === false) return null;
  const {
    metric = 'validation.loss',
    mode,
    patience = 3,
    minDelta = 0,
    restoreBest = true,
  } = earlyStopping === true ? {} : earlyStopping;
  if (metric.startsWith('validation.') && !hasValidation(config)) {
    throw new UsageError(`early stopping watches ${metric}, but there are no validation data`, {
      path: 'earlyStopping',
      fix: "keep some of the training data back with validation: 0.1, or name another number, such as metric: 'test.loss'",
    });
  }
  const way = watchedMode('earlyStopping.metric', metric, mode, config, metrics);
  return { metric, mode: way, patience, minDelta, restoreBest };
}

/** The same for the checkpoint of the best epoch. */
export function resolveCheckpoints(
  checkpoints: CheckpointConfig | null,
  config: DescentConfig,
  metrics: readonly Metric[],
): CheckpointConfig | null {
  if (checkpoints?.best === undefined) return checkpoints;
  return { ...checkpoints, mode: watchedMode('checkpoints.best', checkpoints.best, checkpoints.mode, config, metrics) };
}

/** Which way the number at `metric` gets better. Throws a UsageError with `path` where there is no such number, or nobody says it. */
export function watchedMode(
  path: string,
  metric: MetricPath,
  mode: Mode | undefined,
  config: DescentConfig,
  metrics: readonly Metric[],
): Mode {
  const sets = ['train', ...(hasValidation(config) ? ['validation' as const] : []), 'test'] as const;
  const directions = Object.fromEntries([['loss', 'lower'], ...metrics.map((m) => [m.name, m.better])]);
  try {
    return modeOf(metric, mode, { sets, directions });
  } catch (error) {
    throw mistakeAt(path, error);
  }
}

/** Whether there are validation data: a share of the training data, or such of its own. */
export function hasValidation({ validation, data }: DescentConfig): boolean {
  return validation !== undefined || (typeof data === 'object' && 'validation' in data);
}
