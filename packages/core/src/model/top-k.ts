import { ValueError } from '../errors.ts';
import { hostArray } from '../ir/host-array.ts';
import type { NDArray } from '../ir/ndarray.ts';
import { describeValue, expectOptions, notWhatWasWanted } from '../options.ts';
import type { OutputKind } from '../targets/output-kind.ts';
import { classProbabilities } from './class-probabilities.ts';

/** A class with its probability. */
export interface Prediction {
  readonly index: number;
  /** The name of the class, else its index as text. */
  readonly label: string;
  readonly probability: number;
}

export interface TopKOptions {
  /** Default 5, or all when there are fewer. */
  readonly k?: number;
  /** Names of the classes, in order. */
  readonly labels?: readonly string[];
  /**
   * What the network gives, such as `predictor.outputKind` says. Default: rows of numbers from 0 to 1 that add up to 1 are probabilities,
   * others logits.
   */
  readonly output?: OutputKind;
}

/**
 * The `k` most probable classes of each row of a network's output `[batch, classes]`, best first. One number a sample is the probability
 * (or its logit) of the second of two classes.
 * @throws ShapeError for another rank, ValueError when `k` is not an integer of at least 1 or the output is not classes, NumericError for NaN.
 */
export function topK(array: NDArray, options: TopKOptions = {}): readonly (readonly Prediction[])[] {
  expectOptions('topK', options, ['k', 'labels', 'output']);
  const { k = 5, labels = [], output } = options;
  if (!Number.isInteger(k) || k < 1) {
    throw new ValueError('topK takes a number of classes', {
      path: 'k',
      received: describeValue(k),
      expected: 'an integer of at least 1',
    });
  }
  if (!Array.isArray(labels) || labels.some((label) => typeof label !== 'string'))
    throw notWhatWasWanted('labels', labels, { what: 'a list of names', example: "['cat', 'dog']" });
  return classProbabilities(hostArray('the output', array), output).rows.map((row) =>
    Array.from(row, (probability, index) => ({ index, label: labels[index] ?? String(index), probability }))
      .sort((a, b) => b.probability - a.probability)
      .slice(0, k),
  );
}
