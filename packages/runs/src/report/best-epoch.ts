import { type EpochRecord, isHigherBetter, type MetricPath, metricAt } from '@descent/core';

/** The epoch that did best, and by what. */
export interface BestEpoch {
  readonly metric: MetricPath;
  readonly epoch: number;
  readonly value: number;
}

/** The best epoch by `metric`, the first of equals; `null` when there is none with a finite value. */
export function bestEpoch(history: readonly EpochRecord[], metric: MetricPath | undefined): BestEpoch | null {
  const [first] = history;
  if (first === undefined) return null;
  const path = metric ?? decisive(first);
  const sign = isHigherBetter(path) ? 1 : -1;
  return history.reduce<BestEpoch | null>((best, record) => {
    const value = metricAt(record, path);
    if (!Number.isFinite(value) || (best !== null && sign * (value - best.value) <= 0)) return best;
    return { metric: path, epoch: record.epoch, value };
  }, null);
}

/** The accuracy of held-out data where there is one, else a loss. */
function decisive({ train, validation, test }: EpochRecord): MetricPath {
  const set = validation !== null ? 'validation' : test !== null ? 'test' : 'train';
  return `${set}.${(validation ?? test ?? train).accuracy === undefined ? 'loss' : 'accuracy'}`;
}
