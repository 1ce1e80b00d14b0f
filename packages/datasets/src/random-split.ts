import { expectOptions, type NDArrays, ValueError } from '@descent/core';
import { fold, key, permutation } from '@descent/core/random';
import { expectArgument, expectList } from './arguments.ts';
import { byClass, type DatasetOf, type PlainDataset, subset } from './dataset.ts';
import { datasetOf } from './dataset-check.ts';

export interface SplitOptions {
  /** Default 0. */
  readonly seed?: number;
  /** Keep the share of each class the same in every part. Default false. */
  readonly stratified?: boolean;
}

/**
 * Splits a dataset at random into disjoint parts: `const [train, validation] = randomSplit(data, [0.9, 0.1])`.
 * Each part keeps the order of the dataset; what the fractions leave over is in no part.
 * @throws ValueError when a fraction is not from 0 to 1 or their sum exceeds 1, or `stratified` is asked of a dataset without classes.
 */
export function randomSplit<const F extends readonly number[], X extends NDArrays, Y extends NDArrays>(
  dataset: PlainDataset<X, Y>,
  fractions: F,
  options: SplitOptions = {},
): { -readonly [K in keyof F]: DatasetOf<X, Y> } {
  const data = datasetOf('randomSplit', dataset);
  expectList('randomSplit', fractions, 'a list of parts of 1, such as [0.9, 0.1]');
  const { seed, stratified } = splitOptions('randomSplit', options);
  const ends = partEnds('randomSplit', fractions);
  const stream = fold(key(seed), 'split');
  const parts: number[][] = fractions.map(() => []);
  const groups = stratified
    ? byClass('randomSplit with stratified: true', data)
    : [Array.from({ length: data.length }, (_, i) => i)];
  groups.forEach((group, g) => {
    const order = permutation(fold(stream, g), group.length);
    parts.forEach((part, p) => {
      const from = Math.round((ends[p - 1] ?? 0) * group.length);
      const to = Math.round((ends[p] as number) * group.length);
      for (let i = from; i < to; i++) part.push(group[order[i] as number] as number);
    });
  });
  return parts.map((part) =>
    subset(
      data,
      part.sort((a, b) => a - b),
    ),
  ) as { -readonly [K in keyof F]: DatasetOf<X, Y> };
}

/** The options with defaults filled in. */
export function splitOptions(what: string, options: SplitOptions): Required<SplitOptions> {
  expectOptions(what, options, ['seed', 'stratified']);
  const { seed = 0, stratified = false } = options;
  expectArgument(what, Number.isSafeInteger(seed), seed, 'seed: a whole number');
  expectArgument(what, typeof stratified === 'boolean', stratified, 'stratified: true or false');
  return { seed, stratified };
}

/** Where each part ends, as a share of the whole. Throws a `ValueError` when the fractions are not parts of one whole. */
export function partEnds(what: string, fractions: readonly number[]): number[] {
  let sum = 0;
  const ends = fractions.map((fraction) => {
    sum += fraction;
    return Math.min(sum, 1);
  });
  // A sum such as 0.7 + 0.2 + 0.1 may exceed 1 by rounding.
  if (fractions.some((fraction) => !(fraction >= 0 && fraction <= 1)) || sum > 1 + 1e-9) {
    throw new ValueError(`${what}: these are not parts of one whole`, {
      received: `fractions [${fractions.join(', ')}], sum ${sum}`,
      expected: 'numbers from 0 to 1 with a sum of at most 1, such as [0.9, 0.1]',
    });
  }
  return ends;
}
