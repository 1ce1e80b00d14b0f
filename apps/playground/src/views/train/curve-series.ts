import type { Series } from '../../charts/series.ts';
import type { HeldOutSet } from '../../diagnosis/gap.ts';
import type { Curve } from '../../session/curve.ts';
import type { EpochScores } from '../../session/protocol.ts';

/** Batches that a point of the plain training curve is the mean of. */
export const MEAN_OF = 20;

export interface CurveNames {
  readonly batches: string;
  readonly mean: string;
  readonly validation: string;
  readonly test: string;
}

/**
 * Loss or accuracy over steps: each batch pale, the mean of the last `MEAN_OF` batches plain, and the held-out data at the end of each epoch. Sets that are
 * `expected` have a curve without points until then, so that nothing moves when the first epoch ends.
 */
export function curveSeries(
  kind: 'loss' | 'accuracy',
  curve: Curve,
  epochs: readonly EpochScores[],
  stepsAnEpoch: number,
  names: CurveNames,
  expected: readonly HeldOutSet[] = [],
): readonly Series[] {
  const batches = kind === 'loss' ? curve.losses : curve.accuracies;
  const held = (['validation', 'test'] as const).flatMap((set): readonly Series[] => {
    const points = epochs.flatMap(({ epoch, ...scores }) => {
      const value = scores[set]?.[kind] ?? null;
      return value === null ? [] : [[epoch * stepsAnEpoch, value] as const];
    });
    if (points.length === 0 && !expected.includes(set)) return [];
    return [{ name: names[set], tone: set, x: points.map(([x]) => x), y: points.map(([, y]) => y) }];
  });
  return [
    { name: names.batches, tone: 'train', y: batches, faint: true },
    { name: names.mean, tone: 'train', y: trailingMeans(batches, MEAN_OF) },
    ...held,
  ];
}

/** The mean of each value and those before it, `count` together at most; what is not known counts for nothing. */
export function trailingMeans(values: Float64Array, count: number): Float64Array {
  const means = new Float64Array(values.length);
  let [sum, known] = [0, 0];
  const add = (index: number, sign: 1 | -1): void => {
    const value = values[index] as number;
    if (!Number.isFinite(value)) return;
    sum += sign * value;
    known += sign;
  };
  for (let i = 0; i < values.length; i++) {
    add(i, 1);
    if (i >= count) add(i - count, -1);
    means[i] = known === 0 ? Number.NaN : sum / known;
  }
  return means;
}
