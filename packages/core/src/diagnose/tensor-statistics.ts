import { hostArray } from '../ir/host-array.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { expectCount, expectOptions } from '../options.ts';
import type { Statistics } from './inspect.ts';

/** How often numbers fall into each of equally wide ranges between the smallest and the largest of them. */
export interface Histogram {
  readonly low: number;
  readonly high: number;
  /** The last range holds `high`, too. */
  readonly counts: readonly number[];
}

/** What a tensor holds. Mean, deviation, norm and extremes are of its finite numbers; NaN where there is none. */
export interface TensorStatistics extends Statistics {
  /** Number of elements. */
  readonly count: number;
  /** The root of the sum of squares. */
  readonly norm: number;
  readonly nan: number;
  /** Of either sign. */
  readonly infinite: number;
  /** `null` where no number is finite. */
  readonly histogram: Histogram | null;
}

export interface TensorStatisticsOptions {
  /** Ranges of the histogram, default 40. */
  readonly bins?: number;
}

/** Counts and measures the numbers of `array`; a share of zeros is of all elements. */
export function tensorStatistics(array: NDArray, options: TensorStatisticsOptions = {}): TensorStatistics {
  const { data } = hostArray('array', array);
  expectOptions('tensorStatistics', options, ['bins']);
  const { bins = 40 } = options;
  expectCount('tensorStatistics', 'bins', bins);
  let [sum, squares, zeros, nan, infinite] = [0, 0, 0, 0, 0];
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  // Plain loops: these run over all activations and weights of a network.
  for (let i = 0; i < data.length; i++) {
    const v = data[i] as number;
    if (!Number.isFinite(v)) {
      if (Number.isNaN(v)) nan++;
      else infinite++;
      continue;
    }
    sum += v;
    squares += v * v;
    if (v === 0) zeros++;
    if (v < min) min = v;
    if (v > max) max = v;
  }
  const finite = data.length - nan - infinite;
  const shared = { count: data.length, nan, infinite, zeros: zeros / Math.max(1, data.length) };
  if (finite === 0) {
    const none = Number.NaN;
    return {
      ...shared,
      mean: none,
      std: none,
      min: none,
      max: none,
      norm: data.length === 0 ? 0 : none,
      histogram: null,
    };
  }
  const mean = sum / finite;
  const counts = new Array<number>(min === max ? 1 : bins).fill(0);
  const width = (max - min) / counts.length;
  // A second pass: the difference of two large sums would lose the deviation of numbers that are far from 0.
  let deviations = 0;
  for (let i = 0; i < data.length; i++) {
    const v = data[i] as number;
    if (!Number.isFinite(v)) continue;
    deviations += (v - mean) * (v - mean);
    const at = width === 0 ? 0 : Math.min(counts.length - 1, Math.floor((v - min) / width));
    counts[at] = (counts[at] as number) + 1;
  }
  const std = Math.sqrt(deviations / finite);
  return { ...shared, mean, std, min, max, norm: Math.sqrt(squares), histogram: { low: min, high: max, counts } };
}
