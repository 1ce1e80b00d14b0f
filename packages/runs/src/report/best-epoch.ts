import {
  type Directions,
  type EpochRecord,
  isBetter,
  type MetricPath,
  type Mode,
  metricAt,
  modeOf,
} from '@descent/core';

/** The epoch that did best, and by what. */
export interface BestEpoch {
  readonly metric: MetricPath;
  readonly mode: Mode;
  readonly epoch: number;
  readonly value: number;
}

export interface BestEpochOptions {
  /** Default: the accuracy of held-out data where there is one, else their loss. */
  readonly best?: MetricPath | undefined;
  /** Whether the smallest or the largest number is the best. Default: as `directions` says. */
  readonly mode?: Mode | undefined;
  /** Which way each number gets better, by its name, as a trainer says it. */
  readonly directions?: Directions | undefined;
}

/**
 * The best epoch, the first of equals; `null` when there is none with a finite value.
 * @throws ValueError when there is no such metric, or nothing says which way it gets better.
 */
export function bestEpoch(
  history: readonly EpochRecord[],
  { best: asked, mode, directions = {} }: BestEpochOptions,
): BestEpoch | null {
  const [first] = history;
  if (first === undefined) return null;
  const metric = asked ?? decisive(first, directions);
  metricAt(first, metric);
  const way = modeOf(metric, mode, { sets: ['train', 'validation', 'test'], directions: withLoss(metric, directions) });
  return history.reduce<BestEpoch | null>((best, record) => {
    const value = metricAt(record, metric);
    return isBetter(value, best?.value ?? null, way) ? { metric, mode: way, epoch: record.epoch, value } : best;
  }, null);
}

/** Losses are better lower, and what there is may say nothing of itself. */
function withLoss(metric: MetricPath, directions: Directions): Directions {
  return { [metric.slice(metric.indexOf('.') + 1)]: undefined, loss: 'lower', ...directions };
}

/** The accuracy of held-out data where there is one that says that it is better higher, else a loss. */
function decisive({ train, validation, test }: EpochRecord, { accuracy }: Directions): MetricPath {
  const set = validation !== null ? 'validation' : test !== null ? 'test' : 'train';
  const hasAccuracy = accuracy !== undefined && (validation ?? test ?? train).accuracy !== undefined;
  return `${set}.${hasAccuracy ? 'accuracy' : 'loss'}`;
}
