import { incompleteBeta } from './beta.ts';
import { expectWhole } from './expect.ts';

/** What two classifiers make of the same samples. */
export interface PairedAccuracy {
  /** Samples that only the first, or only the second, has right. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Accuracy of the second minus that of the first, from -1 to 1. */
  readonly difference: number;
  /** 95 % interval of the difference: Wald's, with half a sample added to each of the four cells (Agresti & Min 2005). */
  readonly interval: readonly [low: number, high: number];
  /** That the two would differ so much, or more, if neither were better: McNemar's exact test, on both sides. */
  readonly p: number;
}

/** 97.5 % of a standard normal distribution lie below. */
const Z = 1.959963984540054;

/**
 * McNemar's test (1947) in its exact form, as Dietterich (1998) advises for two classifiers on one test set: of the samples that only one of them has right,
 * each has half of them if they are equal, by the binomial distribution.
 *
 * @param onlyFirst samples that the first has right and the second wrong
 * @param onlySecond samples that the second has right and the first wrong
 * @param samples all samples, at least as many as these together
 * @throws ValueError for anything but counts.
 */
export function mcnemar(onlyFirst: number, onlySecond: number, samples: number): PairedAccuracy {
  expectWhole('onlyFirst', onlyFirst, 0);
  expectWhole('onlySecond', onlySecond, 0);
  const differ = onlyFirst + onlySecond;
  expectWhole('samples', samples, Math.max(1, differ));
  const least = Math.min(onlyFirst, onlySecond);
  // P(X ≤ k) of n throws of a coin is I_{1/2}(n − k, k + 1) (DLMF 8.17.5).
  const p = differ === 0 ? 1 : Math.min(1, 2 * incompleteBeta(0.5, differ - least, least + 1));
  const difference = (onlySecond - onlyFirst) / samples;
  const n = samples + 2;
  const centre = (onlySecond - onlyFirst) / n;
  const reach = (Z * Math.sqrt(differ + 1 - (onlySecond - onlyFirst) ** 2 / n)) / n;
  const interval = [Math.max(-1, centre - reach), Math.min(1, centre + reach)] as const;
  return { onlyFirst, onlySecond, difference, interval, p };
}
