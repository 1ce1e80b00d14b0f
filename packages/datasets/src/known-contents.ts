import type { CifarContents, Contents } from './definition.ts';

/** A file of a named set by its form, for those whose hash nobody states outside their archive. */
export interface KnownContents {
  /** The set and what the file holds of it: `CIFAR-10's test batch`. */
  readonly what: string;
  readonly contents: Contents;
}

interface SplitForm {
  readonly train: number;
  readonly test: number;
  readonly labels: readonly [first: number, last: number];
}

export type EmnistSplit = 'balanced' | 'byclass' | 'bymerge' | 'letters' | 'digits' | 'mnist';

/** Items of an EMNIST split, and the first and the last label in its files. From the publisher's description of the splits. */
export const EMNIST_SPLITS: Readonly<Record<EmnistSplit, SplitForm>> = {
  balanced: { train: 112_800, test: 18_800, labels: [0, 46] },
  byclass: { train: 697_932, test: 116_323, labels: [0, 61] },
  bymerge: { train: 697_932, test: 116_323, labels: [0, 46] },
  // These count from 1.
  letters: { train: 124_800, test: 20_800, labels: [1, 26] },
  digits: { train: 240_000, test: 40_000, labels: [0, 9] },
  mnist: { train: 60_000, test: 10_000, labels: [0, 9] },
};

/** The images of a set that took over MNIST's form. */
export function imagesOf(items: number): Contents {
  return { format: 'idx', dtype: 'uint8', shape: [items, 28, 28] };
}

export function labelsOf(items: number, labels: readonly [number, number]): Contents {
  return { format: 'idx', dtype: 'uint8', shape: [items], labels };
}

/** One of the five training files; only together they have as many of each class. */
export const CIFAR10_TRAIN: CifarContents = { format: 'cifar', records: 10_000, classes: [10] };
export const CIFAR10_TEST: Contents = { ...CIFAR10_TRAIN, perClass: 1_000 };
export const CIFAR100_TRAIN: Contents = { format: 'cifar', records: 50_000, classes: [20, 100], perClass: 500 };
export const CIFAR100_TEST: Contents = { format: 'cifar', records: 10_000, classes: [20, 100], perClass: 100 };
export const HOUSING_TABLE: Contents = { format: 'table', rows: 20_640, columns: 9 };

export const KNOWN_CONTENTS: readonly KnownContents[] = [
  ...Object.entries(EMNIST_SPLITS).flatMap(([split, { labels, ...items }]) =>
    (['train', 'test'] as const).flatMap((part) => [
      { what: `EMNIST ${split}'s ${part} images`, contents: imagesOf(items[part]) },
      { what: `EMNIST ${split}'s ${part} labels`, contents: labelsOf(items[part], labels) },
    ]),
  ),
  { what: "CIFAR-10's test batch", contents: CIFAR10_TEST },
  { what: "a training batch of CIFAR-10's", contents: CIFAR10_TRAIN },
  { what: "CIFAR-100's training file", contents: CIFAR100_TRAIN },
  { what: "CIFAR-100's test file", contents: CIFAR100_TEST },
  { what: "California housing's table", contents: HOUSING_TABLE },
];
