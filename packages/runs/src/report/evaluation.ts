import type { ClassScore, ConfusionMatrix, ScoreAverages } from './class-scores.ts';

/** What a network makes of a labelled data set; plain data. */
export type Evaluation = ClassEvaluation | LabelEvaluation | NumberEvaluation;

/** Of a classifier, by `evaluateClasses`. */
export interface ClassEvaluation {
  readonly kind: 'classes';
  /** Which data: `test`. */
  readonly set: string;
  readonly samples: number;
  readonly classes: readonly string[];
  /** `[true][predicted]` */
  readonly confusion: ConfusionMatrix;
  readonly accuracy: number;
  /** One for each class. */
  readonly scores: readonly ClassScore[];
  readonly averages: ScoreAverages;
  /** The wrong predictions of the highest probability, the most confident first. */
  readonly mistakes: readonly Mistake[];
}

/** One sample that was taken for another class. */
export interface Mistake {
  /** Row of the data set. */
  readonly index: number;
  readonly label: number;
  readonly predicted: number;
  /** Of the predicted class, by the network. */
  readonly probability: number;
  /** A PNG as `data:` URI; `null` when samples are no pictures. */
  readonly image: string | null;
}

/** Of a network that says for each of several labels whether it is right, by `evaluateLabels`. */
export interface LabelEvaluation {
  readonly kind: 'labels';
  /** Which data: `test`. */
  readonly set: string;
  readonly samples: number;
  readonly labels: readonly string[];
  /** The share of the samples of which all labels are as they should be. */
  readonly exactMatch: number;
  /** Of each label, as of a class that stands against all others. */
  readonly scores: readonly ClassScore[];
  readonly averages: ScoreAverages;
}

/** Of a network that predicts numbers, by `evaluateNumbers`. */
export interface NumberEvaluation {
  readonly kind: 'numbers';
  /** Which data: `test`. */
  readonly set: string;
  readonly samples: number;
  /** What is predicted, such as the name of a column. */
  readonly target?: string;
  /** What it is measured in: `€`. */
  readonly unit?: string;
  readonly meanAbsoluteError: number;
  readonly rootMeanSquaredError: number;
  /** Coefficient of determination, 1 − squared errors / squared deviations from the mean; 0 when all targets are equal. */
  readonly r2: number;
  /** Standard deviation of the targets: the root mean squared error of always saying their mean. Left out where it is not known. */
  readonly deviation?: number;
  /** Some of the pairs, for a picture. */
  readonly points: readonly { readonly expected: number; readonly predicted: number }[];
}
