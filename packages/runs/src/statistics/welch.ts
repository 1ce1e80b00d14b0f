import { expectNumbers } from './expect.ts';
import { quantileOfT, tailsOfT } from './student.ts';

/** Mean and deviation of some numbers. */
export interface Spread {
  readonly n: number;
  readonly mean: number;
  /** Standard deviation of a sample, with n − 1; `null` for one number. */
  readonly deviation: number | null;
}

/** Throws a `ValueError` for no numbers, or one that is not finite. */
export function spreadOf(values: readonly number[]): Spread {
  expectNumbers('values', values, 1);
  const n = values.length;
  // A mean that rounding moves from equal numbers would give them a deviation.
  const isEqual = values.every((value) => value === values[0]);
  const mean = isEqual ? (values[0] as number) : values.reduce((a, b) => a + b, 0) / n;
  const squares = values.reduce((total, value) => total + (value - mean) ** 2, 0);
  return { n, mean, deviation: n === 1 ? null : Math.sqrt(squares / (n - 1)) };
}

/** How far the means of two groups are apart. */
export interface MeanDifference {
  /** Mean of the second minus that of the first. */
  readonly difference: number;
  /** 95 % interval of the difference; `null` where there is no test. */
  readonly interval: readonly [low: number, high: number] | null;
  /** That means would be so far apart, or farther, if the groups had one mean, on both sides; `null` where there is no test. */
  readonly p: number | null;
}

/**
 * Welch's t test (1947) of two independent groups, whose deviations may differ; degrees of freedom by Welch and Satterthwaite. There is none
 * for a group of one number, nor where neither group has any deviation.
 * @throws ValueError for an empty group, or a number that is not finite.
 */
export function welch(first: readonly number[], second: readonly number[]): MeanDifference {
  const [a, b] = [spreadOf(first), spreadOf(second)];
  const difference = b.mean - a.mean;
  if (a.deviation === null || b.deviation === null || (a.deviation === 0 && b.deviation === 0))
    return { difference, interval: null, p: null };
  const [u, v] = [a.deviation ** 2 / a.n, b.deviation ** 2 / b.n];
  const error = Math.sqrt(u + v);
  const df = (u + v) ** 2 / (u ** 2 / (a.n - 1) + v ** 2 / (b.n - 1));
  const reach = quantileOfT(0.05, df) * error;
  return { difference, interval: [difference - reach, difference + reach], p: tailsOfT(difference / error, df) };
}
