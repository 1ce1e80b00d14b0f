import { ValueError } from '@descent/core';

/** How often each class was taken for each: `[true][predicted]`. */
export type ConfusionMatrix = readonly (readonly number[])[];

/** How well one class is recognized. */
export interface ClassScore {
  /** Share of the samples predicted as this class that are of it; 0 when there are none. */
  readonly precision: number;
  /** Share of the samples of this class that were predicted as it; 0 when there are none. */
  readonly recall: number;
  /** Harmonic mean of precision and recall; 0 when both are. */
  readonly f1: number;
  /** Samples of this class. */
  readonly support: number;
}

/** Averages over the classes. */
export interface ScoreAverages {
  /** Each class counts the same; classes that occur neither as label nor as prediction are left out. */
  readonly macro: Omit<ClassScore, 'support'>;
  /** Each class counts by its samples. */
  readonly weighted: Omit<ClassScore, 'support'>;
}

/**
 * Counts of `labels` `[n]` against `predictions` `[n]`, both class numbers below `classes`.
 * @throws ValueError when the lengths differ or a number is not a class.
 */
export function confusionMatrix(
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  classes: number,
): ConfusionMatrix {
  if (labels.length !== predictions.length) {
    throw new ValueError('labels and predictions do not belong together', {
      received: `${labels.length} labels, ${predictions.length} predictions`,
      expected: 'one prediction for each label',
    });
  }
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < labels.length; i++) {
    const row = counts[expectClass('label', labels[i] as number, i, classes)] as number[];
    const column = expectClass('prediction', predictions[i] as number, i, classes);
    row[column] = (row[column] as number) + 1;
  }
  return counts;
}

function expectClass(what: string, value: number, index: number, classes: number): number {
  if (Number.isInteger(value) && value >= 0 && value < classes) return value;
  throw new ValueError(`a ${what} is not a class`, {
    received: `${value} at sample ${index}`,
    expected: `integers from 0 to ${classes - 1}`,
    fix: 'check the class names of the data set: there is one for each class',
  });
}

/** Precision, recall and F1 of each class, as scikit-learn's `precision_recall_fscore_support` with `zero_division=0`. */
export function classScores(confusion: ConfusionMatrix): readonly ClassScore[] {
  return confusion.map((row, c) => {
    const support = sum(row);
    const predicted = predictedAs(confusion, c);
    const hits = row[c] as number;
    return {
      precision: ratio(hits, predicted),
      recall: ratio(hits, support),
      f1: ratio(2 * hits, predicted + support),
      support,
    };
  });
}

/** Macro and weighted averages, as in scikit-learn's `classification_report`. */
export function averageScores(confusion: ConfusionMatrix): ScoreAverages {
  const scores = classScores(confusion);
  const occurring = scores.map(({ support }, c) => (support > 0 || predictedAs(confusion, c) > 0 ? 1 : 0));
  return {
    macro: meanScores(scores, occurring),
    weighted: meanScores(
      scores,
      scores.map((s) => s.support),
    ),
  };
}

/** Share of the samples on the diagonal; 0 when there are no samples. */
export function accuracyOf(confusion: ConfusionMatrix): number {
  return ratio(sum(confusion.map((row, c) => row[c] as number)), sum(confusion.map(sum)));
}

/** Scores as their mean, each with its weight; 0 where the weights are. */
export function meanScores(scores: readonly ClassScore[], weights: readonly number[]): Omit<ClassScore, 'support'> {
  const mean = (key: 'precision' | 'recall' | 'f1'): number =>
    ratio(sum(scores.map((s, c) => s[key] * (weights[c] as number))), sum(weights));
  return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') };
}

function predictedAs(confusion: ConfusionMatrix, c: number): number {
  return sum(confusion.map((row) => row[c] as number));
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

/** A share; 0 of nothing. */
export function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
